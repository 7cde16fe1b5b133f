"""What can wait, in one message a day: nothing twice, nothing lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from epo.contacts.models import Contact
from epo.notifications.actions import send, set_preference
from epo.notifications.kinds import KINDS, Message, register
from epo.notifications.models import DIGEST, Notification
from tests import make

if TYPE_CHECKING:
    from tests.gateways import Gateway

pytestmark = pytest.mark.django_db
CARACAS = ZoneInfo("America/Caracas")
NOON = datetime(2026, 3, 2, 12, tzinfo=CARACAS)
MORNING = datetime(2026, 3, 3, 8, tzinfo=CARACAS)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = NOON
        for where in ("actions.now", "digest.now", "models.now"):
            monkeypatch.setattr(f"epo.notifications.{where}", lambda: self.at)
        monkeypatch.setattr("epo.notifications.digest.localtime", lambda at=None: (at or self.at).astimezone(CARACAS))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    for kind in ("test.waits", "test.does_not"):
        monkeypatch.setitem(KINDS, kind, KINDS.get(kind))
        register(kind, lambda n=0: Message(f"Aviso {n}", "…", "/hoy"), can_wait=kind == "test.waits")
    return Clock(monkeypatch)


@pytest.fixture
def ana() -> Contact:
    contact = make.make_contact(user=make.make_user("ana"), email="ana@example.org", phone="+584141112233")
    make.make_preference(contact, digest=True)
    return contact


def tell(contact: Contact, n: int, kind: str = "test.waits", **fields: Any) -> Notification:
    note = make.make_notification(contact, kind=kind, context={"n": n}, **fields)
    send(notification_id=note.pk)
    note.refresh_from_db()
    return note


def send_digests() -> None:
    for pk in Notification.objects.filter(kind=DIGEST).unfinished().values_list("pk", flat=True):
        send(notification_id=pk)


def test_what_can_wait_is_told_together_the_next_morning_and_once(clock: Clock, ana: Contact) -> None:
    notes = [tell(ana, n) for n in range(3)]
    at_noon = len(mail.outbox)

    clock.at = MORNING
    for _repeat in range(2):
        send_digests()
        for note in notes:
            send(notification_id=note.pk)

    (said,) = mail.outbox
    digest = Notification.objects.get(kind=DIGEST)
    assert at_noon == 0
    assert (said.subject, said.body.splitlines()[:3]) == ("3 avisos nuevos", ["- Aviso 0", "- Aviso 1", "- Aviso 2"])
    assert (digest.not_before, digest.sent_at, digest.way) == (MORNING, MORNING, "email")
    told = Notification.objects.exclude(kind=DIGEST).order_by("pk").values_list("told_in", "sent_at", "way")
    assert list(told) == [(digest.pk, MORNING, "email")] * 3


def test_what_was_held_back_for_the_night_goes_the_same_morning(clock: Clock, ana: Contact) -> None:
    clock.at = datetime(2026, 3, 3, 7, tzinfo=CARACAS)

    note = tell(ana, 1)

    assert note.told_in is not None
    assert note.told_in.not_before == MORNING


@pytest.mark.parametrize("one", [{"kind": "test.does_not"}, {"is_urgent": True}])
def test_what_cannot_wait_goes_by_itself(clock: Clock, ana: Contact, one: dict[str, Any]) -> None:
    note = tell(ana, 1, **one)

    assert [said.subject for said in mail.outbox] == ["Aviso 1"]
    assert (note.told_in, note.sent_at) == (None, NOON)


def test_who_did_not_ask_for_it_is_told_at_once(clock: Clock, ana: Contact) -> None:
    set_preference(contact=ana, digest=False)

    tell(ana, 1)

    assert [said.subject for said in mail.outbox] == ["Aviso 1"]
    assert Notification.objects.filter(kind=DIGEST).count() == 0


def test_what_waits_when_the_wish_is_taken_back_is_still_told_once(clock: Clock, ana: Contact) -> None:
    tell(ana, 1)
    set_preference(contact=ana, digest=False)
    tell(ana, 2)

    clock.at = MORNING
    send_digests()

    assert [said.subject for said in mail.outbox] == ["Aviso 2", "1 aviso nuevo"]
    assert Notification.objects.unfinished().count() == 0


def test_what_was_read_on_the_page_is_not_told_again(clock: Clock, ana: Contact) -> None:
    read, _unread = tell(ana, 1), tell(ana, 2)
    Notification.objects.filter(pk=read.pk).update(read_at=NOON)

    clock.at = MORNING
    send_digests()

    assert [said.body.splitlines()[0] for said in mail.outbox] == ["- Aviso 2"]
    assert Notification.objects.filter(sent_at=MORNING).count() == 3


def test_digest_that_is_just_leaving_takes_nothing_more(clock: Clock, ana: Contact) -> None:
    tell(ana, 1)
    Notification.objects.filter(kind=DIGEST).update(not_before=NOON - timedelta(seconds=1))

    late = tell(ana, 2)

    assert (late.told_in, [said.subject for said in mail.outbox]) == (None, ["Aviso 2"])


def test_digest_that_cannot_leave_is_given_up_with_what_it_tells(clock: Clock, ana: Contact, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.epo.notifications.mail_servers.Refusing"
    tell(ana, 1)
    clock.at = MORNING
    Notification.objects.filter(kind=DIGEST).update(tries=19)

    send_digests()

    assert list(Notification.objects.values_list("sent_at", "failed_at")) == [(None, MORNING)] * 2


def test_by_text_message_it_is_one_short_one(clock: Clock, ana: Contact, gateway: Gateway, settings: Any) -> None:
    settings.SITE_URL = "https://epo.example.org"
    set_preference(contact=ana, ways=["sms"])
    for n in range(12):
        tell(ana, n)

    clock.at = MORNING
    send_digests()

    assert [text for _id, _to, text in gateway.sent] == ["EPO: 12 avisos nuevos. https://epo.example.org/avisos"]


def test_list_shows_what_is_told_and_not_the_digest(clock: Clock, ana: Contact, client: Any) -> None:
    tell(ana, 1)
    clock.at = MORNING
    send_digests()
    client.force_login(ana.user)

    rows = client.get("/avisos").context["rows"]

    assert [message.subject for _note, message in rows] == ["Aviso 1"]
