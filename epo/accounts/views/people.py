"""For coordinators and administrators: help somebody who cannot sign in any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from epo.accounts import actions
from epo.accounts.http import coordinators_only
from epo.accounts.password_links import FRESH_BY_HAND, address_of_link
from epo.accounts.reach import in_reach_of
from epo.accounts.standing import factor_of
from epo.core.http import page, tell_refusal, when_sure, words_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

A_PAGE = 30
LONGEST_SEARCH, LONGEST_REASON = 60, 200


@coordinators_only
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    rows = in_reach_of(request.user).select_related("factor").order_by("username")
    if asked:
        rows = rows.filter(username__icontains=asked) | rows.filter(name__icontains=asked)
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return page(request, "accounts/people.html", {"page_obj": shown, "rows": shown.object_list, "q": asked})


@coordinators_only
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(in_reach_of(request.user), pk=pk)
    told = {"person": row, "factor": factor_of(row), "open": row.sessions.count()}
    return page(request, "accounts/person.html", told | {"may_reset": request.user.is_superuser})


@coordinators_only
@require_POST
@when_sure
@never_cache
def hand_out_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """The link stands in this answer and nowhere else."""
    row = get_object_or_404(in_reach_of(request.user), pk=pk)
    link = actions.hand_out_password_link(user=row, by=request.user)
    hours = int(FRESH_BY_HAND.total_seconds()) // 3600
    return page(request, "accounts/link.html", {"person": row, "link": address_of_link(link), "hours": hours})


@coordinators_only
@require_POST
def sign_out_person(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(in_reach_of(request.user), pk=pk)
    actions.end_sessions(user=row, by=request.user)
    messages.success(request, _("Signed out on every device."))
    return redirect("accounts:person", pk)


@coordinators_only
@require_POST
@when_sure
def reset_factor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Administrators only: who can take a second step away can put their own in its place."""
    if not request.user.is_superuser:
        raise Http404
    row = get_object_or_404(in_reach_of(request.user), pk=pk)
    reason = words_in(request, "reason", most=LONGEST_REASON)
    done = tell_refusal(request, lambda: actions.reset_factor(user=row, reason=reason, by=request.user) or True)
    if done:
        messages.success(request, _("The second step is gone, and the person is told."))
    return redirect("accounts:person", pk)
