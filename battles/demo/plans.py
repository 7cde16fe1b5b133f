"""What the battles of today have in common: requests taken up, agreement, seats, a crew that said yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from battles.demo import fight
from battles.demo.plants import Plants, hour
from battles.models import Battle, Demand, RepairRequest, Seat
from battles.states import BattleKind, BattleState, RequestState
from factories.states import Condition

if TYPE_CHECKING:
    from battles.demo.fight import Ledger, Member
    from battles.demo.reports import Desk
    from epo.accounts.models import User

FAULTS = {
    ("sardina", "Cerradora 1"): (
        "bad-seam",
        "badly",
        "cierra mal la tapa y se pierde una caja de cada cinco",
    ),
    ("sardina", "Caldera"): (
        "no-pressure",
        "badly",
        "la caldera no pasa de 60 libras y el autoclave no llega",
    ),
    ("gas-maturin", "Carrusel de llenado"): (
        "does-not-turn",
        "stopped",
        "el carrusel no gira, llenamos a mano",
    ),
    ("gas-maturin", "Cadena transportadora"): (
        "chain-broken",
        "stopped",
        "se partió la cadena de las bombonas",
    ),
    ("gas-guarenas", "Carrusel de llenado"): ("scale", "badly", "10 balanzas no pesan y hay cola de 3 días"),
    ("gas-guarenas", "Compresor de aire"): (
        "no-pressure",
        "badly",
        "el compresor no levanta y el carrusel se para",
    ),
    ("hospital-guayana", "Planta de oxígeno"): (
        "sieve",
        "dangerous",
        "el oxígeno sale en 84 y no hay tamiz nuevo",
    ),
    ("hospital-guayana", "Ascensor de quirófano"): (
        "board",
        "stopped",
        "el ascensor no responde, tarjeta quemada",
    ),
    ("arroz", "Pulidora"): ("rolls-worn", "badly", "la pulidora parte mucho grano"),
    ("arroz", "Secadora de torre"): ("gear-broken", "stopped", "se partió el piñón y el arroz está húmedo"),
    ("imprenta", "Rotativa"): (
        "electronics",
        "stopped",
        "la tarjeta de la rotativa se quemó y los libros del lapso están a medias",
    ),
    ("imprenta", "Offset 2"): (
        "rollers-worn",
        "badly",
        "los rodillos manchan el papel, se bota un pliego de cada cuatro",
    ),
    ("gas-zulia", "Compresor 5"): ("vibration", "badly", "el compresor 5 vibra y lo bajamos a media carga"),
    ("gas-zulia", "Tablero 480 V"): ("breaker", "stopped", "se quemó el breaker principal del tablero"),
    ("proleche", "Enfriador"): ("no-cold", "stopped", "el enfriador no baja de 12 grados y la leche se corta"),
    ("proleche", "Llenadora de bolsas"): ("leaks", "badly", "la llenadora bota leche por los sellos"),
    ("gas-barinas", "Compresor de aire"): ("valve-broken", "stopped", "el compresor tiene las válvulas rotas"),
    ("gas-barinas", "Bomba de GLP"): (
        "leaks-seal",
        "dangerous",
        "la bomba bota gas por el sello, trabajamos con miedo",
    ),
    ("calderys", "Elevador de cangilones"): (
        "belt-torn",
        "badly",
        "la correa del elevador está por partirse y raspa la carcasa",
    ),
    ("calderys", "Mezcladora de masas"): ("gearbox", "stopped", "el reductor de la mezcladora se trancó"),
}

BRING = "Herramienta propia, botas, casco, chinchorro o colchoneta y ropa para la semana"


@dataclass(frozen=True, slots=True)
class Plan:
    factory: str
    title: str
    state: BattleState
    first_day: date
    days: int
    called: date
    """When people were asked."""
    request_state: str = RequestState.PLANNED
    kind: BattleKind = BattleKind.REPAIR
    latest: date | None = None
    """With it the battle has no date yet: `first_day` is the earliest start."""
    due: date | None = None

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)


def begin(ledger: Ledger, desk: Desk, plan: Plan, *, opened: date) -> tuple[Battle, list[RepairRequest], list[Seat]]:
    """Requests of the plant, taken up by a battle with its agreement and its seats."""
    battle = draw_up(ledger, desk.plants, plan, opened=opened)
    by = fight.in_charge_of(battle)
    requests = []
    for (factory, name), (fault, condition, text) in FAULTS.items():
        if factory == plan.factory:
            row = {"fault": fault, "condition": condition, "text": text}
            machine = desk.plants.machines[factory, name]
            opened_at = hour(opened - timedelta(days=2), 11)
            requests.append(
                desk.request(
                    machine,
                    row,
                    opened_at=opened_at,
                    by=by,
                    state=plan.request_state,
                    needs_missing=plan.state in (BattleState.DRAFT, BattleState.ASKING),
                )
            )
    for request in requests:
        ledger.moved(request, hour(opened, 9), was=RequestState.OPEN, now=RequestState.PLANNED, by=by)
    fight.take_up(battle, requests, is_active=True)
    agreed = (plan.first_day - opened).days * 2 // 3
    fight.agree(battle, days_before=max(agreed, (plan.first_day - ledger.today).days), by=by)
    demands = Demand.objects.filter(request__in=requests).order_by("pk")
    _begun(ledger, plan, requests, by)
    return battle, requests, Seat.objects.bulk_create(fight.seat_rows(battle, demands))


def _begun(ledger: Ledger, plan: Plan, requests: list[RepairRequest], by: User) -> None:
    if plan.state in (BattleState.UNDER_WAY, BattleState.CLOSED):
        for request in requests:
            at = hour(plan.first_day, 6, 30)
            ledger.moved(request, at, was=RequestState.PLANNED, now=RequestState.UNDER_REPAIR, by=by)


def close(ledger: Ledger, desk: Desk, plan: Plan, battle: Battle, requests: list[RepairRequest]) -> None:
    """All of its requests repaired on its last day, the machines running, the reporters told."""
    at = hour(plan.last_day, 17)
    battle.battle_requests.update(is_active=False, outcome=RequestState.REPAIRED)
    RepairRequest.objects.filter(pk__in=[request.pk for request in requests]).update(finished_at=at)
    for link in desk.links:
        if link.request in requests:
            link.report.closed_at = at
            desk.plants.tell(desk.plants.machine(link.request.machine_id), at, Condition.RUNNING)
    for request in requests:
        by = fight.in_charge_of(battle)
        ledger.moved(request, at, was=RequestState.UNDER_REPAIR, now=RequestState.REPAIRED, by=by)


def draw_up(ledger: Ledger, plants: Plants, plan: Plan, *, opened: date) -> Battle:
    factory = plants.factories[plan.factory]
    by = ledger.coordinator_of(factory)
    has_begun = plan.state in (BattleState.UNDER_WAY, BattleState.CLOSED)
    battle = Battle.objects.create(
        kind=plan.kind,
        factory=factory,
        title=plan.title,
        state=plan.state,
        version=len(_WAY[: _WAY.index(plan.state) + 1]),
        first_day=None if plan.latest else plan.first_day,
        earliest=plan.first_day if plan.latest else None,
        latest=plan.latest,
        due=plan.due,
        days=plan.days,
        coordinator=by,
        sleeping="En la planta, literas en el comedor",
        food="Comedor de la planta",
        bring=BRING,
        safety="Bloqueo y etiquetado antes de tocar cualquier equipo.",
        created_at=hour(opened, 9),
        started_at=hour(plan.first_day, 6, 30) if has_begun else None,
        ended_at=hour(plan.last_day, 17) if plan.state == BattleState.CLOSED else None,
    )
    _trail(ledger, battle, plan)
    return battle


_WAY = (
    BattleState.DRAFT,
    BattleState.ASKING,
    BattleState.READY,
    BattleState.UNDER_WAY,
    BattleState.CLOSED,
)


def _trail(ledger: Ledger, battle: Battle, plan: Plan) -> None:
    hours = {
        BattleState.ASKING: hour(plan.called, 8),
        BattleState.READY: hour(plan.called + timedelta(days=2), 12),
        BattleState.UNDER_WAY: hour(plan.first_day, 6, 30),
        BattleState.CLOSED: hour(plan.last_day, 17),
    }
    for was, state in pairwise(_WAY[: _WAY.index(plan.state) + 1]):
        ledger.moved(battle, hours[state], was=was, now=state, by=fight.in_charge_of(battle))


def all_accepted(ledger: Ledger, battle: Battle, seats: list[Seat], members: list[Member], *, on: date) -> None:
    """Asked on the morning of that day; everyone said yes within the next two."""
    asked = hour(on, 9)
    seat_of = {seat.pk: seat for seat in seats}
    fight.depart(battle, members)
    for member in members:
        seat = seat_of[member.offer.seat_id or 0]
        fight.ask(member.offer, at=asked, by=fight.in_charge_of(battle))
        fight.accept(ledger, member.offer, seat, at=asked + timedelta(hours=ledger.rng.uniform(1, 46)))


def lead(battle: Battle, members: list[Member]) -> None:
    battle.responsible = max(members, key=lambda one: one.offer.level).person.volunteer
    battle.save(update_fields=["responsible"])


def monday(today: date, days: int) -> date:
    """The first Monday at least so many days ahead."""
    day = today + timedelta(days=days)
    return day + timedelta(days=-day.weekday() % 7)
