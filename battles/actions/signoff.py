"""After a battle, who led the work says at which level somebody worked: that proves the level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from battles.models import Battle, Offer
from battles.rules.signoff import why_not_sign_off
from epo.audit.actions import record
from epo.core.errors import refuse_if
from volunteers.actions import prove_by_work

if TYPE_CHECKING:
    from epo.accounts.models import User
    from volunteers.models import Qualification


@transaction.atomic
def sign_off(*, offer: Offer, level: int, by: User) -> Qualification:
    """In the trade of the seat. The caller has made sure that `by` may note things for this battle."""
    Battle.objects.select_for_update(of=("self",)).get(pk=offer.battle_id)
    offer = Offer.objects.select_related("battle", "volunteer", "trade").get(pk=offer.pk)
    refuse_if(why_not_sign_off(offer, by=by))
    proven = prove_by_work(volunteer=offer.volunteer, trade=offer.trade, level=level, by=by, battle=offer.battle_id)
    record("offer.signed_off", offer, by=by, trade=offer.trade.code, level=level)
    return proven
