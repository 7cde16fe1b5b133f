"""What can wait, told together once a day to who wants it so.

A notice that goes into a digest is no longer sent by itself; the digest is a notice like any other, with a key of its
day, so that it leaves once. What was read on the page meanwhile is not told again.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime, make_aware, now
from django.utils.translation import ngettext

from epo.notifications import gsm
from epo.notifications.kinds import KINDS, Message, messages_for, register
from epo.notifications.models import DIGEST, Notification
from epo.notifications.quiet import next_allowed

if TYPE_CHECKING:
    from epo.core.leases import Lease
    from epo.notifications.models import Preference

HOUR = time(8)
"""After what was held back for the night has come up."""


def is_wanted(note: Notification) -> bool:
    preference = getattr(note.contact, "preference", None)
    kind = KINDS.get(note.kind)
    return bool(preference and preference.digest and kind and kind.can_wait and not note.is_urgent)


@transaction.atomic
def put_into(lease: Lease[Notification]) -> bool:
    """Into the next digest of that person. False where that is just being sent: then the notice goes by itself."""
    note = lease.row()
    leaves = _next(note.contact.preference)
    day = str(localtime(leaves).date())
    wanted = {
        "contact": note.contact,
        "kind": DIGEST,
        "not_before": leaves,
        "context": {"who": note.contact_id, "day": day},
    }
    of_day, _is_new = Notification.objects.get_or_create(key=_key(note.contact_id, day), defaults=wanted)
    of_day = Notification.objects.select_for_update(of=("self",), no_key=True).get(pk=of_day.pk)
    if of_day.not_before is None or of_day.not_before <= now():
        return False
    note.told_in = of_day
    note.save(update_fields=["told_in"])
    return True


def _next(preference: Preference) -> datetime:
    local = localtime()
    day = local.date() + timedelta(days=int(local.time() >= HOUR))
    return next_allowed(make_aware(datetime.combine(day, HOUR)), preference.quiet)


def _key(contact_id: int, day: str) -> str:
    return f"{DIGEST}:{contact_id}:{day}"


def told(who: int, day: str) -> Message | None:
    notes = Notification.objects.filter(told_in__key=_key(who, day), sent_at=None, read_at=None).order_by("pk")
    subjects = [message.subject for message in messages_for(notes).values() if message]
    if not subjects:
        return None
    subject = ngettext("%(count)s new notice", "%(count)s new notices", len(subjects)) % {"count": len(subjects)}
    url = reverse("notifications:list")
    short = gsm.shorten(f"EPO: {subject}. {settings.SITE_URL}{url}")
    return Message(subject, "\n".join(f"- {one}" for one in subjects), url, short=short)


register(DIGEST, told)
