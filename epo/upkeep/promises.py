"""What must always hold of the platform's own rows. The apps above have theirs in `sanity.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import checks
from django.db import connection
from django.db.models import Count
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from epo.audit.models import AuditEvent
from epo.contacts.models import Contact
from epo.core import durability
from epo.core.leases import LONGEST_PAUSE
from epo.core.logs import EMAIL, PHONE
from epo.notifications.models import Notification
from epo.notifications.quiet import next_allowed
from epo.upkeep.sanity import Broken, is_postgres, name_of, register, rows_of
from epo.work.models import ReceivedAction
from epo.work.outages import clock_is_behind
from epo.work.waiting import KINDS

if TYPE_CHECKING:
    from django.db.models import Model

LONGEST_WAIT = timedelta(hours=1)
LONGEST_TRANSACTION = timedelta(minutes=5)
NO_DETAILS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32,}\b", re.IGNORECASE)
"""Keys of rows and hashes: their digits may look like a phone."""


def leases_end() -> Iterable[Broken]:
    """A lease, or the rest after a failure, is never longer than an hour."""
    until = now() + LONGEST_PAUSE + timedelta(minutes=1)
    for kind in KINDS.values():
        yield from rows_of(kind.rows().unfinished().filter(leased_until__gt=until), "is held for longer than any lease")


def rows_are_taken_up() -> Iterable[Broken]:
    since = now() - LONGEST_WAIT
    for kind in KINDS.values():
        rows = kind.rows().waiting().filter(tries=0, **{f"{kind.since}__lt": since})
        yield from rows_of(rows, "has waited for more than an hour and no worker took it")


def no_details_elsewhere() -> Iterable[Broken]:
    """Phones and e-mails stand with the contact details and nowhere else."""
    for model, field in ((AuditEvent, "data"), (Notification, "context"), (LogEntry, "object_repr")):
        yield from _with_details(model, field)
    yield from _with_details(LogEntry, "change_message")


def _with_details(model: type[Model], field: str) -> Iterable[Broken]:
    rows: Any = model._default_manager.order_by("pk").values_list("pk", field)
    for pk, said in rows.iterator():
        text = NO_DETAILS.sub("", said if isinstance(said, str) else json.dumps(said, ensure_ascii=False))
        if PHONE.search(text) or EMAIL.search(text):
            yield Broken(name_of(model, pk), f"{field} holds what looks like a phone or an e-mail")


def details_have_no_history() -> Iterable[Broken]:
    for model in apps.get_models():
        if model.__name__ == f"Historical{Contact.__name__}":
            yield Broken(model._meta.label_lower, "keeps a history of contact details")


def answers_are_given_once() -> Iterable[Broken]:
    """A client's id is used once by each person; NULL is a person too."""
    twice = ReceivedAction.objects.values("by", "client_id").annotate(n=Count("pk")).filter(n__gt=1).order_by()
    for row in twice:
        yield Broken(f"work.receivedaction {row['client_id']}", "was received more than once")


def transactions_are_short() -> Iterable[Broken]:
    """PostgreSQL knows who keeps one open and does nothing."""
    if not is_postgres():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%%'"
            " AND state_change < now() - make_interval(secs => %s) AND application_name <> 'pg_dump'",
            [LONGEST_TRANSACTION.total_seconds()],
        )
        for (pid,) in cursor.fetchall():
            yield Broken(f"session {pid}", "keeps a transaction open and does nothing")


def configuration_is_right() -> Iterable[Broken]:
    for said in durability.problems(connection):
        yield Broken("database", said)
    for message in checks.run_checks(databases=["default"]):
        if message.level >= checks.ERROR:
            yield Broken(str(message.id), str(message.msg))


def clock_is_right() -> Iterable[Broken]:
    if clock_is_behind():
        yield Broken("clock", "stands before what is already written")


def nobody_is_woken() -> Iterable[Broken]:
    sent = Notification.objects.filter(is_urgent=False, sent_at__isnull=False).order_by("pk")
    for pk, at in sent.values_list("pk", "sent_at").iterator():
        if at and next_allowed(at) > at + timedelta(minutes=1):
            yield Broken(name_of(Notification, pk), f"was sent at {localtime(at):%H:%M} and was not urgent")


def register_all() -> None:
    register(5, "leases_end", _("Whoever holds a row gives it back"), leases_end)
    register(5, "rows_are_taken_up", _("Whatever waits is taken up"), rows_are_taken_up)
    register(6, "no_details_elsewhere", _("Phones and e-mails stand in one place only"), no_details_elsewhere)
    register(6, "details_have_no_history", _("Contact details have no history"), details_have_no_history)
    register(7, "answers_are_given_once", _("The same request gets one answer"), answers_are_given_once)
    register(8, "transactions_are_short", _("Nothing slow inside a transaction"), transactions_are_short)
    register(10, "configuration_is_right", _("Wrong configuration is noticed"), configuration_is_right)
    register(11, "clock_is_right", _("The clock does not stand in the past"), clock_is_right)
    register(11, "nobody_is_woken", _("Nobody gets a message at night that could wait"), nobody_is_woken)
