from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from epo.accounts.models import User
from epo.core.leases import hold
from epo.notifications import actions, kinds
from epo.notifications.kinds import Message
from epo.notifications.models import Notification
from epo.notifications.quiet import next_allowed
from epo.notifications.tasks import deliver
from epo.work.actions import hand_out_again
from tests.make import make_contact, make_notification, make_preference, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 13, 2, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 13, 11, 0, tzinfo=UTC)


def _told(about: User) -> Message:
    from django.utils.translation import gettext

    return Message(f"{gettext('Saved.')}\n {about.name}", "Cuerpo", f"/x/{about.pk}")


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "test", kinds.Kind(_told, {"about": User.objects.all}))


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of the notices."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(actions, "now", lambda: moment)

    set_clock(NOON)
    return set_clock


def _queue(**fields) -> Notification:
    fields = {
        "contact": make_contact(email="ana@example.org"),
        "about": make_user(name="Ana"),
        "urgent": True,
    } | fields
    return actions.notify(kind="test", key=fields.pop("key", "event:1"), **fields)


def test_notify_queues_with_the_keys_of_rows_only(at):
    about = make_user(name="Ana")

    note = _queue(about=about, offer=7, battle="x")

    assert note.context == {"about": about.pk, "offer": 7, "battle": "x"}
    assert (note.sent_at, note.not_before, note.is_urgent) == (None, None, True)


def test_notify_twice_with_one_key_is_one_notice(at):
    first, second = _queue(), _queue()

    assert first == second
    assert Notification.objects.count() == 1


def test_notify_is_gone_with_the_transaction_that_fails(at):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _queue()
        raise ZeroDivisionError

    assert Notification.objects.count() == 0


def test_notify_of_an_unknown_kind_is_our_mistake():
    with pytest.raises(ValueError, match="no app has registered"):
        actions.notify(contact=make_contact(), kind="nobody.knows", key="k")


def test_notify_all_makes_one_notice_for_each_user(at):
    users = [make_user(), make_user()]

    actions.notify_all(users=users, kind="test", key="event:2", about=users[0])

    notes = list(Notification.objects.order_by("pk"))
    assert [note.contact.user for note in notes] == users
    assert [note.key for note in notes] == [f"event:2:u{user.pk}" for user in users]


def test_notices_of_several_steps_are_stored_together_at_their_end(at):
    users, events = [make_contact(user=make_user()).user], []

    with actions.told_together(), actions.told_together():
        actions.notify_all(users=users, kind="test", key="one", about=users[0])
        actions.notify_all(users=users, kind="test", key="two", about=users[0])
        events.append(Notification.objects.count())
    with pytest.raises(ZeroDivisionError), actions.told_together():
        actions.notify_all(users=users, kind="test", key="three", about=users[0])
        raise ZeroDivisionError
    actions.notify_all(users=users, kind="test", key="four", about=users[0])

    keys = [f"{event}:u{users[0].pk}" for event in ("one", "two", "four")]
    assert (events, list(Notification.objects.order_by("pk").values_list("key", flat=True))) == ([0], keys)


def test_notify_all_asks_as_often_for_nine_as_for_two(at):
    users = [make_contact(user=make_user()).user for _ in range(11)]

    asked = []
    for number, group in enumerate((users[:2], users[2:])):
        with CaptureQueriesContext(connection) as queries:
            actions.notify_all(users=group, kind="test", key=f"event:{number}", about=group[0])
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (NOON, NOON),
        (NIGHT, MORNING),
        (datetime(2026, 3, 13, 1, 0, tzinfo=UTC), MORNING),
        (datetime(2026, 3, 13, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 13, 0, 59, 59, tzinfo=UTC)),
        (datetime(2026, 3, 13, 10, 59, tzinfo=UTC), MORNING),
        (MORNING, MORNING),
    ],
)
def test_messages_leave_by_day(moment, allowed):
    assert next_allowed(moment) == allowed


def test_notify_at_night_waits_for_the_morning(at):
    at(NIGHT)

    assert _queue(urgent=False).not_before == MORNING


def test_notify_at_night_leaves_at_once_when_urgent(at):
    at(NIGHT)

    assert _queue(urgent=True).not_before is None


def test_notify_for_a_later_night_waits_for_that_morning(at):
    assert _queue(urgent=False, not_before=NIGHT).not_before == MORNING


def test_send_mails_in_the_language_of_the_reader(at, settings):
    settings.SITE_URL = "https://epo.example"
    contact = make_contact(email="ana@example.org", user=make_user())
    make_preference(contact, language="en")
    note = _queue(contact=contact)

    actions.send(notification_id=note.pk)

    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("Saved. Ana", ["ana@example.org"])
    assert sent.extra_headers["Message-ID"] == f"<notice-{note.pk}@epo.example>"
    assert sent.body.splitlines()[:3] == ["Cuerpo", "", f"https://epo.example/x/{note.context['about']}"]
    assert "https://epo.example/avisos/ajustes" in sent.body


