from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from tests.make import make_contact, make_coordinator


@pytest.mark.django_db
def test_administrations_log_names_nobody(admin_client: Client) -> None:
    contact, gone = make_contact(name="Rosa Pérez"), make_contact(name="Rosa Blanco")
    change = reverse("admin:contacts_contact_change", args=[contact.pk])
    delete = reverse("admin:contacts_contact_delete", args=[gone.pk])

    admin_client.post(change, {"name": "Rosa Pérez", "phone": "0414-1234567"})
    admin_client.post(delete, {"post": "yes"})

    told = LogEntry.objects.values_list("action_flag", "object_repr").order_by("pk")
    assert list(told) == [(2, f"#{contact.pk}"), (3, f"#{gone.pk}")]
    assert "Rosa" not in " ".join(LogEntry.objects.values_list("change_message", flat=True))


@pytest.mark.django_db
def test_administrations_log_names_nobody_of_an_inline(admin_client: Client) -> None:
    rosa = make_coordinator(username="rosa", name="Rosa Pérez")
    said = {
        "username": "rosa", "name": "Rosa Pérez", "is_active": "on", "posts-TOTAL_FORMS": "2", "posts-INITIAL_FORMS": "1",
        "posts-0-id": rosa.posts.get().pk, "posts-0-user": rosa.pk, "posts-0-since": "2026-01-01",
        "posts-1-user": rosa.pk, "posts-1-since": "2026-02-01",
    }  # fmt: skip

    admin_client.post(reverse("admin:accounts_user_change", args=[rosa.pk]), said)

    entry = LogEntry.objects.get()
    assert entry.object_repr == f"#{rosa.pk}"
    assert "Rosa" not in entry.change_message
