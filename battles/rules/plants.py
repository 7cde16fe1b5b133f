"""Why what a plant says may not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from battles.states import BattleState
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from battles.models import Agreement, Battle, LineResult, PlantLink

NOTHING_AGREED = Refusal("nothing_agreed", _("There is no agreement yet that could be confirmed."))
NOBODY_SAID = Refusal("nobody_said", _("Say who of the plant says so, by their post."))
CONFIRMED_ALREADY = Refusal("confirmed_already", _("This was confirmed already."))
CALLED_OFF = Refusal("called_off", _("This battle was called off."))
NOTHING_MEASURED = Refusal("nothing_measured", _("There is no figure after the battle yet."))
REVOKED_ALREADY = Refusal("revoked_already", _("This link was revoked already."))
NO_READINGS = Refusal("no_readings", _("There is no figure among them."))


def why_not_confirm_agreement(battle: Battle, agreement: Agreement | None, *, said_by: str) -> Refusal | None:
    if agreement is None or agreement.agreed_on is None:
        return NOTHING_AGREED
    if battle.state == BattleState.CALLED_OFF:
        return CALLED_OFF
    if agreement.confirmed_at is not None:
        return CONFIRMED_ALREADY
    return None if said_by else NOBODY_SAID


def why_not_confirm_output(result: LineResult, *, said_by: str) -> Refusal | None:
    if result.after is None:
        return NOTHING_MEASURED
    if result.confirmed_at is not None:
        return CONFIRMED_ALREADY
    return None if said_by else NOBODY_SAID


def why_not_make_link(battle: Battle) -> Refusal | None:
    return CALLED_OFF if battle.state == BattleState.CALLED_OFF else None


def why_not_revoke(link: PlantLink) -> Refusal | None:
    return None if link.revoked_at is None else REVOKED_ALREADY