def test_send_mails_in_spanish_where_nothing_else_was_wished(at):
    note = _queue()

    actions.send(notification_id=note.pk)

    assert [sent.subject for sent in mail.outbox] == ["Guardado. Ana"]


def test_send_to_somebody_without_account_offers_no_page_behind_the_sign_in(at):
    note = _queue()

    actions.send(notification_id=note.pk)

    assert "/avisos/ajustes" not in mail.outbox[0].body


@pytest.mark.parametrize("wish", [{"email": ""}, {"ways": []}])
def test_send_without_a_way_stands_in_the_list_only(at, wish):
    contact = make_contact(email=wish.get("email", "ana@example.org"))
    make_preference(contact, ways=wish.get("ways", ["email"]))
    note = _queue(contact=contact)

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert mail.outbox == []
    assert note.sent_at == NOON


def test_send_of_something_that_is_gone_sends_nothing(at):
    note = _queue()
    User.objects.filter(pk=note.context["about"]).delete()

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert mail.outbox == []
    assert note.sent_at == NOON


def test_deliver_twice_sends_once(at):
    note = _queue()

    deliver(note.pk)
    deliver(note.pk)

    assert len(mail.outbox) == 1


def test_send_leaves_a_notice_alone_that_another_worker_holds(at):
    note = _queue()

    with hold(Notification.objects.all(), note.pk):
        actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert mail.outbox == []
    assert note.sent_at is None


def test_send_takes_over_from_a_worker_that_died(at):
    note = _queue()
    Notification.objects.all().claim(note.pk)
    Notification.objects.filter(pk=note.pk).update(leased_until=now() - timedelta(seconds=1))

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.sent_at, note.tries, len(mail.outbox)) == (NOON, 2, 1)


def test_send_writes_nothing_once_its_claim_was_taken_over(at, settings):
    settings.EMAIL_BACKEND = "tests.epo.notifications.mail_servers.Slow"
    note = _queue()

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.sent_at, note.claim) == (None, 2)


@pytest.fixture
def no_post(settings):
    """A mail server that refuses everything and repeats the address while doing so."""
    settings.EMAIL_BACKEND = "tests.epo.notifications.mail_servers.Refusing"


def test_send_that_fails_waits_and_logs_no_address(at, no_post, caplog):
    note = _queue()

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.sent_at, note.failed_at, note.tries) == (None, None, 1)
    assert note.last_error == smtplib.SMTPRecipientsRefused.__name__
    assert timedelta(seconds=8) < note.leased_until - now() < timedelta(seconds=11)
    assert caplog.messages == [f"notice {note.pk} was not sent (SMTPRecipientsRefused)"]


def test_send_that_fails_waits_longer_each_time(at, no_post):
    note = _queue()
    Notification.objects.filter(pk=note.pk).update(tries=4)

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert timedelta(seconds=150) < note.leased_until - now() < timedelta(seconds=161)


def test_send_is_given_up_after_many_tries(at, no_post):
    note = _queue()
    Notification.objects.filter(pk=note.pk).update(tries=actions.MOST_TRIES - 1)

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.sent_at, note.failed_at) == (None, NOON)
    assert not Notification.objects.unfinished().exists()


def test_send_that_comes_late_at_night_waits_for_the_morning(at):
    note = _queue(urgent=False)
    at(NIGHT)

    actions.send(notification_id=note.pk)

    note.refresh_from_db()
    assert (note.sent_at, note.not_before, mail.outbox) == (None, MORNING, [])


def test_waiting_notices_are_handed_out_again_when_their_hour_has_come():
    due = make_notification(not_before=now() - timedelta(minutes=1))
    make_notification(not_before=now() + timedelta(hours=1))
    make_notification(sent_at=now())

    assert list(Notification.objects.all().waiting()) == [due]
    assert hand_out_again() >= 1


def test_mark_read_marks_only_ones_own():
    mine, theirs = make_notification(make_contact(user=make_user())), make_notification()

    count = actions.mark_read(by=mine.contact.user)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert count == 1
    assert (mine.read_at is None, theirs.read_at is None) == (False, True)


def test_set_wishes_keeps_address_and_language():
    user = make_user()

    actions.set_wishes(by=user, email="nueva@example.org", language="en", ways=["sms"])

    user.contact.refresh_from_db()
    assert user.contact.email == "nueva@example.org"
    assert (user.contact.preference.language, user.contact.preference.ways) == ("en", ["sms"])
