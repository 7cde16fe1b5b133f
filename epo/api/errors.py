"""Answers that are no success, all of one shape (RFC 9457): what it is, its code for programs, a sentence for people.

A refusal is an answer, not a fault: 409. What was wrong with which field stands in `errors`.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from epo.core.errors import Refused, TooMany
from epo.core.problems import KIND, problem_body


def problem(answer: int, code: str, detail: str, **more: Any) -> Response:
    return Response(problem_body(answer, code, detail, **more), status=answer, content_type=KIND)


def too_big() -> Response:
    said = _("This is more than is taken at once.")
    return problem(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, "too_big", said)


def too_many(seconds: int) -> Response:
    """Nothing was stored; the same may be sent again, as it is, after so many seconds."""
    set_rollback()
    said = _("Too many came at once. Send it again a little later.")
    response = problem(status.HTTP_429_TOO_MANY_REQUESTS, "too_many", said, wait=seconds)
    response["Retry-After"] = str(seconds)
    return response


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, TooMany):
        return too_many(error.seconds)
    if isinstance(error, RequestDataTooBig):
        return too_big()
    if isinstance(error, Refused):
        set_rollback()
        return problem(status.HTTP_409_CONFLICT, error.refusal.code, str(error.refusal))
    response = exception_handler(error, context)
    return response and _told(error, response)


def _told(error: Exception, response: Response) -> Response:
    if isinstance(error, ValidationError):
        told = problem(response.status_code, "invalid", _("Something in it cannot be so."), errors=response.data)
    else:
        detail = (response.data or {}).get("detail", "")
        told = problem(response.status_code, getattr(detail, "code", "error"), str(detail))
    for name, value in response.items():
        if name.lower() != "content-type":
            told[name] = value
    return told
