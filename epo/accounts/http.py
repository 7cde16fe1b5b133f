from __future__ import annotations

from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now

from epo.accounts.guessing import seconds_until_unlocked
from epo.accounts.models import is_coordinator
from epo.core import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from epo.core.http import SignedInRequest

    View = Callable[..., HttpResponse]

_View = TypeVar("_View", bound="View")

LONG_WAIT = 120
"""Seconds from which on the hour is worth telling."""


def locked(request: HttpRequest, _answer: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """After too many wrong passwords from one address."""
    return too_many_tries(request, seconds_until_unlocked(request, credentials))


def too_many_tries(request: HttpRequest, seconds: int) -> HttpResponse:
    """Says when one can try again, and nothing of whether the name exists."""
    told = {"wait": say.wait(seconds), "at": now() + timedelta(seconds=seconds) if seconds >= LONG_WAIT else None}
    answer = render(request, "accounts/locked.html", told, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = str(seconds)
    return answer


def coordinators_only(view: _View) -> _View:
    """For everyone else there is nothing here (404)."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_coordinator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("_View", guarded)
