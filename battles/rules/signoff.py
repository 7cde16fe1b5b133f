"""Why the work of somebody may not be signed off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from battles.states import BattleKind, BattleState, OfferState
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from battles.models import Offer
    from epo.accounts.models import User

NOT_DONE = Refusal(
    "not_done", _("Only work that was done can be signed off: once they are home, or the battle is closed.")
)
NOT_OWN_WORK = Refusal("not_own_work", _("Nobody signs off their own work."))
NOT_REPAIR_WORK = Refusal("not_repair_work", _("A diagnosis visit proves no level."))


def why_not_sign_off(offer: Offer, *, by: User) -> Refusal | None:
    """Who may note things for the battle may sign off, but for their own work."""
    if offer.volunteer.user_id == by.pk:
        return NOT_OWN_WORK
    if offer.battle.kind == BattleKind.DIAGNOSIS:
        return NOT_REPAIR_WORK
    is_over = offer.battle.state == BattleState.CLOSED and offer.state == OfferState.ON_SITE
    return None if offer.state == OfferState.DONE or is_over else NOT_DONE
