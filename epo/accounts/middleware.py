from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import resolve_url
from django.utils.functional import SimpleLazyObject

from epo.accounts import standing
from epo.accounts.actions import remember_device
from epo.accounts.guessing import device_for
from epo.accounts.http import READS, ask_again, page_before, too_many_tries
from epo.core.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
    from django.http.response import HttpResponseBase

    from epo.accounts.models import User

JUST_SIGNED_IN = "_just_signed_in"
FOR_HALF_SIGNED_IN = "for_half_signed_in"
"""Views of the second step carry this; they are the only ones that know somebody whose second step is to come."""


class StandingMiddleware(AuthenticationMiddleware):
    """Says who is there, once somebody asks (`epo.accounts.standing`)."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: standing.who_is_there(request))  # type: ignore[assignment]


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks who is there. A form sent after the session ended leads back to the page it stood on.

    The form's own address answers nothing but a POST, so one must not land there after signing in.
    """

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], *said: Any) -> HttpResponseBase | None:
        if getattr(view_func, FOR_HALF_SIGNED_IN, False) and standing.half_signed_in(request):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, *said)
        must_be_sure = getattr(view_func, "when_sure", False) and request.user.is_authenticated
        return ask_again(request) if answer is None and must_be_sure and not standing.is_sure(request) else answer

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        door = "accounts:code" if standing.half_signed_in(request) else self.get_login_url(view_func)
        if request.method in READS:
            return redirect_to_login(request.get_full_path(), resolve_url(door))
        return redirect_to_login(page_before(request), resolve_url(door))


class GuessingMiddleware:
    """Answers who tries too many passwords, on whatever page, and remembers devices on which the right one was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: User | None = getattr(request, JUST_SIGNED_IN, None)
        if user is not None:
            remember_device(user=user, device=device_for(request, response))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return too_many_tries(request, error.seconds) if isinstance(error, TooMany) else None


def _note(request: HttpRequest, user: User, **_said: Any) -> None:
    setattr(request, JUST_SIGNED_IN, user)
    standing.begin(request, user)


user_logged_in.connect(_note, dispatch_uid="epo.accounts.middleware")
