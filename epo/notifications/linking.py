"""Everything that writes whose chat with our bot it is."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from epo.contacts.actions import contact_of
from epo.notifications.models import TelegramLink

if TYPE_CHECKING:
    from epo.contacts.models import Contact
    from epo.core.types import Actor

HOLDS = timedelta(minutes=15)


def make_code(*, by: Actor) -> str:
    """The address that opens the chat and says there, once, who it is."""
    code = secrets.token_urlsafe(16)
    wanted = {"code_hash": _hash(code), "code_until": now() + HOLDS}
    TelegramLink.objects.update_or_create(contact=contact_of(user=by), defaults=wanted)
    return f"https://t.me/{settings.TELEGRAM_BOT}?start={code}"


@transaction.atomic
def link(*, chat: str, code: str) -> Contact | None:
    """Whose code it is, if it still holds; a chat belongs to one person, the last who linked it."""
    named = TelegramLink.objects.select_for_update(of=("self",), no_key=True).filter(code_hash=_hash(code))
    row = named.filter(code_until__gt=now()).select_related("contact").first()
    if row is None:
        return None
    TelegramLink.objects.filter(chat=chat).exclude(pk=row.pk).update(chat=None)
    row.chat, row.code_hash, row.code_until, row.blocked_at = chat, "", None, None
    row.save(update_fields=["chat", "code_hash", "code_until", "blocked_at"])
    return row.contact


def unlink(*, by: Actor) -> None:
    TelegramLink.objects.filter(contact__user=by.pk).delete()


def note_blocked(*, chat: str) -> None:
    TelegramLink.objects.filter(chat=chat, blocked_at=None).update(blocked_at=now())


def note_open(*, chat: str) -> None:
    """Who writes to us hears us again."""
    TelegramLink.objects.filter(chat=chat).exclude(blocked_at=None).update(blocked_at=None)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
