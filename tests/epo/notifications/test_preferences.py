"""By which way, at which hours: as each person wishes."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from epo.notifications import quiet
from epo.notifications.actions import send
from epo.notifications.models import Preference
from tests import make

if TYPE_CHECKING:
    from django.test import Client

    from epo.accounts.models import User
    from tests.bot_api import Bot
    from tests.gateways import Gateway

pytestmark = pytest.mark.django_db
CARACAS = ZoneInfo("America/Caracas")
KIND = "account.password_changed"
WISHES = {"email": "ana@example.org", "first": "sms", "second": "email", "third": "", "language": "es"}


@pytest.fixture
def ana(client: Client) -> User:
    user = make.make_user("ana")
    client.force_login(user)
    return user


def wishes(client: Client, **said: str) -> Any:
    return client.post("/avisos/ajustes", WISHES | said)


@pytest.mark.parametrize(
    ("ways", "by"),
    [(["email", "telegram", "sms"], "email"), (["sms", "email"], "sms"), (["telegram", "sms"], "telegram"), ([], "")],
)
def test_first_way_is_the_one_that_was_asked_for(gateway: Gateway, bot: Bot, ways: list[str], by: str) -> None:
    contact = make.make_contact(email="ana@example.org", phone="+584141112233")
    make.make_telegram_link(contact)
    make.make_preference(contact, ways=ways)
    note = make.make_notification(contact, kind=KIND, is_urgent=True)

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert note.way == by
    told = {"email": len(mail.outbox), "sms": len(gateway.sent), "telegram": len(bot.sent)}
    assert told == {way: int(way == by) for way in told}


def test_way_that_is_not_set_up_is_passed_over(gateway: Gateway) -> None:
    contact = make.make_contact(email="", phone="+584141112233")
    make.make_preference(contact, ways=["telegram", "email", "sms"])
    note = make.make_notification(contact, kind=KIND, is_urgent=True)

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.way, len(gateway.sent)) == ("sms", 1)


def test_mailbox_that_there_is_not_leads_to_the_next_way(gateway: Gateway, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.epo.notifications.mail_servers.Unknown"
    note = make.make_notification(
        make.make_contact(email="ana@example.org", phone="+584141112233"), kind=KIND, is_urgent=True
    )

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.way, len(gateway.sent)) == ("sms", 1)


def test_where_every_way_refuses_it_is_tried_again(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.epo.notifications.mail_servers.Unknown"
    note = make.make_notification(make.make_contact(email="ana@example.org"), kind=KIND, is_urgent=True)

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.sent_at, note.failed_at, note.last_error) == (None, None, "Unreachable")


def test_once_texts_are_used_up_the_next_way_is_taken(noon: None, gateway: Gateway, settings: Any) -> None:
    settings.SMS_A_DAY = 0
    contact = make.make_contact(email="ana@example.org", phone="+584141112233")
    make.make_preference(contact, ways=["sms", "email"])
    note = make.make_notification(contact, kind=KIND)

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.way, len(mail.outbox), gateway.sent) == ("email", 1, [])


def test_page_keeps_order_and_hours(client: Client, ana: User) -> None:
    wishes(client, quiet_from="08:00", quiet_until="16:00", digest="on")

    kept = Preference.objects.get()
    assert (kept.ways, kept.quiet_from, kept.quiet_until, kept.digest) == (["sms", "email"], time(8), time(16), True)
    page = client.get("/avisos/ajustes").text
    assert [word in page for word in ('value="sms" selected', 'value="08:00"', 'value="16:00"')] == [True] * 3


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"second": "sms"}, "Ese medio ya está arriba."),
        ({"quiet_from": "08:00"}, "Di desde cuándo y hasta cuándo, o deja los dos vacíos."),
        ({"quiet_until": "08:00"}, "Di desde cuándo y hasta cuándo, o deja los dos vacíos."),
        ({"quiet_from": "08:00", "quiet_until": "08:00"}, "Termina cuando empieza."),
        ({"quiet_from": "06:00", "quiet_until": "20:30"}, "Déjanos al menos dos horas del día."),
    ],
)
def test_page_says_what_does_not_go_together_and_keeps_what_was_typed(
    client: Client, ana: User, said: dict[str, str], complaint: str
) -> None:
    answer = wishes(client, **said)

    assert answer.status_code == 200
    assert complaint in answer.text
    assert 'value="ana@example.org"' in answer.text
    assert Preference.objects.count() == 0


@pytest.mark.parametrize("said", [{"first": "paloma"}, {"quiet_from": "25:00", "quiet_until": "26:00"}])
def test_page_refuses_what_there_is_not(client: Client, ana: User, said: dict[str, str]) -> None:
    assert wishes(client, **said).status_code == 200
    assert Preference.objects.count() == 0


DAY_SLEEPER, EARLY = (time(8), time(16)), (time(19), time(9))


@pytest.mark.parametrize(
    ("own", "at", "allowed"),
    [
        (DAY_SLEEPER, (2, 12, 0), (2, 16, 0)),
        (DAY_SLEEPER, (2, 7, 30), (2, 7, 30)),
        (DAY_SLEEPER, (2, 22, 0), (3, 7, 0)),
        (EARLY, (2, 18, 59), (2, 18, 59)),
        (EARLY, (2, 20, 0), (3, 9, 0)),
        (EARLY, (3, 8, 0), (3, 9, 0)),
        ((time(7), time(9)), (2, 23, 0), (3, 9, 0)),
        (None, (2, 23, 0), (3, 7, 0)),
    ],
)
def test_own_quiet_hours_come_besides_the_night(
    own: quiet.Hours | None, at: tuple[int, int, int], allowed: tuple[int, int, int]
) -> None:
    def moment(day: int, hour: int, minute: int) -> datetime:
        return datetime(2026, 3, day, hour, minute, tzinfo=CARACAS)

    assert quiet.next_allowed(moment(*at), own) == moment(*allowed)


@pytest.mark.parametrize(("is_urgent", "sent"), [(False, 0), (True, 1)])
def test_in_own_quiet_hours_only_what_is_urgent_is_sent(noon: None, is_urgent: bool, sent: int) -> None:
    contact = make.make_contact(email="ana@example.org")
    make.make_preference(contact, quiet_from=time(8), quiet_until=time(16))
    note = make.make_notification(contact, kind=KIND, is_urgent=is_urgent)

    send(notification_id=note.pk)

    note.refresh_from_db()
    assert len(mail.outbox) == sent
    assert note.not_before == (None if is_urgent else datetime(2026, 3, 2, 16, tzinfo=CARACAS))
