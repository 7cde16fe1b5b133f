"""`Idempotency-Key` on every write of the API: what was sent twice is done once, and answered the same.

Of the request only a hash is kept, since it may hold what belongs nowhere else. Views that keep repeats themselves
carry `keeps_repeats`; those whose answers must not be kept carry `has_private_answer`, and take no key.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _

from epo.accounts.tokens import token_in, usable_token
from epo.api.errors import problem, too_big
from epo.core.errors import Refused
from epo.core.problems import KIND as PROBLEM
from epo.work.actions import Answer, Asked, answer_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from epo.accounts.models import User

WRITES = ("POST", "PUT", "PATCH", "DELETE")
HEADER = "Idempotency-Key"
LONGEST = 64
KIND = "application/json"
OWN_ANSWERS = ("keeps_repeats", "has_private_answer")
WORTH_TRYING_AGAIN = frozenset({401, 403, 408, 429, 500, 502, 503})


class _TryAgain(Exception):
    """An answer that says nothing of the wish itself is not kept."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


class RepeatsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        key = request.headers.get(HEADER, "")
        if not key or not _is_for_us(request, view):
            return None
        if len(key) > LONGEST:
            limit = _("At most 64 characters.")
            return _refused(400, "key_too_long", f"{HEADER}: {limit}")
        by = _who(request)
        return by and _once(key, request, by, partial(_act, request, view, args, kwargs))


def _once(key: str, request: HttpRequest, by: User, act: Callable[[], Answer]) -> HttpResponse:
    try:
        answer = answer_once(asked=_asked(key, request), by=by, act=act)
    except RequestDataTooBig:
        return _told(too_big().data, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except UnreadablePostError:
        return _refused(400, "cut_off", _("It broke off on the way. Send it again."))
    except Refused as refused:
        return _refused(409, refused.refusal.code, str(refused.refusal))
    except _TryAgain as again:
        return again.response
    return HttpResponse(status=answer.status) if answer.body is None else _told(answer.body, answer.status)


def _asked(key: str, request: HttpRequest) -> Asked:
    match: Any = request.resolver_match
    intent = {"path": request.path, "method": request.method, "body": hashlib.sha256(request.body).hexdigest()}
    return Asked(client_id=key, kind=f"{match.view_name}"[:60], intent=intent)


def _is_for_us(request: HttpRequest, view: Callable[..., Any]) -> bool:
    match: Any = request.resolver_match
    made_of = getattr(view, "cls", None)
    is_own = made_of is not None and any(getattr(made_of, name, False) for name in OWN_ANSWERS)
    return match is not None and match.namespace == "api" and request.method in WRITES and not is_own


def _who(request: HttpRequest) -> Any:
    if request.user.is_authenticated:
        return request.user
    token = usable_token(token_in(request)) if token_in(request) else None
    return token.user if token else None


def _act(request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Answer:
    response = view(request, *args, **kwargs)
    if hasattr(response, "render"):
        response.render()
    if response.status_code in WORTH_TRYING_AGAIN:
        raise _TryAgain(response)
    return Answer(response.status_code, json.loads(response.content) if response.content else None)


def _refused(status: int, code: str, detail: str) -> HttpResponse:
    return _told(problem(status, code, detail).data, status)


def _told(body: Any, status: int) -> HttpResponse:
    kind = KIND if status < HTTPStatus.BAD_REQUEST else PROBLEM
    return HttpResponse(json.dumps(body), content_type=kind, status=status)
