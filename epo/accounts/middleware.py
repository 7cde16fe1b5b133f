from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest, HttpResponseRedirect

READS = ("GET", "HEAD")


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
