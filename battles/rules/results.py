"""Why a battle may not be closed yet, and why a figure may not be recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from battles.states import BattleState, OfferState, RequestState
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from battles.models import Battle, BattleRequest, FollowUp, LineResult
    from factories.models import Factory, Line, Machine

NOT_UNDER_WAY = Refusal("not_under_way", _("Only a battle that is under way has outcomes."))
JUDGED_ANEW = Refusal("judged_anew", _("Somebody has noted another outcome meanwhile. Theirs stands."))
NO_BARRIER = Refusal("no_barrier", _("Say what stood in the way."))
OTHER_PLANTS_LINE = Refusal("other_plants_line", _("This line belongs to another plant."))
NOT_BEGUN = Refusal("not_begun", _("Output after the battle is measured once it has begun."))
NOBODY_CONFIRMED = Refusal("nobody_confirmed", _("Say who of the plant confirms the figure, by their post."))
TOLD_BY_WORKERS = Refusal(
    "told_by_workers",
    _("The plant's workers confirmed the figures that are noted. Say who of them confirms the others, by their post."),
)
IN_FUTURE = Refusal("day_in_future", _("The day has not come yet."))
READ_ALREADY = Refusal("read_already", _("This reading was recorded already."))
OTHER_PLANTS_MACHINE = Refusal("other_plants_machine", _("This machine belongs to another plant."))
OTHER_PLANTS_BATTLE = Refusal("other_plants_battle", _("That battle was fought at another plant."))
NO_WORK_DONE = Refusal("nothing_written", _("Say what was repaired."))


def why_not_judge(link: BattleRequest, *, outcome: str, barrier: str, was: str | None = None) -> Refusal | None:
    """Without an outcome the request stays open; what could not be repaired has a barrier.

    `was` is the outcome that the writer saw; None asks nothing.
    """
    if link.battle.state != BattleState.UNDER_WAY or not link.is_active:
        return NOT_UNDER_WAY
    if was is not None and link.outcome not in (was, outcome):
        return JUDGED_ANEW
    if outcome == RequestState.NOT_REPAIRABLE and not barrier:
        return NO_BARRIER
    return None


def why_not_measure(
    battle: Battle,
    line: Line,
    known: LineResult | None,
    *,
    before: Decimal | None,
    after: Decimal | None,
    is_confirmed: bool,
    confirmed_by: str,
) -> Refusal | None:
    """Other figures than those that the workers confirmed need somebody of the plant who confirms them."""
    if line.factory_id != battle.factory_id:
        return OTHER_PLANTS_LINE
    if after is not None and battle.state not in (BattleState.UNDER_WAY, BattleState.CLOSED):
        return NOT_BEGUN
    if is_confirmed:
        return None if confirmed_by else NOBODY_CONFIRMED
    if known is not None and known.confirmed_at is not None and (known.before, known.after) != (before, after):
        return TOLD_BY_WORKERS
    return None


def why_not_close(battle: Battle) -> Refusal | None:
    """Unfinished work is no reason; people of whom nobody knows whether they came are."""
    if battle.state != BattleState.UNDER_WAY:
        return NOT_UNDER_WAY
    unknown = battle.offers.filter(state=OfferState.ACCEPTED).count()
    if not unknown:
        return None
    return Refusal(
        "arrivals_unknown",
        ngettext(
            "Say first whether %(n)s person of the crew arrived, or let them go.",
            "Say first whether %(n)s people of the crew arrived, or let them go.",
            unknown,
        )
        % {"n": unknown},
    )


def why_not_follow_up(follow_up: FollowUp, *, day: date, today: date) -> Refusal | None:
    if follow_up.reading_id is not None:
        return READ_ALREADY
    return IN_FUTURE if day > today else None


def why_not_own_repair(
    factory: Factory, *, what: str, machine: Machine | None, learned_from: Battle | None, on: date, today: date
) -> Refusal | None:
    if not what:
        return NO_WORK_DONE
    if machine is not None and machine.factory_id != factory.pk:
        return OTHER_PLANTS_MACHINE
    if learned_from is not None and learned_from.factory_id != factory.pk:
        return OTHER_PLANTS_BATTLE
    return IN_FUTURE if on > today else None
