"""Why what a plant says may not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from battles.states import BattleState
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from decimal import Decimal

    from battles.models import Agreement, Battle, LineResult, OutputCorrection, PlantLink

NOTHING_AGREED = Refusal("nothing_agreed", _("There is no agreement yet that could be confirmed."))
NOBODY_SAID = Refusal("nobody_said", _("Say who of the plant says so, by their post."))
CONFIRMED_ALREADY = Refusal("confirmed_already", _("This was confirmed already."))
CALLED_OFF = Refusal("called_off", _("This battle was called off."))
NOTHING_MEASURED = Refusal("nothing_measured", _("There is no figure after the battle yet."))
NOTHING_DIFFERENT = Refusal("nothing_different", _("These are the figures that are noted already."))
SAID_BY_DELEGATE = Refusal(
    "said_by_delegate", _("The workers' delegate has said other figures. The coordinator decides on those first.")
)
ANSWERED_ALREADY = Refusal("answered_already", _("This was answered already."))
NO_ANSWER = Refusal("no_answer", _("Say why the figures stay as they are."))
CONFIRMED_BY_WORKERS = Refusal(
    "confirmed_by_workers", _("The workers have confirmed the figures that are noted. Ask them to correct them.")
)
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


def why_not_correct_output(
    result: LineResult,
    waiting: OutputCorrection | None,
    *,
    before: Decimal | None,
    after: Decimal,
    said_by: str,
    is_first_hand: bool,
) -> Refusal | None:
    """Who is not the delegate does not speak over the delegate."""
    if result.after is None:
        return NOTHING_MEASURED
    known = {(result.before, result.after)} | ({(waiting.before, waiting.after)} if waiting else set())
    if (before, after) in known:
        return NOTHING_DIFFERENT
    if waiting is not None and waiting.is_first_hand and not is_first_hand:
        return SAID_BY_DELEGATE
    return None if said_by else NOBODY_SAID


def why_not_take_over(correction: OutputCorrection) -> Refusal | None:
    """What the workers confirmed gives way to what their delegate says, and to nobody else."""
    if not correction.is_waiting:
        return ANSWERED_ALREADY
    is_confirmed = correction.result.confirmed_at is not None
    return CONFIRMED_BY_WORKERS if is_confirmed and not correction.is_first_hand else None


def why_not_leave_as_is(correction: OutputCorrection, *, answer: str) -> Refusal | None:
    if not correction.is_waiting:
        return ANSWERED_ALREADY
    return None if answer else NO_ANSWER


def why_not_make_link(battle: Battle) -> Refusal | None:
    return CALLED_OFF if battle.state == BattleState.CALLED_OFF else None


def why_not_revoke(link: PlantLink) -> Refusal | None:
    return None if link.revoked_at is None else REVOKED_ALREADY
