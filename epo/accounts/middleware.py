from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from epo.accounts.actions import remember_device
from epo.accounts.guessing import device_for
from epo.accounts.http import too_many_tries
from epo.core.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

    from epo.accounts.models import User

READS = ("GET", "HEAD")
JUST_SIGNED_IN = "_just_signed_in"


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks who is there. A form sent after the session ended leads back to the page it stood on.

    The form's own address answers nothing but a POST, so one must not land there after signing in.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if request.method in READS:
            return super().handle_no_permission(request, view_func)
        came_from = request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        page = urlsplit(came_from)._replace(scheme="", netloc="").geturl() if is_ours else resolve_url("home")
        return redirect_to_login(page, resolve_url(self.get_login_url(view_func)))


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


user_logged_in.connect(_note, dispatch_uid="epo.accounts.middleware")
