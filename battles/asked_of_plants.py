"""What a plant is asked for: its delegate's word on agreements and figures, and readings that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from battles.models import Agreement, Battle, FollowUp, LineResult, OutputCorrection
from battles.states import BattleState
from epo.core.clock import today

if TYPE_CHECKING:
    from django.db.models import QuerySet

BEFORE_THE_END = (BattleState.ASKING, BattleState.READY, BattleState.UNDER_WAY)


def agreements_to_confirm(battles: QuerySet[Battle]) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(battle__in=battles, agreed_on__isnull=False, confirmed_at=None)
    rows = rows.filter(battle__state__in=BEFORE_THE_END)
    return rows.select_related("battle").order_by("battle__first_day", "pk")


def results_to_confirm(battles: QuerySet[Battle]) -> QuerySet[LineResult]:
    """With what the plant said otherwise, where that still waits for an answer."""
    rows = LineResult.objects.filter(battle__in=battles, after__isnull=False, confirmed_at=None)
    waiting = Prefetch("corrections", OutputCorrection.objects.waiting())
    return rows.select_related("line", "battle").prefetch_related(waiting).order_by("battle", "line__product")


def readings_asked(battles: QuerySet[Battle]) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(battle__in=battles, reading=None, due_on__lte=today())
    return rows.select_related("line", "battle").order_by("due_on", "pk")
