"""What a phone keeps of the site, to open without network: pages of nobody, and the files that they need."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

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
FILES = ("css/epo.css", "js/epo.js", "js/outbox.js", "js/waiting.js", *ROAD)
ICONS = {"img/icon-192.png": "192x192", "img/icon-512.png": "512x512"}


@login_not_required
@require_safe
def service_worker(request: HttpRequest, pages: tuple[str, ...]) -> HttpResponse:
    """`pages` are names of addresses. What is kept is fetched anew whenever the name of one of its files changes."""
    keeps = [*(reverse(page) for page in pages), *(static(file) for file in FILES)]
    version = hashlib.sha256(" ".join(keeps).encode()).hexdigest()[:12]
    context = {
        "keeps": keeps,
        "version": version,
        "outbox": static("js/outbox.js"),
        "pages": [reverse(p) for p in pages],
    }
    return render(request, "offline/worker.js", context, content_type="text/javascript; charset=utf-8")


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
    return render(request, "offline/waiting.html", {"scripts": ROAD})
