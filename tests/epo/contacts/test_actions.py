from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from epo.accounts.models import User
from epo.contacts import actions
from epo.contacts.models import Contact, ContactView
from tests.make import make_contact, make_user

pytestmark = pytest.mark.django_db


def _looks() -> list[tuple[int, int, str]]:
    return list(ContactView.objects.order_by("pk").values_list("contact_id", "by_id", "reason"))


def test_note_views_writes_who_saw_whom_and_why():
    user, first, second = make_user(), make_contact(), make_contact()

    actions.note_views(contacts=[first, second], by=user, reason="crew")

    assert _looks() == [(first.pk, user.pk, "crew"), (second.pk, user.pk, "crew")]


def test_note_views_leaves_out_ones_own():
    user = make_user()

    actions.note_views(contacts=[make_contact(user=user)], by=user, reason="crew")

    assert _looks() == []


def test_note_views_again_within_minutes_is_the_same_look():
    user, contact = make_user(), make_contact()

    actions.note_views(contacts=[contact], by=user, reason="crew")
    actions.note_views(contacts=[contact], by=user, reason="crew")
    assert len(_looks()) == 1

    ContactView.objects.update(at=now() - timedelta(minutes=11))
    actions.note_views(contacts=[contact], by=user, reason="crew")
    assert len(_looks()) == 2


def test_contact_of_makes_one_and_finds_it_again():
    user = make_user(name="Ana")

    assert actions.contact_of(user=user) == actions.contact_of(user=user)
    assert Contact.objects.get().name == "Ana"


def test_update_contact_names_the_fields_that_changed():
    contact = make_contact(phone="+584141234567", address="")

    changed = actions.update_contact(contact=contact, phone="+584141234567", address="Calle 1")

    contact.refresh_from_db()
    assert changed == ["address"]
    assert contact.address == "Calle 1"


def test_admin_writes_down_that_a_contact_was_opened(client):
    admin, contact = User.objects.create_superuser("root", "secret-word"), make_contact()
    client.force_login(admin)

    client.get(reverse("admin:contacts_contact_changelist"))
    assert _looks() == []

    client.get(reverse("admin:contacts_contact_change", args=[contact.pk]))
    assert _looks() == [(contact.pk, admin.pk, "admin")]


def test_admin_lists_names_without_phones(client):
    client.force_login(User.objects.create_superuser("root", "secret-word"))
    contact = make_contact(phone="+584141234567", email="secreta@example.org")

    page = client.get(reverse("admin:contacts_contact_changelist")).text

    assert contact.name in page
    assert "1234567" not in page
    assert "secreta@example.org" not in page


def test_admin_shows_contacts_to_staff_with_the_permission_only(client):
    client.force_login(make_user(is_staff=True))
    contact = make_contact()

    assert client.get(reverse("admin:contacts_contact_changelist")).status_code == 403
    assert client.get(reverse("admin:contacts_contact_change", args=[contact.pk])).status_code == 403
    assert _looks() == []
