"""Going back after sending, an old browser may fetch the form anew, with a new id and the old words in it. For ten minutes
the address therefore says that the report was sent, and offers a form for another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SENT_COOKIE = "sent"
SENT_FOR = 600


def remember(request: HttpRequest, answer: HttpResponse, number: int) -> HttpResponse:
    answer.set_signed_cookie(
        SENT_COOKIE,
        str(number),
        salt=request.get_full_path(),
        max_age=SENT_FOR,
        path=request.path,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def number_sent(request: HttpRequest) -> str | None:
    number: str | None = request.get_signed_cookie(
        SENT_COOKIE, default=None, salt=request.get_full_path(), max_age=SENT_FOR
    )
    return number


def with_new(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["new"] = "1"
    return f"?{query.urlencode()}"


def fresh(request: HttpRequest) -> HttpResponse:
    query = request.GET.copy()
    del query["new"]
    answer = redirect(f"{request.path}?{query.urlencode()}" if query else request.path)
    answer.delete_cookie(SENT_COOKIE, path=request.path, samesite="Lax")
    return answer
