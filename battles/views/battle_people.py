"""Filling a seat by hand: the next best, or people found by name, each with why they fit or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from battles import planning
from battles.actions import offers
from battles.reasons import needed_elsewhere
from battles.rules import offers as rules
from battles.states import BattleState, SeatKind
from battles.views.battle_page import planned_by, tab_url
from epo.core.errors import Refused
from epo.core.http import key_in, page
from epo.core.text import fold
from volunteers.models import Qualification, Volunteer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from battles.models import Battle, Seat
    from epo.core.errors import Refusal
    from epo.core.http import SignedInRequest

PAGE = "battles/battle/people.html"
MOST = 12
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    volunteer: Volunteer
    km: float
    why_not: Refusal | None
    needed: str


@require_http_methods(["GET", "POST"])
def seat_people(request: SignedInRequest, pk: int, seat: int) -> HttpResponse:
    battle = planned_by(request.user, pk)
    one = get_object_or_404(battle.seats.empty().select_related("trade"), pk=seat)
    if request.method == "POST":
        return _take(request, battle, one)
    words = fold(request.GET.get("q", "")).split()[:MOST_WORDS]
    context = {"battle": battle, "seat": one, "q": request.GET.get("q", ""), "found": _found(battle, one, words)}
    return page(request, PAGE, context, fragment="found")


def _take(request: SignedInRequest, battle: Battle, seat: Seat) -> HttpResponse:
    volunteers = Volunteer.objects.visible_to(request.user).select_related("contact")
    volunteer = get_object_or_404(volunteers, pk=key_in(request.POST.get("volunteer")))
    try:
        offer = offers.propose(
            battle=battle, volunteer=volunteer, line=seat.line, by=request.user, reasons={"by_hand": True}
        )
        if battle.state != BattleState.DRAFT:
            offers.ask(offer=offer, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
    else:
        said = _("%(name)s is proposed.") if battle.state == BattleState.DRAFT else _("%(name)s is asked.")
        messages.success(request, said % {"name": volunteer})
    return redirect(tab_url(battle, "seats"))


def _found(battle: Battle, seat: Seat, words: list[str]) -> list[Candidate]:
    """Without words the next best; with words who has the trade first. Learners are looked for by name only."""
    if words:
        rows = Volunteer.objects.active()
        for word in words:
            rows = rows.filter(folded__contains=word)
        able = Qualification.objects.filter(volunteer=OuterRef("pk"), trade=seat.trade, level__gte=seat.level)
        keys = list(rows.order_by(Exists(able).desc(), "folded", "pk").values_list("pk", flat=True)[:MOST])
        fits = list(planning.fits(battle, seat.line, keys).values())
    elif seat.kind == SeatKind.LEARNER:
        return []
    else:
        fits = planning.next_best(battle, seat.line, most=MOST)
    people = Volunteer.objects.select_related("home__state").in_bulk([fit.volunteer for fit in fits])
    found = [
        Candidate(people[fit.volunteer], fit.km, _why_not(fit), needed_elsewhere(fit.price))
        for fit in fits
        if fit.volunteer in people
    ]
    return sorted(found, key=lambda one: one.why_not is not None)


def _why_not(fit: planning.Fit) -> Refusal | None:
    return rules.NOT_ELIGIBLE[fit.why_not] if fit.why_not else None


@require_POST
def send_all(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every proposal of the battle becomes an offer; who cannot be asked any more is named with the reason."""
    battle = planned_by(request.user, pk)
    sent, refused = offers.ask_all(battle=battle, by=request.user)
    if sent:
        said = ngettext("%(n)s offer sent.", "%(n)s offers sent.", len(sent)) % {"n": len(sent)}
        messages.success(request, said)
    for offer, why in refused:
        messages.warning(request, f"{offer.volunteer}: {why.refusal}")
    return redirect(tab_url(battle, "seats"))
