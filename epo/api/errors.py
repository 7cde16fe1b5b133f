"""A refusal is an answer, not a fault: 409 with a code for programs and a sentence for people."""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from epo.core.errors import Refused


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if not isinstance(error, Refused):
        return exception_handler(error, context)
    set_rollback()
    body = {"code": error.refusal.code, "detail": str(error.refusal)}
    return Response(body, status=status.HTTP_409_CONFLICT)
