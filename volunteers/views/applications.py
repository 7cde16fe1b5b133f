"""Who would like to join, as the coordinators of their region see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epo.accounts.http import coordinators_only
from epo.audit.trail import trail_of
from epo.contacts.actions import note_views
from epo.core.http import key_in, page, tell_refusal
from volunteers import actions, duplicates
from volunteers.forms.joining import ReasonForm
from volunteers.models import Application, Volunteer
from volunteers.rules import why_not_decide, why_not_reopen
from volunteers.states import ApplicationState

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from epo.core.http import SignedInRequest

PAGE = "volunteers/joining/application.html"
PER_PAGE = 50


@require_safe
@coordinators_only
def applications(request: SignedInRequest) -> HttpResponse:
    """The waiting ones, the oldest first; with `state`, those that were decided, the newest first."""
    state = request.GET.get("state", ApplicationState.WAITING)
    if state not in ApplicationState.values:
        state = ApplicationState.WAITING
    rows = Application.objects.visible_to(request.user).filter(state=state)
    rows = rows.order_by("received_at" if state == ApplicationState.WAITING else "-decided_at", "pk")
    related = rows.select_related("home__state", "contact", "decided_by").prefetch_related("trades__trade")
    page_obj = Paginator(related, PER_PAGE).get_page(request.GET.get("page"))
    duplicates.mark(page_obj.object_list, request.user)
    states = [(value, label, value == state) for value, label in ApplicationState.choices]
    return page(request, "volunteers/joining/list.html", {"page_obj": page_obj, "states": states, "state": state})


def _theirs(request: SignedInRequest, pk: UUID) -> Application:
    rows = Application.objects.visible_to(request.user).select_related("home__state", "contact", "volunteer")
    return get_object_or_404(rows, pk=pk)


def _context(request: SignedInRequest, one: Application) -> dict[str, Any]:
    duplicates.mark([one], request.user)
    return {
        "application": one,
        "trades": one.trades.select_related("trade"),
        "may_decide": why_not_decide(one, by=request.user) is None,
        "may_reopen": why_not_reopen(one, by=request.user) is None,
        "history": trail_of(one),
        "form": ReasonForm(),
    }


@require_http_methods(["GET", "POST"])
@coordinators_only
def application(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A POST shows phone and e-mail, and writes down who looked."""
    one = _theirs(request, pk)
    context = _context(request, one)
    if request.method == "POST" and one.contact is not None:
        note_views(contacts=[one.contact], by=request.user, reason="application")
        context["contact"] = one.contact
    return page(request, PAGE, context)


@require_POST
@coordinators_only
def confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """With `volunteer`, they are known already and only what is new is added."""
    one = _theirs(request, pk)
    if key := key_in(request.POST.get("volunteer")):
        known = get_object_or_404(Volunteer.objects.visible_to(request.user).select_related("home__state"), pk=key)
        done = tell_refusal(request, lambda: actions.add_to_known(application=one, volunteer=known, by=request.user))
    else:
        done = tell_refusal(request, lambda: actions.confirm_application(application=one, by=request.user))
    if done is None:
        return redirect("volunteers:application", pk)
    messages.success(
        request, _("%(name)s is a volunteer now. Send the invitation to make an account.") % {"name": done.name}
    )
    return redirect("volunteers:volunteer", done.pk)


@require_POST
@coordinators_only
def reject(request: SignedInRequest, pk: UUID) -> HttpResponse:
    one = _theirs(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, PAGE, _context(request, one) | {"form": form}, status=422)
    reason = form.cleaned_data["reason"]
    if tell_refusal(request, lambda: actions.reject_application(application=one, reason=reason, by=request.user)):
        messages.success(request, _("Noted; they are told why."))
    return redirect(reverse("volunteers:applications"))


@require_POST
@coordinators_only
def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    one = _theirs(request, pk)
    tell_refusal(request, lambda: actions.reopen_application(application=one, by=request.user))
    return redirect("volunteers:application", pk)
