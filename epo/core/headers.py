"""What every answer says to the browser, whoever made it: a page, a file, a refusal, an error before any view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

UNUSED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
}
TOKENS = ("token", "signed")
PUBLIC_TOKENS = ("factories:report",)
"""The label's token stands on the machine for everybody to read."""
KEPT_NOWHERE = "no-store, private"
ASKED_ANEW = "no-cache, private"
"""Going back finds what was typed, on a phone that loses the line; nobody in between keeps a copy."""


class HeadersMiddleware:
    """The outermost one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        has_token = _has_token(request)
        # Not "no-referrer": with it browsers say "Origin: null", which no form that asks for a CSRF token can take.
        policy = "strict-origin" if has_token else settings.SECURE_REFERRER_POLICY
        response.headers["Referrer-Policy"] = str(policy)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        is_private = has_token or settings.SESSION_COOKIE_NAME in {*request.COOKIES, *response.cookies}
        response.headers.setdefault("Cache-Control", KEPT_NOWHERE if is_private else ASKED_ANEW)
        return response


def _has_token(request: HttpRequest) -> bool:
    """Whoever has the address may do what it says, so nobody else is to be told of it."""
    match = request.resolver_match
    if match is None or match.view_name in PUBLIC_TOKENS:
        return False
    return any(name in match.kwargs for name in TOKENS) or "t" in request.GET
