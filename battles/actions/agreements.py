"""What the parties agreed, or why a battle goes without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import now

from battles.actions.offers import lock_battle
from battles.models import Agreement, Battle
from battles.rules import battles as rules
from battles.rules import plants as plant_rules
from epo.audit.actions import record
from epo.core.clock import today
from epo.core.errors import refuse_if

if TYPE_CHECKING:
    from datetime import date

    from epo.core.types import Actor

TERMS = ("council_on", "army", "sleeping", "food", "materials", "isolates", "may_publish")


@transaction.atomic
def record_agreement(
    *, battle: Battle, agreed_on: date, management: str, council: str, by: Actor | None, **terms: Any
) -> Agreement:
    """Who agreed, by their posts, and what the plant gives. A second record replaces the first, or the waiver."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_change(battle))
    refuse_if(rules.why_not_agree(agreed_on=agreed_on, management=management, council=council, today=today()))
    if unknown := set(terms) - set(TERMS):
        raise ValueError(f"not a term of an agreement: {sorted(unknown)}")
    fields = {"agreed_on": agreed_on, "management": management, "council": council, "waived_reason": ""} | terms
    return _write(battle, "battle.agreed", fields, by=by)


@transaction.atomic
def waive_agreement(*, battle: Battle, reason: str, by: Actor | None) -> Agreement:
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_change(battle))
    refuse_if(None if reason else rules.NO_REASON)
    fields = {"agreed_on": None, "waived_reason": reason, "may_publish": False}
    return _write(battle, "battle.agreement_waived", fields, by=by)


@transaction.atomic
def confirm_agreement(*, battle: Battle, said_by: str, by: Actor | None) -> Agreement:
    """The plant's delegate says that this is what was agreed; without `by` it came by a signed link."""
    battle = lock_battle(battle.pk)
    agreement = Agreement.objects.filter(battle=battle).first()
    refuse_if(plant_rules.why_not_confirm_agreement(battle, agreement, said_by=said_by))
    if agreement is None:
        raise AssertionError("refused above")
    agreement.confirmed_at, agreement.confirmed_as = now(), said_by
    agreement.confirmed_by_id = by.pk if by else None
    agreement.save(update_fields=["confirmed_at", "confirmed_as", "confirmed_by"])
    record("battle.agreement_confirmed", battle, by=by)
    return agreement


def _write(battle: Battle, kind: str, fields: dict[str, Any], *, by: Actor | None) -> Agreement:
    """Other terms are not those that the plant confirmed."""
    fields |= {"recorded_at": now(), "recorded_by": by, "confirmed_at": None, "confirmed_as": "", "confirmed_by": None}
    agreement, _made = Agreement.objects.update_or_create(battle=battle, defaults=fields)
    record(kind, battle, by=by)
    return agreement
