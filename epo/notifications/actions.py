"""Everything that writes notices: queue, send, mark as read."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.timezone import now

from epo.contacts.actions import contact_of, contacts_of, update_contact
from epo.core.leases import Lease, hold
from epo.notifications import digest
from epo.notifications.channels import channels_for
from epo.notifications.events import Unreachable
from epo.notifications.exchange import next_free_day
from epo.notifications.kinds import KINDS, message_for
from epo.notifications.models import DIGEST, WAYS, Notification, Preference, language_of, quiet_of
from epo.notifications.quiet import next_allowed
from epo.notifications.tasks import deliver
from epo.work.nudge import nudge_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from epo.contacts.models import Contact
    from epo.core.types import Actor

MOST_TRIES = 20

log = logging.getLogger(__name__)
_gathered: ContextVar[list[Wanted] | None] = ContextVar("gathered", default=None)


def notify(
    *,
    contact: Contact,
    kind: str,
    key: str,
    about: Model | None = None,
    not_before: datetime | None = None,
    urgent: bool = False,
    **ids: Any,
) -> Notification:
    """Queue a message in the caller's transaction; it is sent once that commits.

    `key` names the event and the recipient: the same key again is the same message, told once. `about` and
    `ids` are rows or their keys; `about` reaches the kind's function under that name. At night only `urgent`
    ones leave.
    """
    if about is not None:
        ids["about"] = about
    wanted = Wanted(contact=contact, kind=kind, key=key, is_urgent=urgent, not_before=not_before, ids=ids)
    return _store([wanted])[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message to be queued; see `notify`."""

    contact: Contact
    kind: str
    key: str
    is_urgent: bool = False
    not_before: datetime | None = None
    ids: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> Notification:
        if self.kind not in KINDS:
            raise ValueError(f"no app has registered the notice {self.kind}")
        return Notification(
            contact=self.contact,
            kind=self.kind,
            key=self.key,
            context={name: _as_key(value) for name, value in self.ids.items()},
            not_before=self.not_before if self.is_urgent else _by_day(self.not_before),
            is_urgent=self.is_urgent,
        )


def queue_notices(wanted: Iterable[Wanted]) -> None:
    """`notify` for many in a few statements; who was told under the same key is not told again."""
    gathered = _gathered.get()
    if gathered is None:
        _store(wanted)
    else:
        gathered.extend(wanted)


@contextmanager
def told_together() -> Iterator[None]:
    """What the steps within queue is stored at the end, all of it in a few statements; a refusal stores none of it."""
    if _gathered.get() is not None:
        yield
        return
    gathered: list[Wanted] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    _store(gathered)


def _store(wanted: Iterable[Wanted]) -> list[Notification]:
    """In the order given. What was stored before and still waits is handed out once more, which does no harm."""
    rows = [one.row() for one in wanted]
    if not rows:
        return []
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    stored = {note.key: note for note in Notification.objects.filter(key__in=[row.key for row in rows])}
    nudge_all(deliver, [note.pk for note in stored.values() if note.is_due])
    return [stored[row.key] for row in rows]


def notify_all(*, users: Iterable[Actor], kind: str, key: str, urgent: bool = False, **ids: Any) -> None:
    """The same message to several users; `key` names the event alone."""
    queue_notices(
        Wanted(contact=contact, kind=kind, key=f"{key}:u{user.pk}", is_urgent=urgent, ids=ids)
        for user, contact in contacts_of(users=users)
    )


def _by_day(not_before: datetime | None) -> datetime | None:
    wanted = not_before or now()
    allowed = next_allowed(wanted)
    return not_before if allowed == wanted else allowed


def _as_key(value: Any) -> Any:
    if isinstance(value, Model):
        value = value.pk
    return value if isinstance(value, int | str | bool | None) else str(value)


def send(*, notification_id: int) -> None:
    """Send by the first way that reaches the person. A failure waits and is tried again, then given up.

    Errors of mail servers repeat addresses, so only their type is logged.
    """
    try:
        with hold(Notification.objects.all(), notification_id) as lease:
            if lease is not None:
                _send_under(lease)
    except Exception as error:  # noqa: BLE001 -- any failure of a channel; the row keeps its type and its next try
        log.warning("notice %s was not sent (%s)", notification_id, type(error).__name__)


def _send_under(lease: Lease[Notification]) -> None:
    note = Notification.objects.select_related("contact__preference", "contact__telegram").get(pk=lease.pk)
    if digest.is_wanted(note) and digest.put_into(lease):
        return
    allowed = next_allowed(now(), quiet_of(note.contact))
    if not note.is_urgent and allowed > now():
        _write(lease, not_before=allowed)
        return
    try:
        sent_by, later = _hand_over(note)
    except Exception:
        if note.tries >= MOST_TRIES:
            _write(lease, failed_at=now())
        raise
    if later is not None:
        _write(lease, not_before=later)
    else:
        _write(lease, sent_at=now(), way=sent_by)


def _hand_over(note: Notification) -> tuple[str, datetime | None]:
    """By the first way that takes it: its name, or none; and when to try again, where only texts are used up for today.

    Unreachable where every way refuses: that may be our own fault, and is tried again.
    """
    with translation.override(language_of(note.contact)):
        message, later, refused = message_for(note), None, None
        if message is None:
            return "", None
        for channel in channels_for(note):
            if channel.way == "sms" and not note.is_urgent and (free := next_free_day()):
                later = free
                continue
            try:
                channel.send(note, message)
            except Unreachable as error:
                refused = error
                continue
            return channel.way, None
        if refused is not None and later is None:
            raise refused
    return "", later


@transaction.atomic
def _write(lease: Lease[Notification], **fields: datetime | str) -> None:
    note = lease.row()
    for name, value in fields.items():
        setattr(note, name, value)
    note.save(update_fields=list(fields))
    if note.kind == DIGEST and "not_before" not in fields:
        note.tells.filter(sent_at=None).update(**fields)


def mark_read(*, by: Actor, notification_id: int | None = None) -> int:
    """One of the user's notices, or all of them."""
    unread = Notification.objects.to_user(by).unread()
    if notification_id is not None:
        unread = unread.filter(pk=notification_id)
    return unread.update(read_at=now())


def set_preference(*, contact: Contact, **wishes: Any) -> Preference:
    preference, _created = Preference.objects.update_or_create(contact=contact, defaults=wishes)
    return preference


def turn_way(*, contact: Contact, way: str, is_on: bool) -> None:
    """Off, or on again as the last one to be tried."""
    preference = Preference.objects.filter(contact=contact).first()
    others = [one for one in (preference.ways if preference else WAYS) if one != way]
    set_preference(contact=contact, ways=[*others, way] if is_on else others)


@transaction.atomic
def set_wishes(*, by: Actor, email: str, **wishes: Any) -> None:
    """Where, in which language, by which ways and when somebody wants to hear from us."""
    contact = contact_of(user=by)
    update_contact(contact=contact, email=email)
    set_preference(contact=contact, **wishes)
