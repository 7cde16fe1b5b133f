"""Fixing people and starts for the planning, from the page of a run and from the page of a battle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from battles.actions import pins as actions
from battles.rules import pins as rules
from battles.views.battle_page import carry_out, planned_by
from battles.views.run import after_run_post, battle_of_run, runs_for
from epo.accounts.http import coordinators_only
from epo.core.errors import Refused
from epo.core.forms import DateField
from epo.core.http import SignedInRequest, key_in, tell_refusal
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from battles.models import Battle

ACTS = {"in": actions.pin_in, "out": actions.pin_out, "": actions.unpin}


class StartForm(forms.Form):
    """Without a day the start is left to the program again."""

    day = DateField(required=False)


@require_POST
@coordinators_only
def run_pin(request: SignedInRequest, pk: int, battle: int) -> HttpResponse:
    """`kind` is in, out, or nothing, which undoes what was fixed."""
    run = get_object_or_404(runs_for(request.user), pk=pk)
    row = battle_of_run(request, run, battle)
    volunteer = _volunteer(request)
    act = ACTS.get(request.POST.get("kind", ""), actions.unpin)
    tell_refusal(request, lambda: act(battle=row, volunteer=volunteer, by=request.user))
    return after_run_post(request, pk, battle)


@require_POST
@coordinators_only
def run_pin_start(request: SignedInRequest, pk: int, battle: int) -> HttpResponse:
    run = get_object_or_404(runs_for(request.user), pk=pk)
    row = battle_of_run(request, run, battle)
    tell_refusal(request, lambda: _fix_start(request, row))
    return after_run_post(request, pk, battle)


@require_POST
def battle_unpin(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    volunteer = _volunteer(request)
    return carry_out(
        request, row, "crew", lambda: actions.unpin(battle=row, volunteer=volunteer, by=request.user),
        said=_("Undone. It counts from the next proposal."),
    )  # fmt: skip


@require_POST
def battle_unpin_start(request: SignedInRequest, pk: int) -> HttpResponse:
    row = planned_by(request.user, pk)
    return carry_out(
        request, row, "crew", lambda: actions.unpin_start(battle=row, by=request.user),
        said=_("Undone. It counts from the next proposal."),
    )  # fmt: skip


def _fix_start(request: SignedInRequest, battle: Battle) -> None:
    form = StartForm(request.POST)
    if not form.is_valid():
        raise Refused(rules.OUTSIDE_WINDOW)
    if day := form.cleaned_data["day"]:
        actions.pin_start(battle=battle, day=day, by=request.user)
    else:
        actions.unpin_start(battle=battle, by=request.user)


def _volunteer(request: SignedInRequest) -> Volunteer:
    volunteer: Volunteer = get_object_or_404(
        Volunteer.objects.visible_to(request.user), pk=key_in(request.POST.get("volunteer", ""))
    )
    return volunteer
