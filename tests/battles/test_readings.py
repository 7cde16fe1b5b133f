from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils.timezone import now

from battles import tasks
from battles.models import FollowUp
from battles.reading_links import SALT, reading_path
from epo.core.clock import today
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from factories.models import OutputReading
from factories.states import MemberRole
from tests.make import (
    make_battle,
    make_contact,
    make_coordinator,
    make_factory,
    make_follow_up,
    make_membership,
    make_output_reading,
    make_user,
)

pytestmark = pytest.mark.django_db


def due(factory=None, **fields):
    return make_follow_up(make_battle(factory or make_factory(), state="closed"), **fields)


def asked(**fields):
    return due(asked_at=now(), **fields)


def test_a_reading_that_is_due_is_asked_of_the_delegates_once():
    factory, delegate = make_factory(contact=make_contact()), make_user()
    make_membership(factory, delegate, role=MemberRole.DELEGATE)
    make_membership(factory, make_user(), role=MemberRole.MANAGER)
    follow_up = due(factory)

    tasks.ask_for_readings()
    tasks.ask_for_readings()

    follow_up.refresh_from_db()
    note = Notification.objects.get()
    assert (note.contact.user, note.kind) == (delegate, "battle.reading_due")
    assert message_for(note).url == reading_path(follow_up)
    assert follow_up.asked_at is not None


def test_without_a_delegate_the_plants_contact_is_asked():
    contact = make_contact()
    due(make_factory(contact=contact))

    tasks.ask_for_readings()

    assert Notification.objects.get().contact == contact


def test_without_anybody_the_reading_stays_with_the_coordinator():
    follow_up = due()

    tasks.ask_for_readings()

    follow_up.refresh_from_db()
    assert follow_up.asked_at is None


def test_what_is_not_due_yet_is_not_asked():
    due(make_factory(contact=make_contact()), due_on=today() + timedelta(days=1))

    tasks.ask_for_readings()

    assert Notification.objects.count() == 0


def test_the_notice_says_nothing_once_the_reading_is_there(client):
    due(make_factory(contact=make_contact()))
    tasks.ask_for_readings()
    client.post(reading_path(FollowUp.objects.get()), {"amount": 5, "day": today(), "said_by": "delegada"})

    assert message_for(Notification.objects.get()) is None


def test_the_link_takes_one_reading_without_an_account_and_shows_it_from_then_on(client):
    follow_up = asked()
    address = reading_path(follow_up)

    before = client.get(address)
    first = client.post(address, {"amount": "120", "day": today(), "said_by": "delegada", "is_confirmed": "on"})
    again = client.post(address, {"amount": "7", "day": today(), "said_by": "otra"})

    assert (before.status_code, first.status_code, again.status_code) == (200, 302, 200)
    assert list(OutputReading.objects.values_list("line", "amount", "said_by")) == [
        (follow_up.line_id, 120, "delegada")
    ]
    assert b"120" in again.content


def test_the_link_keeps_what_was_typed_when_it_makes_no_sense(client):
    tomorrow = today() + timedelta(days=1)

    page = client.post(reading_path(asked()), {"amount": "120", "day": tomorrow, "said_by": "delegada"})
    no_number = client.post(reading_path(asked()), {"amount": "mucho", "day": today(), "said_by": "delegada"})

    assert (page.status_code, page.context["form"]["amount"].value()) == (200, "120")
    assert "amount" in no_number.context["form"].errors
    assert OutputReading.objects.count() == 0


def test_a_link_that_we_did_not_sign_or_never_sent_is_not_found(client):
    never = due()
    forged = [reading_path(never), reverse("battles:reading-link", args=["1:x"])]
    gone = reverse("battles:reading-link", args=[signing.Signer(salt=SALT).sign("999")])

    assert [client.get(address).status_code for address in [*forged, gone]] == [404] * 3


def reminders_after(*days):
    """How many reminders have been sent, looked at on each of these days after the asking."""
    follow_up = due(make_factory(contact=make_contact()), asked_at=now(), due_on=today() - timedelta(days=60))
    counts = []
    for n in days:
        FollowUp.objects.update(asked_at=now() - timedelta(days=n))
        tasks.ask_for_readings()
        tasks.ask_for_readings()
        counts.append(Notification.objects.count())
    follow_up.refresh_from_db()
    return counts, follow_up.reminders


def test_who_does_not_answer_is_reminded_after_three_seven_and_fourteen_days_and_then_no_more():
    assert reminders_after(2, 3, 6, 7, 13, 14, 30) == ([0, 1, 1, 2, 2, 3, 3], 3)


def test_reminders_that_were_missed_are_not_sent_one_after_another():
    assert reminders_after(20, 21) == ([1, 1], 3)


def test_who_answered_is_not_reminded():
    follow_up = due(make_factory(contact=make_contact()), asked_at=now() - timedelta(days=9))
    FollowUp.objects.update(reading=make_output_reading(follow_up.line))

    tasks.ask_for_readings()

    assert Notification.objects.count() == 0


def test_after_the_last_reminder_the_coordinators_are_told_to_call(client):
    due(make_factory(contact=make_contact()), asked_at=now() - timedelta(days=20), reminders=3)
    client.force_login(make_coordinator())

    page = client.get(reverse("battles:today"))

    assert [item.reminders for item in page.context["readings"]] == [3]
    assert "nadie responde" in page.text
