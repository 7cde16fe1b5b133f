"""What a phone keeps of the site, to open without network: pages of nobody, and the files that they need."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ROAD = ("js/pack.js", "js/fill.js", "js/pack_pages.js", "js/pack_forms.js")
FILES = ("css/epo.css", "js/epo.js", "js/outbox.js", "js/waiting.js")
SHOWN = ("templates/**/*.html", "epo/locale/*/*/*.mo", "*/forms.py", "*/*/forms.py", "static/css/*", "static/js/*")
"""What the kept pages are made of."""
ICONS = {"img/icon-192.png": "192x192", "img/icon-512.png": "512x512"}


@login_not_required
@require_safe
def service_worker(request: HttpRequest, pages: tuple[str, ...]) -> HttpResponse:
    """`pages` are names of addresses. The road's files are for who is signed in: others do not pay for their bytes."""
    context = {
        "version": _version(),
        "pages": [reverse(page) for page in pages],
        "files": [static(file) for file in FILES],
        "road": [static(file) for file in ROAD],
        "outbox": static("js/outbox.js"),
    }
    return render(request, "offline/worker.js", context, content_type="text/javascript; charset=utf-8")


@cache
def _version() -> str:
    """Of the release: what is kept is fetched anew whenever something of it changed."""
    files = sorted(file for shown in SHOWN for file in settings.BASE_DIR.glob(shown) if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


@login_not_required
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(file), "sizes": size, "type": "image/png", "purpose": purpose}
        for file, size in ICONS.items()
        for purpose in ("any", "maskable")
    ]
    said = {
        "name": _("Productive Workers' Army"),
        "short_name": "EPO",
        "id": "/",
        "start_url": "/",
        "display": "minimal-ui",
        "background_color": "#faf7f2",
        "theme_color": "#faf7f2",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json")


@login_not_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits on this phone, what went, what is kept for the road; the words come from here, the rest from the phone."""
    number = re.sub(r"[^+0-9]", "", settings.SMS_NUMBER)
    return render(request, "offline/waiting.html", {"scripts": ROAD, "sms_number": number})
