"""Reading what a phone sent, and keeping what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from epo.core.addresses import sender_of
from factories import actions

if TYPE_CHECKING:
    from django.http import HttpRequest

    from factories.models import RawIntake

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class UnreadableError(Exception):
    def __init__(self, status: int, kept: RawIntake | None) -> None:
        super().__init__(status)
        self.status = status
        self.kept = kept


def read_post(request: HttpRequest) -> None:
    """Afterwards `request.POST` and `.FILES` are safe to use. Small ones that make no sense are kept raw."""
    body = _small_body(request)
    try:
        _ = request.POST
    except TOO_MUCH:
        raise UnreadableError(413, None) from None
    except (MultiPartParserError, BadRequest) as error:
        raise UnreadableError(400, _keep(request, body, type(error).__name__)) from None
    except UnreadablePostError:
        raise UnreadableError(400, None) from None
    if body and not request.POST and not request.FILES:
        raise UnreadableError(400, _keep(request, body, "no fields"))


def keep_post(request: HttpRequest, problem: str) -> NoReturn:
    raise UnreadableError(400, _keep(request, _small_body(request), problem))


def _small_body(request: HttpRequest) -> bytes:
    """The body, where it is short enough to hold; photos are parsed as they arrive."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        return b""
    try:
        return request.body
    except (UnreadablePostError, RequestDataTooBig):
        raise UnreadableError(400, None) from None


def _keep(request: HttpRequest, body: bytes, problem: str) -> RawIntake | None:
    if not body:
        return None
    return actions.keep_raw(
        path=request.path,
        content_type=request.content_type or "",
        body=body,
        problem=problem,
        sender=sender_of(request),
    )
