"""The page for what broke on our side, and the guide that shows every component (with DEBUG only)."""

from __future__ import annotations

import logging
import secrets
import sys

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from epo.core.style_guide import samples

logger = logging.getLogger(__name__)

READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def server_error(_request: HttpRequest) -> HttpResponse:
    """A short code to tell the coordinator; the same code stands in the log, just before the traceback."""
    code = "".join(secrets.choice(READABLE) for _place in range(5))
    kind = sys.exc_info()[0]
    logger.error("server error %s: %s", code, kind.__name__ if kind else "unknown")
    return HttpResponse(render_to_string("500.html", {"code": code}), status=500)


@login_not_required
def style_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", samples())
