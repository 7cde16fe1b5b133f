from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import now

from epo.accounts.models import KnownDevice
from epo.contacts.actions import contact_of
from epo.notifications.actions import set_preference

if TYPE_CHECKING:
    from epo.accounts.models import User

FORGET_DEVICES_AFTER = timedelta(days=365)


def set_language(*, language: str, by: User) -> None:
    """Notices come in this language from now on, and so do the pages wherever they sign in."""
    set_preference(contact=contact_of(user=by), language=language)


def remember_device(*, user: User, device: str) -> None:
    """They typed the right password there. What is kept dies with that password."""
    said = {"fingerprint": user.get_session_auth_hash(), "seen_at": now()}
    KnownDevice.objects.update_or_create(user=user, device=device, defaults=said)
    KnownDevice.objects.filter(user=user, seen_at__lt=now() - FORGET_DEVICES_AFTER).delete()
