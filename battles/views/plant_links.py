"""The signed link of a plant: one battle, without an account. GET changes nothing, and nobody's data show."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from battles.actions.agreements import confirm_agreement
from battles.actions.results import confirm_output
from battles.asked_of_plants import readings_asked
from battles.forms.plants import SaidByForm
from battles.models import Agreement, Battle, LineResult
from battles.plant_links import plant_link_of
from battles.states import BattleState
from battles.views.member import PAPER, paper
from battles.views.plant_says import (
    Door,
    correction_page,
    corrections_of,
    newest,
    readings_page,
    repair_page,
    told,
)
from epo.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

PAGE = "battles/plant/link.html"
ENDED = "battles/plant/ended.html"
BASE = "public.html"
GONE = 410


def by_plant_link(view: View) -> View:
    """The token is the whole authority and no session is looked at, as with the links of offers."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def through(request: HttpRequest, token: str, **keys: Any) -> HttpResponse:
        link = plant_link_of(token)
        if link is None:
            raise Http404
        if not link.is_live:
            return render(request, ENDED, status=GONE)
        return view(request, _door(link.battle, token), **keys)

    return through


def _door(battle: Battle, token: str) -> Door:
    back = reverse("battles:plant-link", args=[token])
    return Door(battle.factory, None, is_confirmed=True, base=BASE, back=back, battle=battle, token=token)


@by_plant_link
@require_safe
def plant_link(request: HttpRequest, door: Door) -> HttpResponse:
    return _show(request, door)


def _show(request: HttpRequest, door: Door, forms: dict[str, SaidByForm] | None = None) -> HttpResponse:
    battle = _battle(door)
    forms = forms or {}
    results = list(battle.line_results.filter(after__isnull=False).select_related("line"))
    corrections_of(results)
    for result in results:
        name = f"result-{result.pk}"
        result.form = forms.get(name) or SaidByForm(auto_id=f"{name}_%s")  # type: ignore[attr-defined]
    context = {
        "door": door,
        "battle": battle,
        "said": told(request),
        "agreement": Agreement.objects.filter(battle=battle, agreed_on__isnull=False).first(),
        "agreement_form": forms.get("agreement") or SaidByForm(auto_id="agreement_%s"),
        "is_called_off": battle.state == BattleState.CALLED_OFF,
        "has_begun": battle.state in (BattleState.UNDER_WAY, BattleState.CLOSED),
        "results": results,
        "asked": readings_asked(Battle.objects.filter(pk=battle.pk)),
        "newest": newest(door.factory),
        "own_repairs": battle.own_repairs.select_related("machine"),
    }
    return render(request, PAGE, context)


def _battle(door: Door) -> Battle:
    if door.battle is None:
        raise AssertionError("a link belongs to a battle")
    return door.battle


@by_plant_link
@require_POST
def agreement(request: HttpRequest, door: Door) -> HttpResponse:
    form = SaidByForm(request.POST, auto_id="agreement_%s")
    if form.is_valid():
        try:
            confirm_agreement(battle=_battle(door), by=None, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            return redirect(door.said("agreement"))
    return _show(request, door, {"agreement": form})


@by_plant_link
@require_POST
def output(request: HttpRequest, door: Door, result: int) -> HttpResponse:
    row = get_object_or_404(LineResult, battle=_battle(door), pk=result)
    form = SaidByForm(request.POST, auto_id=f"result-{result}_%s")
    if form.is_valid():
        try:
            confirm_output(result=row, by=None, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            return redirect(door.said("output"))
    return _show(request, door, {f"result-{result}": form})


@by_plant_link
@require_http_methods(["GET", "HEAD", "POST"])
def output_correct(request: HttpRequest, door: Door, result: int) -> HttpResponse:
    rows = LineResult.objects.filter(battle=_battle(door), after__isnull=False).select_related("line", "battle")
    return correction_page(request, door, get_object_or_404(rows, pk=result))


@by_plant_link
@require_http_methods(["GET", "HEAD", "POST"])
def readings(request: HttpRequest, door: Door) -> HttpResponse:
    return readings_page(request, door)


@by_plant_link
@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: HttpRequest, door: Door) -> HttpResponse:
    return repair_page(request, door)


@by_plant_link
@require_safe
def agreement_print(request: HttpRequest, door: Door) -> HttpResponse:
    return render(request, PAPER, paper(_battle(door)) | {"base": BASE})
