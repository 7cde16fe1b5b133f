"""Access tokens of the API: how they look, what each scope opens, and who is there when one is shown."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from epo.accounts.models import AccessToken
from epo.accounts.standing import standing_of
from epo.core.clock import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from epo.accounts.models import User

PREFIX = "epo_"
BYTES = 32
READ, ANSWER, PLAN = "read", "answer", "plan"
SCOPES: Mapping[str, _StrPromise] = {
    READ: _("read what you may see"),
    ANSWER: _("answer your calls, and keep your trades and absences up to date"),
    PLAN: _("everything else that you may do: triage, plan, call"),
}


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """A plain hash is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_in(request: HttpRequest | Request) -> str:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def usable_token(secret: str) -> AccessToken | None:
    """None too where the person has lost a right since, whichever it is: somebody decides anew what it may."""
    token = AccessToken.objects.usable().select_related("user").filter(hashed=hashed(secret)).first()
    if token is None or set(token.standing) - set(standing_of(token.user)):
        return None
    return token


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        secret = token_in(request)
        if not secret:
            return None
        token = usable_token(secret)
        if token is None:
            raise AuthenticationFailed(_("This token is not valid, or not any more."))
        if token.last_used_on != today():
            AccessToken.objects.filter(pk=token.pk).update(last_used_on=today())
        return token.user, token


class WithinScope(BasePermission):
    """A session may what its person may; a token only what its scopes name. Views that are not for PLAN say so: `scope`."""

    message = _("This token was not made for that.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        token: Any = request.auth
        if not isinstance(token, AccessToken):
            return True
        needed = READ if request.method in SAFE_METHODS else getattr(view, "scope", PLAN)
        return needed in token.scopes
