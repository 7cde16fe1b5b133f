"""Whole page, fragment or redirect: decided here, once, for every view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from epo.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_htmx.middleware import HtmxDetails

    from epo.accounts.models import User


T = TypeVar("T")

_View = TypeVar("_View", bound="Callable[..., Any]")

DIGITS = 15
NUL = "\x00"


class SignedInRequest(HttpRequest):
    """What views behind the sign-in receive (a type only; nothing is an instance of it)."""

    user: User
    htmx: HtmxDetails


def when_sure(view: _View) -> _View:
    """For what changes how somebody signs in or is reached: who is there shows again that it is really them.

    Only a mark, so that every app can set it; `epo.accounts.middleware` asks.
    """
    view.when_sure = True  # type: ignore[attr-defined]
    return view


def key_in(text: str | None) -> int:
    """The key of a row that an address or a form names; 0, which no row has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


def words_in(request: HttpRequest, name: str, *, most: int) -> str:
    """What somebody typed into a field that has no form class, as it can be stored: no NUL, at most so long."""
    return request.POST.get(name, "").replace(NUL, "").strip()[:most]


class NowhereMiddleware:
    """No database looks for a text with a NUL character (PostgreSQL), or for a number that no key can be (both)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            raise Http404
        return self.get_response(request)

    def process_view(self, _request: HttpRequest, _view: Any, _args: Any, named: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value >= 10**DIGITS for value in named.values()):
            raise Http404


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or only its partial `fragment` when htmx asks for it."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    wants_fragment = fragment and htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{fragment}" if wants_fragment else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def after_post(
    request: HttpRequest, template: str, context: dict[str, Any], *, to: Any, fragment: str | None = None
) -> HttpResponse:
    """The renewed fragment for htmx; a redirect to `to` for everyone else."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if not htmx:
        return redirect(to)
    if fragment is None:
        return HttpResponseClientRedirect(redirect(to).url)
    return page(request, template, context, fragment=fragment)


def tell_refusal(request: HttpRequest, action: Callable[[], T]) -> T | None:
    """Carry out `action`; a refusal becomes a message on the next page and None."""
    try:
        return action()
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
        return None
