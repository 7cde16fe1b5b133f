"""Work signed off after a battle, person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from battles.actions.signoff import sign_off as act
from battles.forms.signoff import SignOffForm
from battles.rules.signoff import why_not_sign_off
from battles.states import OfferState
from battles.views.battle_page import recorded_by
from epo.core.http import page, tell_refusal
from volunteers.models import Qualification

if TYPE_CHECKING:
    from django.http import HttpResponse

    from battles.models import Battle
    from epo.accounts.models import User
    from epo.core.http import SignedInRequest

PAGE = "battles/battle/sign_off.html"


@require_safe
def sign_offs(request: SignedInRequest, pk: int) -> HttpResponse:
    battle = recorded_by(request.user, pk)
    return page(request, PAGE, {"battle": battle, "rows": _rows(battle, request.user)})


def _rows(battle: Battle, user: User, wrong: dict[int, SignOffForm] | None = None) -> list[dict[str, Any]]:
    crew = battle.offers.filter(state__in=(OfferState.ON_SITE, OfferState.DONE)).select_related(
        "volunteer", "trade", "battle"
    )
    offers = list(crew.order_by("volunteer__folded", "pk"))
    known = {
        (one.volunteer_id, one.trade_id): one
        for one in Qualification.objects.filter(volunteer__in=[offer.volunteer_id for offer in offers])
    }
    return [
        _row(offer, known.get((offer.volunteer_id, offer.trade_id)), user, (wrong or {}).get(offer.pk))
        for offer in offers
    ]


def _row(offer: Any, known: Qualification | None, user: User, wrong: SignOffForm | None) -> dict[str, Any]:
    start = {"level": known.level if known else offer.level}
    return {
        "offer": offer,
        "known": known,
        "refusal": why_not_sign_off(offer, by=user),
        "form": wrong or SignOffForm(initial=start, auto_id=f"offer-{offer.pk}_%s"),
    }


@require_POST
def sign_off(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    battle = recorded_by(request.user, pk)
    one = get_object_or_404(battle.offers, pk=offer)
    form = SignOffForm(request.POST, auto_id=f"offer-{one.pk}_%s")
    if not form.is_valid():
        rows = _rows(battle, request.user, {one.pk: form})
        return page(request, PAGE, {"battle": battle, "rows": rows}, status=422)
    level = form.cleaned_data["level"]
    if tell_refusal(request, lambda: act(offer=one, level=level, by=request.user)):
        messages.success(request, _("Noted: proven by work."))
    return redirect("battles:battle-sign-offs", battle.pk)
