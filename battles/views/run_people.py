"""What a coordinator changes in the proposals of a run before they are sent: somebody else, nobody, one more; and sending."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from battles import planning
from battles.actions import battles as battle_actions
from battles.actions import offers as actions
from battles.actions import pins
from battles.actions.sending import Sent, send_proposals
from battles.models import Battle, MatchingRun, Offer, Seat
from battles.proposals import Proposals
from battles.reasons import needed_elsewhere
from battles.rules import offers as rules
from battles.states import LIVE_OFFER, OfferState
from battles.views.run import after_run_post, battle_of_run, planned_in, run_url, runs_for
from epo.accounts.http import coordinators_only
from epo.core.errors import Refused
from epo.core.http import SignedInRequest, after_post, key_in, page, tell_refusal
from epo.core.text import fold
from volunteers.models import Qualification, Trade, Volunteer

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpResponse

    from battles.models.battles import Line
    from epo.core.errors import Refusal

CHOOSE = "battles/run/choose.html"
NEXT_BEST = 8
FOUND_AT_ONCE = 20
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    volunteer: Volunteer
    fit: planning.Fit
    had: int | None
    refusal: Refusal | None
    needed: str


@require_http_methods(["GET", "POST"])
@coordinators_only
def choose(request: SignedInRequest, pk: int, seat: int) -> HttpResponse:
    """Somebody more for the line of this seat."""
    run = get_object_or_404(runs_for(request.user), pk=pk)
    row = get_object_or_404(Seat.objects.select_related("trade"), pk=seat)
    battle = battle_of_run(request, run, row.battle_id)
    if request.method == "POST":
        volunteer = _volunteer(request)
        return _placed(
            request,
            run_url(pk, battle.pk),
            lambda: actions.propose(
                battle=battle, volunteer=volunteer, line=row.line, by=request.user, reasons={"by_hand": True}
            ),
        )
    return _choice(request, run, battle, row.line, None)


@require_http_methods(["GET", "POST"])
@coordinators_only
def swap(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    """Somebody else in the place of a proposed person."""
    run, row = _proposal(request, pk, offer)
    if request.method == "POST":
        volunteer = _volunteer(request)
        return _placed(
            request, run_url(pk, row.battle_id), lambda: actions.swap(offer=row, volunteer=volunteer, by=request.user)
        )
    return _choice(request, run, row.battle, row.line, row)


@require_POST
@coordinators_only
def drop(request: SignedInRequest, pk: int, offer: int) -> HttpResponse:
    _run, row = _proposal(request, pk, offer)
    tell_refusal(request, lambda: pins.take_off(offer=row, by=request.user))
    return after_run_post(request, pk, row.battle_id)


@require_POST
@coordinators_only
def take_start(request: SignedInRequest, pk: int, battle: int) -> HttpResponse:
    """The battle begins on the day that the run proposes."""
    run = get_object_or_404(runs_for(request.user), pk=pk)
    row = battle_of_run(request, run, battle)
    (told,) = Proposals(run, request.user, only=row.pk).battles
    if told.takes_start:
        tell_refusal(request, lambda: battle_actions.change_battle(battle=row, by=request.user, first_day=told.start))
    return after_run_post(request, pk, battle)


@require_POST
@coordinators_only
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """The proposals of one battle, or of all of the run that the coordinator may see."""
    run = get_object_or_404(runs_for(request.user), pk=pk)
    only = request.POST.get("battle")
    battles = [battle_of_run(request, run, key_in(only))] if only else _with_proposals(request, run)
    _tell_sent(request, [send_proposals(battle=battle, by=request.user) for battle in battles])
    return after_run_post(request, pk, battles[0].pk if only else 0)


def _tell_sent(request: SignedInRequest, sent: list[Sent]) -> None:
    """How many were asked; then each reason once, with whom or what it stands against."""
    asked, waiting = sum(len(one.asked) for one in sent), sum(one.waiting for one in sent)
    if asked:
        messages.success(request, ngettext("%(n)s person asked.", "%(n)s people asked.", asked) % {"n": asked})
    if waiting:
        waits = ngettext("%(n)s waits as the next best.", "%(n)s wait as the next best.", waiting)
        messages.info(request, waits % {"n": waiting})
    against: dict[str, list[str]] = defaultdict(list)
    for one in sent:
        if one.refusal is not None:
            against[str(one.refusal)].append(str(one.battle))
        for offer, refused in one.refused:
            against[str(refused.refusal)].append(f"{offer.volunteer} ({one.battle})")
    for reason, whom in against.items():
        messages.warning(request, f"{reason} {', '.join(whom)}.")
    if not asked and not waiting and not against:
        messages.info(request, _("There is no proposal left to send."))


def _with_proposals(request: SignedInRequest, run: MatchingRun) -> list[Battle]:
    proposed = Offer.objects.filter(state=OfferState.PROPOSED).values("battle")
    rows = Battle.objects.coordinated_by(request.user).filter(pk__in=planned_in(run))
    return list(rows.filter(pk__in=proposed).order_by("pk"))


def _proposal(request: SignedInRequest, pk: int, offer: int) -> tuple[MatchingRun, Offer]:
    run = get_object_or_404(runs_for(request.user), pk=pk)
    row = get_object_or_404(Offer.objects.visible_to(request.user).select_related("volunteer"), pk=offer)
    row.battle = battle_of_run(request, run, row.battle_id)
    return run, row


def _volunteer(request: SignedInRequest) -> Volunteer:
    rows = Volunteer.objects.visible_to(request.user).select_related("contact", "home__state")
    volunteer: Volunteer = get_object_or_404(rows, pk=key_in(request.POST.get("volunteer", "")))
    return volunteer


def _placed(request: SignedInRequest, to: str, act: Any) -> HttpResponse:
    """Back to the run; after a refusal back to the choice, which says why."""
    try:
        act()
    except Refused as refused:
        messages.warning(request, str(refused.refusal))
        return after_post(request, CHOOSE, {}, to=request.get_full_path())
    return after_post(request, CHOOSE, {}, to=to)


def _choice(
    request: SignedInRequest, run: MatchingRun, battle: Battle, line: Line, instead: Offer | None
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found, is_cut = _found(request, text, line) if text else ([], False)
    best = [fit.volunteer for fit in planning.next_best(battle, line, most=NEXT_BEST)]
    candidates = _candidates(battle, line, {*best, *found})
    start = planning.planned_start(battle)
    context = {
        "run": run,
        "battle": battle,
        "trade": Trade.objects.get(pk=line[0]),
        "level": line[1],
        "start": start,
        "instead": instead,
        "q": text,
        "best": [candidates[pk] for pk in best],
        "found": sorted((candidates[pk] for pk in found), key=lambda one: (one.refusal is not None, one.fit.km)),
        "is_cut": is_cut,
        "not_free_yet": rules.NOT_ELIGIBLE["not_free"] if battle.first_day is None else None,
    }
    return page(request, CHOOSE, context, fragment="people")


def _found(request: SignedInRequest, text: str, line: Line) -> tuple[list[int], bool]:
    """Each word stands in the name, or in the name of a trade of theirs. Those with the line's trade come first."""
    rows = Volunteer.objects.visible_to(request.user)
    for word in fold(text).split()[:MOST_WORDS]:
        able = Qualification.objects.filter(trade__folded__contains=word).values("volunteer")
        rows = rows.filter(Q(folded__contains=word) | Q(pk__in=able))
    fitting = Qualification.objects.filter(volunteer=OuterRef("pk"), trade=line[0], level__gte=line[1])
    rows = rows.order_by(Exists(fitting).desc(), "folded", "pk")
    keys = list(rows.values_list("pk", flat=True)[: FOUND_AT_ONCE + 1])
    return keys[:FOUND_AT_ONCE], len(keys) > FOUND_AT_ONCE


def _candidates(battle: Battle, line: Line, keys: Collection[int]) -> dict[int, Candidate]:
    """Everybody with the reason why they may not be chosen, if there is one."""
    fits = planning.fits(battle, line, keys)
    levels = dict(Qualification.objects.filter(volunteer__in=keys, trade=line[0]).values_list("volunteer", "level"))
    here = set(battle.offers.filter(state__in=LIVE_OFFER, volunteer__in=keys).values_list("volunteer", flat=True))
    rows = Volunteer.objects.filter(pk__in=keys).select_related("home__state")
    return {row.pk: _candidate(row, fits[row.pk], levels.get(row.pk), here) for row in rows}


def _candidate(row: Volunteer, fit: planning.Fit, had: int | None, here: Collection[int]) -> Candidate:
    return Candidate(row, fit, had, _why_not(row.pk, fit, here), needed_elsewhere(fit.price))


def _why_not(pk: int, fit: planning.Fit, here: Collection[int]) -> Refusal | None:
    if pk in here:
        return rules.ALREADY_ASKED
    return rules.NOT_ELIGIBLE[fit.why_not] if fit.why_not else None
