"""Signed links under which a new password is chosen. One is good once, for some hours, and until the password changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.timezone import now

from epo.accounts.models import PasswordLink
from epo.core.http import key_in

if TYPE_CHECKING:
    from epo.accounts.models import User

SALT = "epo.accounts.password"
FRESH_BY_MAIL = timedelta(hours=3)
FRESH_BY_HAND = timedelta(hours=24)


def _signer(user: User) -> signing.Signer:
    return signing.Signer(salt=f"{SALT} {user.pk} {user.get_session_auth_hash()}")


def token_of(link: PasswordLink) -> str:
    if link.user is None:
        raise ValueError("a link that is nobody's")
    return _signer(link.user).sign(str(link.pk))


def address_of_link(link: PasswordLink) -> str:
    """The whole address, for a message."""
    return settings.SITE_URL + reverse("accounts:new-password", args=[token_of(link)])


def link_of(token: str) -> PasswordLink | None:
    """None for any text that is not a link of ours, and for one that is used, old, or of a password before this one."""
    link = PasswordLink.objects.select_related("user").filter(pk=key_in(token.partition(":")[0])).first()
    if link is None or link.user is None or not is_good(link):
        return None
    try:
        _signer(link.user).unsign(token)
    except signing.BadSignature:
        return None
    return link


def is_good(link: PasswordLink) -> bool:
    fresh = FRESH_BY_HAND if link.by_id else FRESH_BY_MAIL
    is_theirs = link.user is not None and link.user.is_active
    return is_theirs and link.ended_at is None and link.made_at > now() - fresh
