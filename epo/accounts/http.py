from __future__ import annotations

from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
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

READS = ("GET", "HEAD")
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


def for_half_signed_in(view: _View) -> _View:
    """Also for who has still to do the second step, and finds `half_signed_in` there."""
    view.for_half_signed_in = True  # type: ignore[attr-defined]
    return view


def ask_again(request: HttpRequest) -> HttpResponse:
    """For the password (and the code); then back to where they were."""
    to = request.get_full_path() if request.method in READS else page_before(request)
    return redirect_to_login(to, resolve_url("accounts:confirm"))


def page_before(request: HttpRequest) -> str:
    """The page on which a form stood: its own address may answer nothing but a POST."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(came_from)._replace(scheme="", netloc="").geturl() if is_ours else resolve_url("home")
