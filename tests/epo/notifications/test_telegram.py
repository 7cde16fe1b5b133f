"""Our bot in Telegram: a chat is linked by a code that works once, and says and hears what a text message does."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils.timezone import now

from battles.models import Offer
from battles.states import AnsweredBy, BattleState, OfferState
from epo.core.clock import today
from epo.notifications import exchange, linking
from epo.notifications.actions import send
from epo.notifications.models import Notification, Preference, Received, TelegramLink
from tests import make
from tests.bot_api import SECRET, Bot, calls, wrote

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.gateways import Gateway

pytestmark = pytest.mark.django_db
CHAT = 7_000_111
NOT_LINKED = "Open “How you hear from us” on our page, and press “Link Telegram” there."
RUN_OUT = "This link has run out. Make a new one on our page, under “How you hear from us”."


@pytest.fixture(autouse=True)
def _in_english(settings: SettingsWrapper) -> None:
    settings.LANGUAGE_CODE = "en"


def writes(client: Client, text: str, *, chat: int = CHAT, update: int = 1) -> None:
    assert calls(client, wrote(chat, text, update=update)).status_code == 204
    for row in Received.objects.all():
        exchange.answer(received_id=row.pk)


def code_for(user: object) -> str:
    return linking.make_code(by=user).partition("?start=")[2]  # type: ignore[arg-type]


def test_chat_is_linked_from_the_page_by_a_code_that_works_once(bot: Bot, client: Client) -> None:
    user, thief = make.make_user(), 8_000_222
    client.force_login(user)
    page = client.post("/avisos/ajustes", {"link": "1"}).text
    code = re.findall(r"https://t.me/epo_bot\?start=([A-Za-z0-9_-]{1,64})\"", page)[0]

    writes(client, f"/start {code}")
    writes(client, f"/start {code}", chat=thief, update=2)

    told = "Linked. What concerns you comes here now; AYUDA tells what you can write."
    assert bot.sent == [(CHAT, told), (thief, RUN_OUT)]
    assert list(TelegramLink.objects.values_list("contact__user", "chat", "code_hash")) == [(user.pk, str(CHAT), "")]
    assert "Your Telegram is linked." in client.get("/avisos/ajustes").text


def test_code_runs_out_after_a_quarter_of_an_hour(bot: Bot, client: Client) -> None:
    code = code_for(make.make_user())
    TelegramLink.objects.update(code_until=now() - timedelta(seconds=1))

    writes(client, f"/start {code}")

    assert bot.sent == [(CHAT, RUN_OUT)]
    assert TelegramLink.objects.get().chat is None


def test_chat_belongs_to_the_last_who_linked_it(bot: Bot, client: Client) -> None:
    first, second = make.make_user(), make.make_user()
    writes(client, f"/start {code_for(first)}")

    writes(client, f"/start {code_for(second)}", update=2)

    assert list(TelegramLink.objects.order_by("pk").values_list("contact__user", "chat")) == [
        (first.pk, None),
        (second.pk, str(CHAT)),
    ]
    assert len(bot.sent) == 2


def test_link_is_taken_back_on_the_page(bot: Bot, client: Client) -> None:
    user = make.make_user()
    make.make_telegram_link(make.make_contact(user=user))
    other = make.make_telegram_link()
    client.force_login(user)

    client.post("/avisos/ajustes", {"unlink": "1"})

    assert list(TelegramLink.objects.all()) == [other]
    assert bot.sent == []


def test_notice_leaves_by_the_bot_once(bot: Bot) -> None:
    link = make.make_telegram_link(make.make_contact(email=""), chat=str(CHAT))
    note = make.make_notification(link.contact, is_urgent=True, kind="account.password_changed")

    send(notification_id=note.pk)
    send(notification_id=note.pk)

    note.refresh_from_db()
    assert [chat for chat, _text in bot.sent] == [CHAT]
    assert (note.way, note.sent_at is not None) == ("telegram", True)


def test_who_shut_the_bot_out_is_told_by_the_next_way_and_by_the_bot_again_once_they_write(
    bot: Bot, gateway: Gateway, client: Client
) -> None:
    link = make.make_telegram_link(make.make_contact(email="", phone="+584141112233"), chat=str(CHAT))
    bot.shut_out_by.add(CHAT)
    notes = [make.make_notification(link.contact, is_urgent=True, kind="account.password_changed") for _n in range(3)]

    send(notification_id=notes[0].pk)
    send(notification_id=notes[1].pk)
    link.refresh_from_db()
    blocked = link.blocked_at
    bot.shut_out_by.clear()
    writes(client, "hola")
    send(notification_id=notes[2].pk)

    assert blocked is not None
    assert list(Notification.objects.order_by("pk").values_list("way", flat=True)) == ["sms", "sms", "telegram"]
    assert (len(gateway.sent), [chat for chat, _text in bot.sent]) == (2, [CHAT, CHAT])


def test_bot_that_is_away_gets_the_notice_later(bot: Bot) -> None:
    link = make.make_telegram_link(make.make_contact(email=""), chat=str(CHAT))
    note = make.make_notification(link.contact, is_urgent=True, kind="account.password_changed")
    bot.is_broken = True
    send(notification_id=note.pk)
    note.refresh_from_db()
    waits = note.sent_at

    bot.is_broken = False
    Notification.objects.update(leased_until=None)
    send(notification_id=note.pk)

    note.refresh_from_db()
    assert (waits, note.way, len(bot.sent)) == (None, "telegram", 1)


def test_yes_from_the_linked_chat_takes_the_seat_and_a_repeated_update_is_answered_once(
    bot: Bot, client: Client
) -> None:
    battle = make.make_battle(state=BattleState.ASKING, first_day=today() + timedelta(days=20))
    offer = make.make_offer(make.make_seat(battle), make.make_volunteer("welding"))
    make.make_telegram_link(offer.volunteer.contact, chat=str(CHAT))

    for _repeat in range(3):
        writes(client, f"sí voy {offer.code.lower()}")

    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == (OfferState.ACCEPTED, AnsweredBy.TELEGRAM)
    assert [text[:6] for _chat, text in bot.sent] == ["Noted:"]
    assert Received.objects.get().way == "telegram"


def test_code_of_somebody_else_is_nothing_from_this_chat(bot: Bot, client: Client) -> None:
    battle = make.make_battle(state=BattleState.ASKING, first_day=today() + timedelta(days=20))
    offer = make.make_offer(make.make_seat(battle), make.make_volunteer("welding"))
    make.make_telegram_link(chat=str(CHAT))

    writes(client, f"SI {offer.code}")

    assert Offer.objects.get().state == OfferState.ASKED
    assert [text for _chat, text in bot.sent] == [
        "We do not know this code from this phone. Look at it again in our message."
    ]


def test_stop_and_start_turn_the_way_off_and_on(bot: Bot, client: Client) -> None:
    link = make.make_telegram_link(chat=str(CHAT))
    make.make_preference(link.contact, language="en")

    writes(client, "/stop")
    off = Preference.objects.get().ways
    writes(client, "ALTA", update=2)

    assert off == ["email", "sms"]
    assert Preference.objects.get().ways == ["email", "sms", "telegram"]


def test_chat_that_nobody_linked_is_told_how(bot: Bot, client: Client) -> None:
    writes(client, "/start")

    assert bot.sent == [(CHAT, NOT_LINKED)]


@pytest.mark.parametrize("secret", ["", "other", SECRET + "x"])
def test_nobody_else_is_heard(bot: Bot, client: Client, secret: str) -> None:
    assert calls(client, wrote(CHAT, "SI"), secret=secret).status_code == 403
    assert Received.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"update_id": "x"}', b"\xff", b'{"update_id": 1, "message": {"chat": {"type": "private"}}}'],
)
def test_what_is_no_update_is_refused(bot: Bot, client: Client, body: bytes) -> None:
    assert calls(client, body).status_code == 400
    assert Received.objects.count() == 0


@pytest.mark.parametrize("body", [b'{"update_id": 5, "my_chat_member": {}}', wrote(CHAT, "SI", kind="group")])
def test_what_is_not_written_to_us_by_one_person_changes_nothing(bot: Bot, client: Client, body: bytes) -> None:
    assert calls(client, body).status_code == 204
    assert Received.objects.count() == 0


def test_without_a_bot_there_is_no_door(client: Client) -> None:
    assert calls(client, wrote(CHAT, "SI")).status_code == 404


def test_no_log_names_the_token_or_the_chat(bot: Bot, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bot.is_broken = True

    writes(client, "hola secreto")

    assert [word for word in ("bot-token", str(CHAT), "secreto") if word in caplog.text] == []
