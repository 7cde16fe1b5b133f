"""Text messages: sent by the gateway once, received once, from nobody but the gateway."""

from __future__ import annotations

import base64
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils.timezone import now

from epo.notifications import exchange, incoming
from epo.notifications.actions import send, set_preference
from epo.notifications.kinds import KINDS, Message, register
from epo.notifications.models import Notification, Received
from tests.gateways import KEY, Gateway, calls, came, event
from tests.make import make_contact, make_notification, make_received

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
PHONE = "+584141112233"


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> list[incoming.Said]:
    """What the answerer heard; it says the same back."""
    heard: list[incoming.Said] = []

    def answer(said: incoming.Said) -> str:
        heard.append(said)
        return f"eco {said.text}" if said.text else ""

    monkeypatch.setattr(incoming, "_answerers", [answer])
    monkeypatch.setitem(KINDS, "test", KINDS.get("test"))
    register("test", lambda: Message("Aviso largo", "…", "/hoy", short="Aviso corto"))
    return heard


def answer_all() -> None:
    for row in Received.objects.all():
        exchange.answer(received_id=row.pk)


def test_notice_of_somebody_without_e_mail_leaves_as_a_text_and_its_fate_is_noted(
    gateway: Gateway, client: Client
) -> None:
    note = make_notification(make_contact(phone=PHONE, email=""), is_urgent=True)

    send(notification_id=note.pk)
    sent = Notification.objects.get()
    calls(client, event("sms:failed", messageId=f"notice-{note.pk}", phoneNumber=PHONE))
    failed = Notification.objects.get()
    calls(client, event("sms:delivered", messageId=f"notice-{note.pk}", phoneNumber=PHONE))
    arrived = Notification.objects.get()

    assert gateway.sent == [(f"notice-{note.pk}", PHONE, "Aviso corto")]
    assert gateway.allowed == ["Basic " + base64.b64encode(b"epo:word").decode()]
    assert (sent.way, sent.sent_at is not None) == ("sms", True)
    assert [(each.delivered_at is not None, each.undelivered_at is not None) for each in (sent, failed, arrived)] == [
        (False, False),
        (False, True),
        (True, False),
    ]


def test_e_mail_comes_first_and_who_wants_no_texts_gets_none(gateway: Gateway) -> None:
    reached = make_contact(phone=PHONE, email="a@example.org")
    silent = make_contact(phone=PHONE, email="")
    set_preference(contact=silent, ways=["email"])
    for contact in (reached, silent):
        send(notification_id=make_notification(contact, is_urgent=True).pk)

    assert gateway.sent == []
    assert [note.way for note in Notification.objects.order_by("pk")] == ["email", ""]


def test_gateway_that_was_away_gets_the_notice_later_and_once(gateway: Gateway) -> None:
    note = make_notification(make_contact(phone=PHONE, email=""), is_urgent=True)
    gateway.is_broken = True
    send(notification_id=note.pk)
    gateway.is_broken = False
    Notification.objects.update(leased_until=None)
    send(notification_id=note.pk)
    Notification.objects.update(leased_until=None, sent_at=None)
    send(notification_id=note.pk)

    assert len(gateway.sent) == 1
    assert Notification.objects.get().sent_at is not None


def test_what_can_wait_waits_for_tomorrow_once_the_day_is_used_up(gateway: Gateway, settings: SettingsWrapper) -> None:
    settings.SMS_A_DAY = 1
    contact = make_contact(phone=PHONE, email="")
    notes = [make_notification(contact, is_urgent=urgent) for urgent in (True, False, True)]

    for note in notes:
        send(notification_id=note.pk)

    waits = Notification.objects.get(pk=notes[1].pk)
    assert [message_id for message_id, _to, _text in gateway.sent] == [f"notice-{notes[n].pk}" for n in (0, 2)]
    assert (waits.sent_at, waits.not_before is not None and waits.not_before > now()) == (None, True)


