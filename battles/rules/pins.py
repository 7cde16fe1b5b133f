"""Why a person or a start may not be fixed for the planning of a battle. Each rule reads; none writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from battles.rules.battles import BEFORE_IT_BEGINS
from battles.states import OfferState
from epo.accounts.models import coordinates
from epo.core.clock import today
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from datetime import date

    from battles.models import Battle
    from epo.accounts.models import User
    from volunteers.models import Volunteer

NOT_YOUR_BATTLE = Refusal("not_your_battle", _("This battle is coordinated by somebody else."))
NOT_PLANNED_ANY_MORE = Refusal("not_planned_any_more", _("This battle has begun or is over: no run plans it any more."))
NOTHING_TO_FILL = Refusal(
    "nothing_to_fill", _("No run can propose people for it: it has no date or window, begins too soon, or has no empty seat.")
)  # fmt: skip
ASKED_ALREADY = Refusal("asked_already", _("This person was already asked for this battle; a run has no more say."))
CHOSEN_BY_HAND = Refusal("chosen_by_hand", _("This person was put on the list by hand and stays there as it is."))
TOO_MANY = Refusal("too_many_pinned", _("As many people are fixed as there are empty seats. Undo one first."))
NO_SUCH_PERSON = Refusal("no_such_person", _("There is no such volunteer."))
NOT_PINNED = Refusal("not_pinned", _("Nothing is fixed here, or somebody has undone it already."))
HAS_A_DATE = Refusal("has_a_date", _("This battle has its date. To change it, change the battle."))
OUTSIDE_WINDOW = Refusal("outside_window", _("This day is outside the days on which the battle may begin."))
TOO_SOON = Refusal("start_too_soon", _("A start that is planned for is tomorrow or later."))


def why_not_pin(battle: Battle, *, by: User | None) -> Refusal | None:
    """`by=None` is the system."""
    if by is not None and not coordinates(by, battle.factory.municipality.state.region_id):
        return NOT_YOUR_BATTLE
    return None if battle.state in BEFORE_IT_BEGINS else NOT_PLANNED_ANY_MORE


def why_not_person(battle: Battle, volunteer: Volunteer) -> Refusal | None:
    """Who was asked is settled, whatever the answer."""
    offers = battle.offers.filter(volunteer=volunteer).exclude(state__in=[OfferState.PROPOSED, OfferState.DROPPED])
    return ASKED_ALREADY if offers.exists() else None


def why_not_in(battle: Battle, volunteer: Volunteer, *, fixed: int, places: int) -> Refusal | None:
    """`fixed` are the others who must go, `places` those that a run could fill."""
    if refusal := why_not_person(battle, volunteer):
        return refusal
    if battle.offers.filter(volunteer=volunteer, state=OfferState.PROPOSED, run=None).exists():
        return CHOSEN_BY_HAND
    if places == 0:
        return NOTHING_TO_FILL
    return TOO_MANY if fixed >= places else None


def why_not_start(battle: Battle, day: date) -> Refusal | None:
    if battle.first_day is not None:
        return HAS_A_DATE
    if battle.earliest is None or battle.latest is None or not battle.earliest <= day <= battle.latest:
        return OUTSIDE_WINDOW
    return TOO_SOON if day <= today() else None
