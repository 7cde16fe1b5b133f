"""The same text messages by a service on the internet that speaks as Twilio does."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from django.core import mail

from epo.notifications import exchange
from epo.notifications.actions import send
from epo.notifications.models import Notification, Received
from tests.make import make_contact, make_notification, make_preference
from tests.twilio_api import ACCOUNT, NUMBER, PATH, Twilio, calls

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
PHONE = "+584141112233"
KIND = "account.password_changed"


def test_notice_leaves_once_and_its_fate_is_noted(twilio: Twilio, client: Client) -> None:
    note = make_notification(make_contact(phone=PHONE, email=""), is_urgent=True, kind=KIND)

    send(notification_id=note.pk)
    send(notification_id=note.pk)
    calls(client, query=f"?id=notice-{note.pk}", MessageSid="SM1", MessageStatus="sent")
    on_its_way = Notification.objects.get()
    calls(client, query=f"?id=notice-{note.pk}", MessageSid="SM1", MessageStatus="undelivered")
    lost = Notification.objects.get()
    calls(client, query=f"?id=notice-{note.pk}", MessageSid="SM1", MessageStatus="delivered")
    arrived = Notification.objects.get()

    (said,) = twilio.sent
    assert (said["To"], said["From"]) == (PHONE, NUMBER)
    assert said["StatusCallback"] == f"https://epo.example.org/mensajes/sms?id=notice-{note.pk}"
    assert twilio.allowed == ["Basic " + base64.b64encode(f"{ACCOUNT}:word".encode()).decode()]
    assert [(one.delivered_at is None, one.undelivered_at is None) for one in (on_its_way, lost, arrived)] == [
        (True, True),
        (True, False),
        (False, True),
    ]


def test_message_is_stored_and_answered_once(twilio: Twilio, client: Client) -> None:
    for _repeat in range(3):
        answer = calls(client, MessageSid="SM7", From=PHONE, To=NUMBER, Body="ayuda")
        assert answer.status_code == 204
        for row in Received.objects.all():
            exchange.answer(received_id=row.pk)

    row = Received.objects.get()
    assert (row.provider_id, row.sender, row.text) == ("SM7", PHONE, "ayuda")
    assert [said["To"] for said in twilio.sent] == [PHONE]


def test_who_wrote_stop_there_is_told_by_the_next_way(twilio: Twilio) -> None:
    twilio.stopped.add(PHONE)
    contact = make_contact(phone=PHONE, email="ana@example.org")
    make_preference(contact, ways=["sms", "email"])
    note = make_notification(contact, is_urgent=True, kind=KIND)

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.way, len(mail.outbox), twilio.sent) == ("email", 1, [])


@pytest.mark.parametrize("wrong", [{"key": "other"}, {"site": "https://other.example.org"}])
def test_nobody_else_is_heard(twilio: Twilio, client: Client, wrong: dict[str, str]) -> None:
    assert calls(client, MessageSid="SM7", From=PHONE, Body="SI", **wrong).status_code == 403
    assert Received.objects.count() == 0


def test_signature_holds_for_its_own_address_only(twilio: Twilio, client: Client) -> None:
    note = make_notification(make_contact(), way="sms")
    request = calls(client, MessageSid="SM1", MessageStatus="delivered").wsgi_request

    again = client.post(
        f"{PATH}?id=notice-{note.pk}",
        request.body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": request.headers["X-Twilio-Signature"]},
    )

    note.refresh_from_db()
    assert (again.status_code, note.delivered_at) == (403, None)


def test_unsigned_and_unreadable_calls_are_refused(twilio: Twilio, client: Client) -> None:
    unsigned = client.post(PATH, {"MessageSid": "SM7", "Body": "SI"})

    assert (unsigned.status_code, calls(client, Body="SI").status_code) == (403, 400)
    assert Received.objects.count() == 0
