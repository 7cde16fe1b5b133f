"""Figures before and after that the plant says otherwise: what it says stands beside them until a coordinator decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import now

from battles.actions.offers import lock_battle, tell_coordinators
from battles.actions.readings import whom_to_ask
from battles.actions.results import write_output
from battles.models import Battle, LineResult, OutputCorrection
from battles.rules import plants as rules
from epo.audit.actions import record
from epo.core.errors import refuse_if
from epo.notifications.actions import notify

if TYPE_CHECKING:
    from decimal import Decimal

    from epo.core.types import Actor


@transaction.atomic
def correct_output(
    *,
    result: LineResult,
    before: Decimal | None,
    after: Decimal,
    said_by: str,
    is_first_hand: bool,
    by: Actor | None,
) -> OutputCorrection:
    """Nothing changes yet. Something newer replaces what the plant said before; without `by` it came by a signed link."""
    battle = lock_battle(result.battle_id)
    result = LineResult.objects.select_related("line").get(pk=result.pk)
    waiting = OutputCorrection.objects.waiting().filter(result=result).first()
    said: dict[str, Any] = {"before": before, "after": after, "said_by": said_by, "is_first_hand": is_first_hand}
    refuse_if(rules.why_not_correct_output(result, waiting, **said))
    if result.after is None:
        raise AssertionError("refused above")
    if waiting is not None:
        _settle(waiting, is_taken=False)
    correction = OutputCorrection.objects.create(
        result=result, was_before=result.before, was_after=result.after, by_id=by.pk if by else None, **said
    )
    _record("battle.output_disputed", battle, correction, by=by)
    key = f"battle.output_disputed:{correction.pk}"
    tell_coordinators(battle, "battle.output_disputed", key=key, correction=correction)
    return correction


@transaction.atomic
def take_over_correction(*, correction: OutputCorrection, by: Actor | None) -> LineResult:
    """The plant's figures become those of the battle; where its delegate said them, they are confirmed by that."""
    battle, correction = _locked(correction)
    refuse_if(rules.why_not_take_over(correction))
    _settle(correction, is_taken=True, by=by)
    _record("battle.output_corrected", battle, correction, by=by)
    _tell_plant(battle, correction)
    return write_output(
        battle=battle,
        line=correction.result.line,
        before=correction.before,
        after=correction.after,
        is_confirmed=correction.is_first_hand,
        confirmed_by=correction.said_by,
        told_by=correction.by,
        by=by,
    )


@transaction.atomic
def answer_correction(*, correction: OutputCorrection, answer: str, by: Actor | None) -> OutputCorrection:
    """The figures stay as they are, for a reason that the plant reads."""
    battle, correction = _locked(correction)
    refuse_if(rules.why_not_leave_as_is(correction, answer=answer))
    _settle(correction, is_taken=False, answer=answer, by=by)
    _record("battle.correction_answered", battle, correction, by=by)
    _tell_plant(battle, correction)
    return correction


def _locked(correction: OutputCorrection) -> tuple[Battle, OutputCorrection]:
    battle = lock_battle(correction.result.battle_id)
    return battle, OutputCorrection.objects.select_related("result__line", "by").get(pk=correction.pk)


def _settle(correction: OutputCorrection, *, is_taken: bool, answer: str = "", by: Actor | None = None) -> None:
    correction.is_taken, correction.answer = is_taken, answer
    correction.answered_at, correction.answered_by_id = now(), by.pk if by else None
    correction.save(update_fields=["is_taken", "answer", "answered_at", "answered_by"])


def _record(kind: str, battle: Battle, correction: OutputCorrection, *, by: Actor | None) -> None:
    amounts = {name: getattr(correction, name) for name in ("before", "after", "was_before", "was_after")}
    told = {name: None if amount is None else str(amount) for name, amount in amounts.items()}
    record(kind, battle, by=by, line=correction.result.line_id, correction=correction.pk, **told)


def _tell_plant(battle: Battle, correction: OutputCorrection) -> None:
    for contact in whom_to_ask(battle.factory):
        key = f"battle.correction_answered:{correction.pk}:c{contact.pk}"
        notify(contact=contact, kind="battle.correction_answered", key=key, about=correction)
