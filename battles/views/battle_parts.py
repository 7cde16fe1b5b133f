"""What a battle is put together from: requests, seats, the agreement, departures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from battles.actions import agreements, departures, seats
from battles.actions import battles as actions
from battles.forms.battles import AgreementForm, DepartureForm, ReasonForm, SeatForm, requests_to_take_up
from battles.views.battle_page import carry_out, planned_by, tab_url
from epo.core.errors import Refused
from epo.core.http import key_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.forms import BaseForm
    from django.http import HttpResponse

    from battles.models import Battle
    from epo.core.http import SignedInRequest

EDIT = "battles/battle/edit.html"


@require_POST
def request_add(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    wanted = get_object_or_404(requests_to_take_up(row.factory), pk=key_in(request.POST.get("request")))
    return carry_out(
        request, row, "jobs", lambda: actions.add_request(battle=row, request=wanted, by=request.user),
        said=_("Added. Work the seats out again if it needs other people."),
    )  # fmt: skip


@require_POST
def request_remove(request: SignedInRequest, pk: int, link: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    tie = get_object_or_404(row.battle_requests.select_related("request"), pk=link)
    return carry_out(
        request, row, "jobs", lambda: actions.remove_request(battle=row, request=tie.request, by=request.user),
        said=_("Taken out; the request is open again."),
    )  # fmt: skip


@require_POST
def seats_fill(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    return carry_out(
        request, row, "seats", lambda: seats.fill_seats(battle=row, by=request.user),
        said=_("Seats worked out from the requests."),
    )  # fmt: skip


@require_POST
def seat_add(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = SeatForm(request.POST, battle=row, auto_id="seat_%s")
    return carry_out(
        request,
        row,
        "seats",
        lambda: seats.add_seat(battle=row, by=request.user, **form.wanted),
        form=form,
        name="seat",
    )


@require_POST
def seat_remove(request: SignedInRequest, pk: int, seat: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    gone = get_object_or_404(row.seats, pk=seat)
    return carry_out(request, row, "seats", lambda: seats.remove_seat(seat=gone, by=request.user))


@require_http_methods(["GET", "POST"])
def seat_change(request: SignedInRequest, pk: int, seat: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = get_object_or_404(row.seats, pk=seat)
    form = SeatForm(request.POST or None, battle=row, seat=one)
    return edit(
        request, row, "seats", form, _("Change this seat"),
        lambda: seats.change_seat(seat=one, by=request.user, **form.wanted),
    )  # fmt: skip


@require_POST
def agreement_record(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = AgreementForm(request.POST, auto_id="agreement_%s")
    return carry_out(
        request, row, "agreement",
        lambda: agreements.record_agreement(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="agreement", said=_("Agreement recorded."),
    )  # fmt: skip


@require_POST
def agreement_waive(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = ReasonForm(request.POST, auto_id="waiver_%s")
    return carry_out(
        request, row, "agreement",
        lambda: agreements.waive_agreement(battle=row, by=request.user, **form.cleaned_data),
        form=form, name="waiver", said=_("Waived; the reason is kept."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def departure_add(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    form = DepartureForm(request.POST or None, battle=row)
    return edit(
        request, row, "crew", form, _("Add a departure"),
        lambda: departures.add_departure(battle=row, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def departure_change(request: SignedInRequest, pk: int, departure: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = get_object_or_404(row.departures, pk=departure)
    form = DepartureForm(request.POST or None, battle=row, departure=one)
    return edit(
        request, row, "crew", form, _("Change this departure"),
        lambda: departures.change_departure(departure=one, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_POST
def departure_remove(request: SignedInRequest, pk: int, departure: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    one = get_object_or_404(row.departures, pk=departure)
    return carry_out(request, row, "crew", lambda: departures.remove_departure(departure=one, by=request.user))


def edit(
    request: SignedInRequest, battle: Battle, tab: str, form: BaseForm, title: str, act: Callable[[], Any]
) -> HttpResponse:
    """A form with a page of its own, since drawing it asks the database more than a row of a list should."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            return redirect(tab_url(battle, tab))
    context = {
        "battle": battle, "form": form, "title": title, "back": tab_url(battle, tab),
        "page_url": reverse("battles:battle", args=[battle.pk]),
    }  # fmt: skip
    return render(request, EDIT, context)
