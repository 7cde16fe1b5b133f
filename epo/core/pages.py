"""What is said where nothing is, and where something broke; and the guide that shows every component (with DEBUG only)."""

from __future__ import annotations

import logging
import secrets
import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from epo.core.problems import API, KIND, problem_body
from epo.core.style_guide import samples

logger = logging.getLogger(__name__)

PAUSE = 5
"""Seconds."""
READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(404, "not_found", _("There is nothing at this address."))
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A short code to tell the coordinator; the same code stands in the log, just before the traceback.

    A database that is starting again, or too busy, is a pause and no fault: 503, and when to come again.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _pause(request)
    code = "".join(secrets.choice(READABLE) for _place in range(5))
    kind = sys.exc_info()[0]
    logger.error("server error %s: %s", code, kind.__name__ if kind else "unknown")
    if request.path.startswith(API):
        said = _("Something broke here. Tell the coordinator of your region this code: %(code)s") % {"code": code}
        return _problem(500, "fault", said, reference=code)
    return HttpResponse(render_to_string("500.html", {"code": code}), status=500)


def _pause(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        answer = _problem(503, "pause", _("The system is starting again. Send it again in a moment."))
    else:
        answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"] = str(PAUSE)
    return answer


def _problem(status: int, code: str, detail: str, **more: str) -> HttpResponse:
    return JsonResponse(problem_body(status, code, detail, **more), status=status, content_type=KIND)


@login_not_required
def style_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", samples())
