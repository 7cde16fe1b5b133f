"""What arrived and could not be read: kept for a coordinator, erased once it is dealt with."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from epo.audit.actions import record
from factories.actions.floods import make_room_for_raw
from factories.models import RawIntake

if TYPE_CHECKING:
    from epo.core.types import Actor


@transaction.atomic
def keep_raw(*, path: str, content_type: str, body: bytes, problem: str, sender: str = "") -> RawIntake:
    """Keep what could not be read as it came, once. It may hold contact details, so `handle_raw` erases it."""
    said = f"{path}\n{hashlib.sha256(body).hexdigest()}"
    key = salted_hmac("factories.raw", said, algorithm="sha256").hexdigest()
    raw = RawIntake.objects.filter(key=key).first()
    if raw is not None:
        return raw
    make_room_for_raw(sender=sender)
    fields = {"path": path[:200], "content_type": content_type[:100], "problem": problem[:200]}
    fresh = fields | {"body": body, "size": len(body), "sender": sender}
    return RawIntake.objects.get_or_create(key=key, defaults=fresh)[0]


@transaction.atomic
def handle_raw(*, raw: RawIntake, by: Actor) -> RawIntake:
    """A coordinator has read it and done what was to do. What came is erased; when, how much and why unreadable stay."""
    raw = RawIntake.objects.select_for_update().get(pk=raw.pk)
    if raw.handled_at is None:
        raw.handled_at, raw.handled_by, raw.body = now(), by, b""
        raw.save(update_fields=["handled_at", "handled_by", "body"])
        record("raw_intake.handled", raw, by=by)
    return raw
