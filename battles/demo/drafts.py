"""Battles that wait for people: most may begin within some days, one lacks a rare trade, one has a person fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from battles.demo import fight, plans
from battles.demo.plants import hour
from battles.models import Battle, Pin
from battles.states import BattleState, PinKind

if TYPE_CHECKING:
    from battles.demo.fight import Ledger
    from battles.demo.reports import Desk


@dataclass(frozen=True, slots=True)
class Draft:
    """`window` days of choice from the first Monday at least `ahead` days from now; 0: the date is set."""

    factory: str
    title: str
    ahead: int
    days: int
    window: int = 0
    due: int = 0
    opened: int = 12


DRAFTS = (
    Draft("sardina", "Cierre y vapor en Conservas Marigüitar", ahead=24, days=5, opened=16),
    Draft("imprenta", "Rotativa de la Imprenta Escolar", ahead=14, days=3, window=10, due=4, opened=14),
    Draft("gas-zulia", "Compresión de Gas Lago Norte", ahead=16, days=5, window=8, due=3, opened=20),
    Draft("proleche", "Frío y llenado en Los Andes del Sur", ahead=12, days=4, window=6, due=2, opened=9),
    Draft("gas-barinas", "Compresor y bomba de Gas Comunal Barinas", ahead=15, days=3, window=4, due=2, opened=8),
    Draft("calderys", "Elevador y mezcladora de CALDERYS", ahead=20, days=4, opened=18),
)
PINNED_AT, PINNED_TRADE, PINNED_LEVEL = "proleche", "refrigeration", 3


def create(ledger: Ledger, desk: Desk, today: date) -> dict[str, Battle]:
    """Agreed, with their seats: the next step is to look for people."""
    made = {}
    for draft in DRAFTS:
        first = plans.monday(today, draft.ahead)
        plan = plans.Plan(
            factory=draft.factory,
            title=draft.title,
            state=BattleState.DRAFT,
            first_day=first,
            days=draft.days,
            called=today,
            latest=first + timedelta(days=draft.window) if draft.window else None,
            due=first + timedelta(days=draft.due) if draft.window else None,
        )
        made[draft.factory], _requests, _seats = plans.begin(
            ledger, desk, plan, opened=today - timedelta(days=draft.opened)
        )
    _pin(ledger, made[PINNED_AT], today)
    return made


def _pin(ledger: Ledger, battle: Battle, today: date) -> None:
    """Somebody whom the plant knows and asked for."""
    first = fight.first_day_of(battle)
    person, trip = ledger.roster.find(
        battle.factory,
        ledger.trades[PINNED_TRADE].pk,
        PINNED_LEVEL,
        first,
        first + timedelta(battle.days - 1),
        skip=set(),
    )
    ledger.roster.give(person, trip)
    by, at = fight.in_charge_of(battle), hour(today - timedelta(days=1), 10)
    Pin.objects.create(battle=battle, volunteer=person.volunteer, kind=PinKind.IN, by=by, at=at)
    ledger.told(battle, f"battle.pinned_{PinKind.IN}", at, by=by, volunteer=str(person.volunteer.pk))