def test_message_is_stored_answered_and_replied_to_once(
    gateway: Gateway, client: Client, said: list[incoming.Said]
) -> None:
    contact = make_contact(phone=PHONE, email="")

    codes = [calls(client, came("0414-1112233", "SI K7Q2")).status_code for _ in range(3)]
    for _ in range(3):
        answer_all()

    row = Received.objects.get()
    assert codes == [204, 204, 204]
    assert [(one.sender, one.contact, one.contacts, one.text) for one in said] == [
        (PHONE, contact, (contact,), "SI K7Q2")
    ]
    assert gateway.sent == [(f"reply-{row.pk}", PHONE, "eco SI K7Q2")]
    assert row.reply_sent_at is not None


@pytest.mark.parametrize("sender", ["Movistar", "6262", "+58", "", "04141112233; drop"])
def test_who_is_no_phone_is_kept_and_not_answered(
    gateway: Gateway, client: Client, said: list[incoming.Said], sender: str
) -> None:
    make_contact(phone="", email="ana@example.org")

    code = calls(client, came(sender, "Su saldo vence hoy. Responda SI")).status_code
    answer_all()

    row = Received.objects.get()
    assert (code, row.sender, row.text) == (204, sender, "Su saldo vence hoy. Responda SI")
    assert (row.answered_at is None, row.reply, said, gateway.sent) == (False, "", [], [])


def test_same_words_at_another_time_are_another_message(gateway: Gateway, client: Client) -> None:
    for minute in (0, 1):
        calls(client, came(PHONE, "SI", at=f"2026-11-22T10:0{minute}:00.000-04:00"))

    assert Received.objects.count() == 2


def test_reply_that_could_not_leave_leaves_later_and_the_answer_is_not_worked_out_anew(
    gateway: Gateway, client: Client, said: list[incoming.Said]
) -> None:
    calls(client, came(PHONE, "hola"))
    gateway.is_broken = True
    answer_all()
    gateway.is_broken = False
    Received.objects.update(leased_until=None)
    answer_all()

    assert (len(said), [text for _id, _to, text in gateway.sent]) == (1, ["eco hola"])


def test_phone_of_several_people_names_all_and_nobody(
    gateway: Gateway, client: Client, said: list[incoming.Said]
) -> None:
    people = tuple(make_contact(phone=PHONE, email="") for _ in range(2))

    calls(client, came(PHONE, "SI"))
    answer_all()

    assert [(one.contact, one.contacts) for one in said] == [(None, people)]


@pytest.mark.parametrize(
    ("key", "minutes"), [("other", 0), ("", 0), (KEY, -6), (KEY, 6)], ids=["wrong", "empty", "old", "ahead"]
)
def test_nobody_else_is_heard(gateway: Gateway, client: Client, key: str, minutes: int) -> None:
    answer = calls(client, came(PHONE, "SI K7Q2"), key=key, stamp=int(time.time()) + 60 * minutes)

    assert (answer.status_code, Received.objects.count()) == (403, 0)


def test_unsigned_and_unreadable_calls_are_refused(gateway: Gateway, client: Client) -> None:
    plain = client.post("/mensajes/sms", came(PHONE, "SI"), content_type="application/json")
    broken = [calls(client, body).status_code for body in (b"", b"{", b"[]", b"{}", b'{"payload": 1}', b"\xff")]

    assert (plain.status_code, broken, Received.objects.count()) == (403, [400] * 6, 0)


def test_without_a_gateway_there_is_no_door(client: Client) -> None:
    assert calls(client, came(PHONE, "SI")).status_code == 404


def test_words_and_numbers_are_forgotten_after_a_month() -> None:
    old = make_received(text="SI", reply="eco", received_at=now() - timedelta(days=31), answered_at=now())
    young = make_received(text="SI", received_at=now() - timedelta(days=29), answered_at=now())

    forgotten = exchange.forget_old()

    rows = [Received.objects.get(pk=row.pk) for row in (old, young)]
    assert (forgotten, [(row.sender, row.text, row.reply) for row in rows]) == (1, [("", "", ""), (PHONE, "SI", "")])


def test_no_log_names_a_phone_or_its_words(gateway: Gateway, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.is_broken = True

    calls(client, came(PHONE, "secreto"))
    answer_all()
    send(notification_id=make_notification(make_contact(phone=PHONE, email=""), is_urgent=True).pk)

    assert [word for word in (PHONE, "4141112233", "secreto") if word in caplog.text] == []
    assert "was not answered (HTTPError)" in caplog.text
