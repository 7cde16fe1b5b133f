from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from epo.accounts import tokens
from epo.accounts.models import AccessToken, CalendarKey
from epo.accounts.standing import standing_of
from epo.audit.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection

    from epo.accounts.models import User

BYTES = 32


@transaction.atomic
def make_token(*, user: User, name: str, scopes: Collection[str], days: int) -> tuple[AccessToken, str]:
    """The row, and the secret, which is told this once and never again."""
    secret = tokens.new_secret()
    token = AccessToken.objects.create(
        user=user,
        name=name,
        hashed=tokens.hashed(secret),
        scopes=sorted(set(scopes) & set(tokens.SCOPES)),
        standing=standing_of(user),
        expires_at=now() + timedelta(days=days),
    )
    record("token.made", token, by=user, scopes=token.scopes, days=days)
    return token, secret


@transaction.atomic
def revoke_token(*, token: AccessToken, by: User) -> None:
    """Saying it twice changes nothing."""
    if AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
        record("token.revoked", token, by=by, user=token.user_id)


@transaction.atomic
def new_calendar_key(*, user: User) -> CalendarKey:
    """An address of one's own for calendars; the one before leads nowhere from now on."""
    key, _made = CalendarKey.objects.update_or_create(
        user=user, defaults={"key": secrets.token_urlsafe(BYTES), "made_at": now()}
    )
    record("calendar.key_made", key, by=user)
    return key


@transaction.atomic
def drop_calendar_key(*, user: User) -> None:
    count, _of_what = CalendarKey.objects.filter(user=user).delete()
    if count:
        record("calendar.key_dropped", user, by=user)
