from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from epo.core.http import after_post, page, tell_refusal
from epo.upkeep import actions
from epo.upkeep.state import system_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

PAGE = "upkeep/page.html"
FRAGMENT = "state"


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For everybody else there is no such page."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@never_cache
@for_administrators
def system_page(request: SignedInRequest) -> HttpResponse:
    return page(request, PAGE, system_state(), fragment=FRAGMENT)


@require_POST
@for_administrators
def back_up(request: SignedInRequest) -> HttpResponse:
    if tell_refusal(request, lambda: actions.ask_for_backup(by=request.user)):
        messages.success(request, _("The backup begins. Reload the page in a moment."))
    return after_post(request, PAGE, system_state(), fragment=FRAGMENT, to="upkeep:page")


@require_POST
@for_administrators
def check_data(request: SignedInRequest) -> HttpResponse:
    if tell_refusal(request, lambda: actions.ask_for_sanity(by=request.user)):
        messages.success(request, _("The check begins. Reload the page in a moment."))
    return after_post(request, PAGE, system_state(), fragment=FRAGMENT, to="upkeep:page")


@require_POST
@for_administrators
def try_again(request: SignedInRequest, kind: str, pk: str) -> HttpResponse:
    waits = actions.waiting_kind(kind)
    if waits is None or not actions.is_key(waits, pk):
        raise Http404
    if tell_refusal(request, lambda: actions.try_again(kind=waits, pk=pk, by=request.user)):
        messages.success(request, _("A worker has been told."))
    return after_post(request, PAGE, system_state(), fragment=FRAGMENT, to="upkeep:page")
