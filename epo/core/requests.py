"""Every request has an id, which its log lines and the tasks that it starts carry.

A proxy of ours may give it; what a stranger sends under that name is not taken, and neither is anything that is
not a random id, since people put phones and names everywhere.
"""

from __future__ import annotations

import logging
import re
from time import perf_counter
from typing import TYPE_CHECKING

from django.conf import settings

from epo.core.logs import new_request_id, request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NOT_TOLD = frozenset({"healthz", "readyz"})

log = logging.getLogger(__name__)


def with_request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        before = request_id.set(_given(request) or new_request_id())
        began = perf_counter()
        try:
            response = get_response(request)
            response[HEADER] = request_id.get()
            if settings.LOG_FORMAT == "json":
                _tell(request, response, perf_counter() - began)
            return response
        finally:
            request_id.reset(before)

    return middleware


def _given(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "") if settings.PROXIES else ""
    return given.replace("-", "").lower() if RANDOM.fullmatch(given) else ""


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The route, never the path: paths hold tokens and signed links."""
    match = request.resolver_match
    route = match.route if match else "(no route)"
    if route in NOT_TOLD:
        return
    facts = {"method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000)}
    log.info("answered", extra={"facts": facts})
