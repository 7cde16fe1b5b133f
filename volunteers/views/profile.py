"""What volunteers keep up to date about themselves.

With a key in the address, a coordinator in charge does it for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epo.accounts.http import ask_again
from epo.accounts.standing import is_sure
from epo.contacts.actions import note_views
from epo.contacts.forms import ContactForm
from epo.core.clock import today
from epo.core.errors import Refused
from epo.core.http import after_post, page, tell_refusal
from volunteers import actions, rules
from volunteers.forms import AbsenceForm, ProfileForm, TradeForm, level_choices
from volunteers.models import Absence, Trade, Volunteer
from volunteers.states import Standing

if TYPE_CHECKING:
    from django.forms import Form

    from epo.core.http import SignedInRequest

ADDRESSES = ("profile", "contact", "trades", "absences", "standing", "certificates")


def theirs_to_change(request: SignedInRequest, pk: int | None) -> Volunteer:
    """Oneself without a key; with one, whoever one may change. For others there is nothing here."""
    rows = Volunteer.objects.visible_to(request.user).select_related("home__state", "contact__preference")
    if pk is None:
        return get_object_or_404(rows, user=request.user)
    volunteer = get_object_or_404(rows, pk=pk)
    if not rules.may_change(volunteer, by=request.user):
        raise Http404
    return volunteer


def context_of(volunteer: Volunteer, pk: int | None) -> dict[str, Any]:
    kwargs = {} if pk is None else {"pk": pk}
    urls = {name: reverse(f"volunteers:{name}", kwargs=kwargs) for name in ADDRESSES}
    back = reverse("volunteers:me") if pk is None else reverse("volunteers:volunteer", args=[pk])
    return {"volunteer": volunteer, "urls": urls, "back": back, "is_own": pk is None}


@require_safe
def me(request: SignedInRequest) -> HttpResponse:
    volunteer = theirs_to_change(request, None)
    return page(request, "volunteers/me.html", context_of(volunteer, None) | standing_of(volunteer))


def standing_of(volunteer: Volunteer) -> dict[str, Any]:
    return {
        "qualifications": volunteer.qualifications.select_related("trade"),
        "absences": volunteer.absences.filter(last_day__gte=today()),
        "today": today(),
    }


@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    volunteer = theirs_to_change(request, pk)
    context = context_of(volunteer, pk)
    form = ProfileForm(request.POST or None, initial=ProfileForm.initial_of(volunteer))
    if not form.is_valid():
        return page(request, "volunteers/profile.html", context | {"form": form})
    actions.update_profile(volunteer=volunteer, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(context["back"])


@require_http_methods(["GET", "POST"])
def contact(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """To change, by who is sure to be who they are. Somebody else's show on request only (a POST with `show`), and who
    saw them is noted.
    """
    volunteer = theirs_to_change(request, pk)
    context = context_of(volunteer, pk)
    if not is_sure(request):
        return ask_again(request)
    if request.method == "GET" and volunteer.user_id != request.user.pk:
        return redirect(context["back"])
    typed = None if "show" in request.POST else request.POST or None
    form = ContactForm(typed, initial=ContactForm.initial_of(volunteer.contact))
    if not form.is_valid():
        note_views(contacts=[volunteer.contact], by=request.user, reason="volunteer")
        return page(request, "volunteers/contact.html", context | {"form": form})
    actions.update_contact(volunteer=volunteer, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(context["back"])


@require_POST
def standing(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    volunteer = theirs_to_change(request, pk)
    to = request.POST.get("to", "")
    if to not in Standing.values:
        raise Http404
    tell_refusal(request, lambda: actions.set_standing(volunteer=volunteer, to=Standing(to), by=request.user))
    return redirect(context_of(volunteer, pk)["back"])


def _trades_context(volunteer: Volunteer, pk: int | None, form: Form | None = None) -> dict[str, Any]:
    return context_of(volunteer, pk) | {
        "qualifications": volunteer.qualifications.select_related("trade").order_by("trade__folded"),
        "form": form or TradeForm(),
        "levels": level_choices(),
        "today": today(),
    }


@require_http_methods(["GET", "POST"])
def trades(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Posted, it declares a trade or another level of one that stands there already."""
    template = "volunteers/trades.html"
    volunteer = theirs_to_change(request, pk)
    if request.method == "GET":
        return page(request, template, _trades_context(volunteer, pk), fragment="trades")
    form = TradeForm(request.POST)
    if not form.is_valid():
        return page(request, template, _trades_context(volunteer, pk, form), fragment="trades")
    tell_refusal(request, lambda: actions.declare_trade(volunteer=volunteer, by=request.user, **form.cleaned_data))
    context = _trades_context(volunteer, pk)
    return after_post(request, template, context, fragment="trades", to=context["urls"]["trades"])


@require_POST
def remove_trade(request: SignedInRequest, code: str, pk: int | None = None) -> HttpResponse:
    volunteer = theirs_to_change(request, pk)
    trade = get_object_or_404(Trade, code=code)
    tell_refusal(request, lambda: actions.remove_trade(volunteer=volunteer, trade=trade, by=request.user))
    context = _trades_context(volunteer, pk)
    return after_post(request, "volunteers/trades.html", context, fragment="trades", to=context["urls"]["trades"])


def _absences_context(volunteer: Volunteer, pk: int | None, form: Form | None = None) -> dict[str, Any]:
    return context_of(volunteer, pk) | {
        "absences": volunteer.absences.filter(last_day__gte=today()),
        "form": form or AbsenceForm(),
    }


@require_http_methods(["GET", "POST"])
def absences(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    template = "volunteers/absences.html"
    volunteer = theirs_to_change(request, pk)
    form = AbsenceForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_absence(volunteer=volunteer, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("last_day", str(refused.refusal))
        else:
            messages.success(request, _("Absence noted."))
            context = _absences_context(volunteer, pk)
            return after_post(request, template, context, fragment="absences", to=context["urls"]["absences"])
    return page(request, template, _absences_context(volunteer, pk, form), fragment="absences")


@require_POST
def remove_absence(request: SignedInRequest, absence_pk: int, pk: int | None = None) -> HttpResponse:
    volunteer = theirs_to_change(request, pk)
    absence = get_object_or_404(Absence.objects.select_related("volunteer"), pk=absence_pk, volunteer=volunteer)
    tell_refusal(request, lambda: actions.remove_absence(absence=absence, by=request.user))
    context = _absences_context(volunteer, pk)
    return after_post(request, "volunteers/absences.html", context, fragment="absences", to=context["urls"]["absences"])
