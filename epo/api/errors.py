"""A refusal is an answer, not a fault: 409 with a code for programs and a sentence for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from epo.core.errors import Refused, TooMany


def too_many(seconds: int) -> Response:
    """Nothing was stored; the same may be sent again, as it is, after so many seconds."""
    set_rollback()
    body = {"code": "too_many", "detail": _("Too many came at once. Send it again a little later."), "wait": seconds}
    return Response(body, status=status.HTTP_429_TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, TooMany):
        return too_many(error.seconds)
    if not isinstance(error, Refused):
        return exception_handler(error, context)
    set_rollback()
    body = {"code": error.refusal.code, "detail": str(error.refusal)}
    return Response(body, status=status.HTTP_409_CONFLICT)
