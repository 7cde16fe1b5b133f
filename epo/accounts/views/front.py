"""What stands before everything else: what this is, and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from epo.accounts import actions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from epo.core.http import SignedInRequest


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/about.html")


@login_not_required
@require_POST
def set_language(request: SignedInRequest) -> HttpResponseBase:
    """The choice is kept on the device, and for who is signed in with their account too."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        actions.set_language(language=language, by=request.user)
    return set_language_cookie(request)
