"""Six battles of today, each at another point of its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from battles.demo import fight
from battles.demo.fight import Ledger, Member
from battles.demo.history import WHO
from battles.demo.people import Person
from battles.demo.plants import Plants, hour
from battles.demo.reports import Desk
from battles.models import (
    Battle,
    Demand,
    DiaryEntry,
    Finding,
    FollowUp,
    LineResult,
    Offer,
    RepairRequest,
    Seat,
    VoiceHeard,
)
from battles.states import (
    AnsweredBy,
    BattleKind,
    BattleState,
    DeclineReason,
    OfferState,
    RequestState,
    Voice,
)
from epo.accounts.models import User
from factories.models import OutputReading
from factories.states import Condition

FAULTS = {
    ("sardina", "Cerradora 1"): ("bad-seam", "badly", "cierra mal la tapa y se pierde una caja de cada cinco"),
    ("sardina", "Caldera"): ("no-pressure", "badly", "la caldera no pasa de 60 libras y el autoclave no llega"),
    ("gas-maturin", "Carrusel de llenado"): ("does-not-turn", "stopped", "el carrusel no gira, llenamos a mano"),
    ("gas-maturin", "Cadena transportadora"): ("chain-broken", "stopped", "se partió la cadena de las bombonas"),
    ("gas-guarenas", "Carrusel de llenado"): ("scale", "badly", "10 balanzas no pesan y hay cola de 3 días"),
    ("gas-guarenas", "Compresor de aire"): ("no-pressure", "badly", "el compresor no levanta y el carrusel se para"),
    ("hospital-guayana", "Planta de oxígeno"): ("sieve", "dangerous", "el oxígeno sale en 84 y no hay tamiz nuevo"),
    ("hospital-guayana", "Ascensor de quirófano"): ("board", "stopped", "el ascensor no responde, tarjeta quemada"),
    ("arroz", "Pulidora"): ("rolls-worn", "badly", "la pulidora parte mucho grano"),
    ("arroz", "Secadora de torre"): ("gear-broken", "stopped", "se partió el piñón y el arroz está húmedo"),
}  # fmt: skip

BRING = "Herramienta propia, botas, casco, chinchorro o colchoneta y ropa para la semana"


@dataclass(frozen=True, slots=True)
class Plan:
    factory: str
    title: str
    state: BattleState
    first_day: date
    days: int
    request_state: str
    kind: BattleKind = BattleKind.REPAIR


def create(ledger: Ledger, plants: Plants, desk: Desk, today: date, voluntaria: Person) -> dict[str, Battle]:
    return {
        "under_way": _under_way(ledger, desk, today),
        "diagnosis": _diagnosis(ledger, plants, today),
        "ready": _ready(ledger, desk, today),
        "asking": _asking(ledger, desk, today, voluntaria),
        "draft": _draft(ledger, desk, today),
        "closed": _closed(ledger, plants, desk, today),
    }


def _draft(ledger: Ledger, desk: Desk, today: date) -> Battle:
    """Agreed, dated, with its seats: the next step is to look for people."""
    plan = Plan(
        "sardina", "Cierre y vapor en Conservas Marigüitar", BattleState.DRAFT, _monday(today, 24), 5,
        RequestState.PLANNED,
    )  # fmt: skip
    battle, _requests, _seats = _begin(ledger, desk, plan, opened=today - timedelta(days=16))
    return battle


def _asking(ledger: Ledger, desk: Desk, today: date, voluntaria: Person) -> Battle:
    plan = Plan(
        "gas-maturin", "Llenadero de Maturín", BattleState.ASKING, _monday(today, 13), 5, RequestState.PLANNED
    )
    battle, _requests, seats = _begin(ledger, desk, plan, opened=today - timedelta(days=11))
    by = _in_charge(battle)
    members = fight.crew(ledger, battle, seats, prefer=(voluntaria,))
    asked = desk.now - timedelta(hours=20)
    seat_of = {seat.pk: seat for seat in seats}
    for number, member in enumerate(members):
        seat = seat_of[member.offer.seat_id or 0]
        fight.ask(ledger, member.offer, at=asked, by=by)
        if member.person is not voluntaria and number % 2 == 0:
            fight.accept(ledger, member, seat, hours=ledger.rng.uniform(1, 18))
    _store(ledger, members)
    _answered_no(ledger, battle, seats[:3], members)
    return battle


def _answered_no(ledger: Ledger, battle: Battle, seats: list[Seat], members: list[Member]) -> None:
    """Before these seats found others: two declined, one never answered."""
    by = _in_charge(battle)
    skip = {member.person.volunteer.pk for member in members}
    asked = min(member.offer.asked_at for member in members if member.offer.asked_at) - timedelta(days=3)
    offers = []
    for seat, reason in zip(seats, (DeclineReason.WORK, DeclineReason.TRANSPORT, None), strict=True):
        (member,) = fight.crew(ledger, battle, [seat], skip=skip)
        skip.add(member.person.volunteer.pk)
        offer = member.offer
        fight.ask(ledger, offer, at=asked, by=by)
        offer.state, offer.version = (OfferState.DECLINED, 3) if reason else (OfferState.EXPIRED, 3)
        offer.ended_at = offer.deadline
        if reason:
            offer.decline_reason, offer.answered_by = reason, AnsweredBy.LINK
            offer.answered_at = offer.ended_at = asked + timedelta(hours=9)
        offers.append(offer)
    Offer.objects.bulk_create(offers)


def _ready(ledger: Ledger, desk: Desk, today: date) -> Battle:
    plan = Plan(
        "gas-guarenas", "Balanzas y aire en Gas Comunal Guarenas", BattleState.READY, today + timedelta(days=5), 4,
        RequestState.PLANNED,
    )  # fmt: skip
    battle, _requests, seats = _begin(ledger, desk, plan, opened=today - timedelta(days=19))
    members = fight.crew(ledger, battle, seats)
    _all_accepted(ledger, battle, seats, members, asked=desk.now - timedelta(days=7))
    _store(ledger, members)
    _lead(battle, members)
    return battle


def _under_way(ledger: Ledger, desk: Desk, today: date) -> Battle:
    """Second day in the plant; one person has not arrived; a machine was found broken on site."""
    plan = Plan(
        "hospital-guayana", "Oxígeno y ascensor del Hospital Uyapar", BattleState.UNDER_WAY,
        today - timedelta(days=1), 5, RequestState.UNDER_REPAIR,
    )  # fmt: skip
    battle, requests, seats = _begin(ledger, desk, plan, opened=today - timedelta(days=22))
    members = fight.crew(ledger, battle, seats)
    _all_accepted(ledger, battle, seats, members, asked=hour(today - timedelta(days=12), 9))
    _lead(battle, members)
    missing = next(m for m in reversed(members) if m.person.volunteer != battle.responsible)
    for member in members:
        if member is not missing:
            member.offer.state, member.offer.version = OfferState.ON_SITE, 4
            member.offer.arrived_at = hour(plan.first_day, 7, ledger.rng.randint(0, 59))
    _store(ledger, members)
    found = _found_on_site(ledger, desk, battle, plan.first_day)
    told = (
        (requests[0], "Se abrió la torre del tamiz y se limpiaron las válvulas.", 16),
        (requests[1], "Tarjeta desmontada; el relé de seguridad está quemado y se busca uno igual.", 10),
        (found, "La planta eléctrica 2 no arranca: se encontró al probar el ascensor.", 4),
    )
    DiaryEntry.objects.bulk_create(
        DiaryEntry(
            battle=battle, request=request, machine=request.machine, day=plan.first_day, text=text,
            hours=Decimal(hours), by=_in_charge(battle), at=hour(plan.first_day, 18),
        )
        for request, text, hours in told
    )  # fmt: skip
    return battle


def _found_on_site(ledger: Ledger, desk: Desk, battle: Battle, day: date) -> RepairRequest:
    machine = desk.plants.machines["hospital-guayana", "Planta eléctrica 2"]
    desk.used.add(machine.pk)
    desk.plants.tell(machine, hour(day, 15), Condition.STOPPED)
    request = RepairRequest.objects.create(
        factory=battle.factory,
        machine=machine,
        title="Planta eléctrica 2: no arranca",
        state=RequestState.UNDER_REPAIR,
        version=2,
        stopped_since=day,
        opened_at=hour(day, 15),
        opened_by=_in_charge(battle),
    )
    Demand.objects.bulk_create(fight.demand_for(ledger, request))
    fight.take_up(battle, [request], is_active=True, found=frozenset([request.pk]))
    return request


def _diagnosis(ledger: Ledger, plants: Plants, today: date) -> Battle:
    """Two voices heard, findings noted, not yet made into requests."""
    first = today - timedelta(days=1)
    plan = Plan(
        "aceite", "Diagnóstico de la Aceitera Portuguesa", BattleState.UNDER_WAY, first, 3, "", BattleKind.DIAGNOSIS
    )
    battle = _battle(ledger, plants, plan, opened=today - timedelta(days=9))
    wanted = (("industrial-mechanics", 3), ("boilers", 3), ("industrial-electricity", 3))
    seats = Seat.objects.bulk_create(
        Seat(battle=battle, trade=ledger.trades[trade], level=level, last_offset=plan.days - 1)
        for trade, level in wanted
    )
    members = fight.crew(ledger, battle, seats)
    _all_accepted(ledger, battle, seats, members, asked=hour(today - timedelta(days=8), 9))
    for member in members:
        member.offer.state, member.offer.version = OfferState.ON_SITE, 4
        member.offer.arrived_at = hour(first, 8, 10)
    _store(ledger, members)
    _lead(battle, members)
    said = (
        (Voice.MANAGEMENT, "Falta soya y la caldera no tiene permiso; con eso se arranca en un mes."),
        (Voice.WORKERS, "La prensa y la extrusora llevan dos años sin repuestos. La caldera es lo de menos."),
    )
    VoiceHeard.objects.bulk_create(
        VoiceHeard(battle=battle, voice=voice, said=text, at=hour(first, 14)) for voice, text in said
    )
    found = (
        ("Extrusora de soya", "El husillo está gastado y la caja bota aceite"),
        ("Prensa expeller", "Tornillo gastado: exprime la mitad"),
        ("Caldera 1", "Doce tubos tapados"),
    )
    Finding.objects.bulk_create(
        Finding(battle=battle, machine=plants.machines["aceite", name], what=what) for name, what in found
    )
    return battle


def _closed(ledger: Ledger, plants: Plants, desk: Desk, today: date) -> Battle:
    """Closed 31 days ago: the first reading is due since yesterday."""
    plan = Plan(
        "arroz", "Secado y pulido en la Arrocera Pilar de Turén", BattleState.CLOSED, today - timedelta(days=35), 5,
        RequestState.REPAIRED,
    )  # fmt: skip
    battle, requests, seats = _begin(ledger, desk, plan, opened=today - timedelta(days=60))
    last = plan.first_day + timedelta(days=plan.days - 1)
    members = fight.crew(ledger, battle, seats)
    _all_accepted(ledger, battle, seats, members, asked=hour(plan.first_day - timedelta(days=10), 9))
    for member in members:
        member.offer.state, member.offer.version = OfferState.DONE, 5
        member.offer.arrived_at = hour(member.trip.first, 8)
        member.offer.home_at = member.offer.ended_at = hour(member.trip.days[-1], 20)
    _store(ledger, members)
    _lead(battle, members)
    for request in requests:
        assert request.machine is not None
        plants.tell(request.machine, hour(last, 16), Condition.RUNNING)
    battle.lessons = "Secar por tandas pequeñas mientras llega el piñón definitivo."
    battle.taught = "Cambio de rodillos, a la guardia de la mañana."
    battle.save(update_fields=["lessons", "taught"])
    battle.battle_requests.update(is_active=False, outcome=RequestState.REPAIRED)
    RepairRequest.objects.filter(pk__in=[one.pk for one in requests]).update(finished_at=hour(last, 17))
    line = plants.lines["arroz", "Arroz"]
    LineResult.objects.create(
        battle=battle, line=line, before=38, after=74, confirmed_by=WHO, confirmed_at=hour(last, 17)
    )
    told = ((plan.first_day - timedelta(days=1), 38), (last, 74))
    OutputReading.objects.bulk_create(
        OutputReading(line=line, day=day, amount=amount, said_by=WHO, is_confirmed=True) for day, amount in told
    )
    line.current = Decimal(74)
    line.save(update_fields=["current"])
    FollowUp.objects.bulk_create(
        FollowUp(battle=battle, line=line, after_days=after, due_on=last + timedelta(days=after)) for after in (30, 90)
    )
    return battle


def _begin(
    ledger: Ledger, desk: Desk, plan: Plan, *, opened: date
) -> tuple[Battle, list[RepairRequest], list[Seat]]:
    """Requests of the plant, taken up by a battle with its agreement and its seats."""
    battle = _battle(ledger, desk.plants, plan, opened=opened)
    by = _in_charge(battle)
    requests = []
    for (factory, name), (fault, condition, text) in FAULTS.items():
        if factory == plan.factory:
            row = {"fault": fault, "condition": condition, "text": text}
            machine = desk.plants.machines[factory, name]
            opened_at = hour(opened - timedelta(days=2), 11)
            requests.append(desk.request(machine, row, opened_at=opened_at, by=by, state=plan.request_state))
    fight.take_up(battle, requests, is_active=True)
    agreed = (plan.first_day - opened).days * 2 // 3
    fight.agree(battle, days_before=max(agreed, (plan.first_day - ledger.today).days), by=by)
    demands = Demand.objects.filter(request__in=requests).order_by("pk")
    return battle, requests, Seat.objects.bulk_create(fight.seat_rows(battle, demands))


def _battle(ledger: Ledger, plants: Plants, plan: Plan, *, opened: date) -> Battle:
    factory = plants.factories[plan.factory]
    by = ledger.coordinator_of(factory)
    has_begun = plan.state in (BattleState.UNDER_WAY, BattleState.CLOSED)
    last = plan.first_day + timedelta(days=plan.days - 1)
    battle = Battle.objects.create(
        kind=plan.kind,
        factory=factory,
        title=plan.title,
        state=plan.state,
        version=len(_WAY[: _WAY.index(plan.state) + 1]),
        first_day=plan.first_day,
        days=plan.days,
        coordinator=by,
        sleeping="En la planta, literas en el comedor",
        food="Comedor de la planta",
        bring=BRING,
        safety="Bloqueo y etiquetado antes de tocar cualquier equipo.",
        created_at=hour(opened, 9),
        started_at=hour(plan.first_day, 6, 30) if has_begun else None,
        ended_at=hour(last, 17) if plan.state == BattleState.CLOSED else None,
    )
    _trail(ledger, battle, plan, opened)
    return battle


_WAY = (
    BattleState.DRAFT,
    BattleState.ASKING,
    BattleState.READY,
    BattleState.UNDER_WAY,
    BattleState.CLOSED,
)


def _trail(ledger: Ledger, battle: Battle, plan: Plan, opened: date) -> None:
    hours = {
        BattleState.ASKING: hour(opened + timedelta(days=1), 10),
        BattleState.READY: hour(opened + timedelta(days=4), 12),
        BattleState.UNDER_WAY: hour(plan.first_day, 6, 30),
        BattleState.CLOSED: battle.ended_at,
    }
    for was, state in zip(_WAY, _WAY[1 : _WAY.index(plan.state) + 1], strict=False):
        at = hours[state]
        assert at is not None
        ledger.moved(battle, at, was=was, now=state, by=_in_charge(battle))


def _all_accepted(
    ledger: Ledger, battle: Battle, seats: list[Seat], members: list[Member], *, asked: datetime
) -> None:
    seat_of = {seat.pk: seat for seat in seats}
    fight.depart(battle, members)
    for member in members:
        seat = seat_of[member.offer.seat_id or 0]
        fight.ask(ledger, member.offer, at=asked, by=_in_charge(battle))
        fight.accept(ledger, member, seat, hours=ledger.rng.uniform(1, 46))


def _store(ledger: Ledger, members: list[Member]) -> None:
    Offer.objects.bulk_create(member.offer for member in members)
    for member in members:
        if member.offer.seat is not None:
            ledger.crew_days.extend(fight.days_of(member))


def _lead(battle: Battle, members: list[Member]) -> None:
    battle.responsible = max(members, key=lambda one: one.offer.level).person.volunteer
    battle.save(update_fields=["responsible"])


def _in_charge(battle: Battle) -> User:
    assert battle.coordinator is not None
    return battle.coordinator


def _monday(today: date, days: int) -> date:
    """The first Monday at least so many days ahead."""
    day = today + timedelta(days=days)
    return day + timedelta(days=-day.weekday() % 7)
