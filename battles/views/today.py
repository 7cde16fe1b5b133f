"""The coordinator's first page: what waits, who has it in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from battles.actions import reports
from battles.actions.battles import change_battle
from battles.actions.missed import handle_missed
from battles.missed import in_words, missed_in_charge_of
from battles.models import Battle, FollowUp, MissedAction, Offer, OutputCorrection, Talk
from battles.rules.battles import BEFORE_IT_BEGINS
from battles.scores import scored_reports
from battles.states import OfferState
from battles.views.battle import counted
from battles.views.desk import do
from epo.accounts.http import coordinators_only
from epo.accounts.models import CoordinatorPost
from epo.core.clock import today
from epo.core.http import SignedInRequest, after_post, page
from factories.actions import handle_raw
from factories.models import BreakdownReport, RawIntake, ReportVariant
from factories.states import ReportState

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from epo.accounts.models import User

TEMPLATE = "battles/desk/today.html"
LATE_AFTER = timedelta(hours=48)
LEAVING_WITHIN = timedelta(days=7)
SHOWN = 8
MOST_AWAY = 300
READ_UP_TO = 2_000


@dataclass(frozen=True, slots=True)
class Leaving:
    battle: Battle
    wanted: int
    filled: int


@dataclass(frozen=True, slots=True)
class Unread:
    raw: RawIntake
    text: str


def today_context(request: SignedInRequest) -> dict[str, Any]:
    user = request.user
    new = _new_reports(user)
    before = now() - LATE_AFTER
    old = new.filter(received_at__lte=before).order_by("received_at")
    late = list(old[:SHOWN])
    return {
        "late": late,
        "late_count": len(late) if len(late) < SHOWN else old.count(),
        "fresh": scored_reports(new.filter(received_at__gt=before)).order_by("-score", "received_at")[:SHOWN],
        "leaving": leaving_with_gaps(user),
        "away": not_home_yet(user),
        "readings": _readings_due(user),
        "corrections": _corrections(user),
        "missed": in_words(missed_in_charge_of(user), SHOWN),
        "variants": _variants(user),
        "drafts": _drafts(user),
        "unread": _unread(user),
    }


def _new_reports(user: User) -> QuerySet[BreakdownReport]:
    rows = BreakdownReport.objects.coordinated_by(user).filter(state=ReportState.NEW)
    return rows.select_related("machine", "kind", "factory__municipality__state", "municipality__state", "in_hand_of")


def leaving_with_gaps(user: User) -> list[Leaving]:
    """Battles that begin within a week and have a required seat that nobody holds."""
    soon = (today(), today() + LEAVING_WITHIN)
    rows = counted().coordinated_by(user).filter(state__in=BEFORE_IT_BEGINS, first_day__range=soon)
    rows = rows.filter(filled__lt=F("wanted")).select_related("coordinator").order_by("first_day")
    return [Leaving(battle, battle.wanted, battle.filled) for battle in rows[:SHOWN]]


def not_home_yet(user: User) -> list[Offer]:
    """Who is still in the plant, or on the way, after the day on which they should be back."""
    rows = Offer.objects.filter(battle__in=Battle.objects.coordinated_by(user), state=OfferState.ON_SITE)
    rows = rows.filter(battle__first_day__lt=today()).select_related(
        "battle__coordinator", "battle__factory", "volunteer"
    )
    return [offer for offer in rows[:MOST_AWAY] if offer.back_on is not None and offer.back_on < today()]


def _readings_due(user: User) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(battle__in=Battle.objects.coordinated_by(user), reading=None, due_on__lte=today())
    return rows.select_related("battle__coordinator", "battle__factory", "line").order_by("due_on")[:SHOWN]


def _corrections(user: User) -> QuerySet[OutputCorrection]:
    rows = OutputCorrection.objects.waiting().filter(result__battle__in=Battle.objects.coordinated_by(user))
    rows = rows.select_related("result__battle__coordinator", "result__battle__factory", "result__line")
    return rows.order_by("at")[:SHOWN]


def _variants(user: User) -> QuerySet[ReportVariant]:
    mine = BreakdownReport.objects.coordinated_by(user)
    rows = ReportVariant.objects.filter(seen_at=None, report__in=mine)
    return rows.select_related("report__machine", "report__kind", "report__factory", "report__in_hand_of")[:SHOWN]


def _drafts(user: User) -> QuerySet[Talk]:
    """Told half by messages, or by who may not: the oldest first."""
    rows = Talk.objects.coordinated_by(user).drafts().select_related("machine", "factory", "label", "in_hand_of")
    return rows.order_by("begun_at", "pk")[:SHOWN]


def _raws_for(user: User) -> QuerySet[RawIntake]:
    """What could not be read belongs to no region that one could know: the nation's coordinators deal with it."""
    rows = RawIntake.objects.all()
    return rows if user.is_superuser else rows.filter(Exists(CoordinatorPost.objects.held_by(user).filter(region=None)))


def _unread(user: User) -> list[Unread]:
    rows = _raws_for(user).filter(handled_at=None)[:SHOWN]
    return [Unread(raw, bytes(raw.body)[:READ_UP_TO].decode(errors="replace")) for raw in rows]


@require_safe
@coordinators_only
def today_page(request: SignedInRequest) -> HttpResponse:
    return page(request, TEMPLATE, today_context(request), fragment="today")


def renewed(request: SignedInRequest) -> HttpResponse:
    context = today_context(request) if request.htmx else {}
    return after_post(request, TEMPLATE, context, fragment="today", to=reverse("battles:today"))


@require_POST
@coordinators_only
def take_battle(request: SignedInRequest, pk: int) -> HttpResponse:
    battle = get_object_or_404(Battle.objects.coordinated_by(request.user), pk=pk)
    do(
        request,
        partial(change_battle, battle=battle, by=request.user, coordinator=request.user),
        _("You have it in hand."),
    )
    return renewed(request)


@require_POST
@coordinators_only
def take_report(request: SignedInRequest, pk: Any) -> HttpResponse:
    report = get_object_or_404(BreakdownReport.objects.coordinated_by(request.user), pk=pk)
    do(request, partial(reports.take_report, report=report, by=request.user), _("You have it in hand."))
    return renewed(request)


@require_POST
@coordinators_only
def raw_handled(request: SignedInRequest, pk: int) -> HttpResponse:
    handle_raw(raw=get_object_or_404(_raws_for(request.user), pk=pk), by=request.user)
    return renewed(request)


@require_POST
@coordinators_only
def missed_handled(request: SignedInRequest, pk: int) -> HttpResponse:
    missed = get_object_or_404(MissedAction.objects.coordinated_by(request.user), pk=pk)
    handle_missed(missed=missed, by=request.user)
    return renewed(request)
