"""The volunteers as coordinators see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from epo.accounts.http import coordinators_only
from epo.audit.trail import trail_of
from epo.core.counting import how_many
from epo.core.http import page, tell_refusal
from volunteers import actions, rules
from volunteers.filters import VolunteerFilter
from volunteers.forms import ConfirmForm
from volunteers.models import Application, Certificate, Volunteer
from volunteers.sections import sections_of
from volunteers.views.profile import context_of, standing_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from epo.accounts.models import User
    from epo.core.http import SignedInRequest

PAGE = "volunteers/volunteer.html"
PER_PAGE = 50


@require_safe
@coordinators_only
def people(request: SignedInRequest) -> HttpResponse:
    rows = Volunteer.objects.visible_to(request.user).annotate(**_waiting(request.user)).select_related("home__state")
    found = VolunteerFilter(request.GET, rows.prefetch_related("qualifications__trade"))
    page_obj = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    page_obj.object_list = list(page_obj.object_list)
    found.form.hide_optional = True
    return page(request, "volunteers/list.html", {"filter": found, "page_obj": page_obj}, fragment="list")


def _waiting(user: User) -> dict[str, Any]:
    """How much of one's regions waits to be decided: worked out once, beside the rows, for one question less."""
    rows = {
        "waiting_applications": Application.objects.visible_to(user).open(),
        "waiting_papers": Certificate.objects.of_regions_of(user).to_check(),
    }
    return {name: how_many(waiting) for name, waiting in rows.items()}


def _volunteer_context(volunteer: Volunteer, user: User) -> dict[str, Any]:
    """Contact details stand on another page, which only a POST shows to others than oneself."""
    may_change = rules.may_change(volunteer, by=user)
    shown = {
        "may_change": may_change,
        "sections": sections_of(volunteer) if may_change else [],
        "certificates": volunteer.certificates.in_force().select_related("trade") if may_change else [],
        "vouched": volunteer.endorsements.given().select_related("trade", "peer") if may_change else [],
        "may_invite": rules.why_not_invite(volunteer, by=user) is None,
        "history": trail_of(volunteer) if may_change else [],
    }
    return context_of(volunteer, volunteer.pk) | standing_of(volunteer) | shown


@require_http_methods(["GET", "POST"])
@coordinators_only
def volunteer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Posted, it confirms a trade and how it is known."""
    rows = Volunteer.objects.visible_to(request.user).select_related("home__state", "contact")
    person = get_object_or_404(rows, pk=pk)
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        tell_refusal(request, lambda: actions.confirm_trade(volunteer=person, by=request.user, **form.cleaned_data))
        return redirect("volunteers:volunteer", pk)
    return page(request, PAGE, _volunteer_context(person, request.user) | {"form": form})
