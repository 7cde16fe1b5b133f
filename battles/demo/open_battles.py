"""Battles of today, each at another point of its way; those that still wait for people stand in `drafts`."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from battles.demo import drafts, fight, plans
from battles.demo.history import WHO
from battles.demo.plants import Plants, hour
from battles.models import (
    Battle,
    Demand,
    DiaryEntry,
    Finding,
    FollowUp,
    LineResult,
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
from factories.models import OutputReading
from factories.states import Condition

if TYPE_CHECKING:
    from battles.demo.fight import Ledger, Member
    from battles.demo.people import Person
    from battles.demo.reports import Desk


def create(ledger: Ledger, plants: Plants, desk: Desk, today: date, voluntaria: Person) -> dict[str, Battle]:
    return {
        "under_way": _under_way(ledger, desk, today),
        "diagnosis": _diagnosis(ledger, plants, today),
        "ready": _ready(ledger, desk, today),
        "asking": _asking(ledger, desk, today, voluntaria),
        "closed": _closed(ledger, plants, desk, today),
        **drafts.create(ledger, desk, today),
    }


def _asking(ledger: Ledger, desk: Desk, today: date, voluntaria: Person) -> Battle:
    plan = plans.Plan(
        factory="gas-maturin",
        title="Llenadero de Maturín",
        state=BattleState.ASKING,
        first_day=plans.monday(today, 13),
        days=5,
        called=today - timedelta(days=4),
    )
    battle, _requests, seats = plans.begin(ledger, desk, plan, opened=today - timedelta(days=11))
    by = fight.in_charge_of(battle)
    members = fight.crew(ledger, battle, seats, prefer=(voluntaria,))
    asked = desk.now - timedelta(hours=20)
    seat_of = {seat.pk: seat for seat in seats}
    for number, member in enumerate(members):
        seat = seat_of[member.offer.seat_id or 0]
        fight.ask(member.offer, at=asked, by=by)
        if member.person is not voluntaria and number % 2 == 0:
            fight.accept(ledger, member.offer, seat, at=asked + timedelta(hours=ledger.rng.uniform(1, 18)))
    fight.store(ledger, members)
    _answered_no(ledger, battle, seats[:3], members)
    return battle


def _answered_no(ledger: Ledger, battle: Battle, seats: list[Seat], members: list[Member]) -> None:
    """Before these seats found others: two declined, one never answered."""
    by = fight.in_charge_of(battle)
    skip = {member.person.volunteer.pk for member in members}
    asked = min(member.offer.asked_at for member in members if member.offer.asked_at) - timedelta(days=3)
    refused = []
    for seat, reason in zip(seats, (DeclineReason.WORK, DeclineReason.TRANSPORT, None), strict=True):
        (member,) = fight.crew(ledger, battle, [seat], skip=skip)
        skip.add(member.person.volunteer.pk)
        offer = member.offer
        fight.ask(offer, at=asked, by=by)
        offer.state, offer.version = (OfferState.DECLINED, 3) if reason else (OfferState.EXPIRED, 3)
        offer.ended_at = offer.deadline
        if reason:
            offer.decline_reason, offer.answered_by = reason, AnsweredBy.LINK
            offer.answered_at = offer.ended_at = asked + timedelta(hours=9)
        refused.append(member)
    fight.store(ledger, refused)


def _ready(ledger: Ledger, desk: Desk, today: date) -> Battle:
    plan = plans.Plan(
        factory="gas-guarenas",
        title="Balanzas y aire en Gas Comunal Guarenas",
        state=BattleState.READY,
        first_day=today + timedelta(days=5),
        days=4,
        called=today - timedelta(days=7),
    )
    battle, _requests, seats = plans.begin(ledger, desk, plan, opened=today - timedelta(days=19))
    members = fight.crew(ledger, battle, seats)
    plans.all_accepted(ledger, battle, seats, members, on=plan.called)
    fight.store(ledger, members)
    plans.lead(battle, members)
    return battle


def _under_way(ledger: Ledger, desk: Desk, today: date) -> Battle:
    """Second day in the plant; one person has not arrived; a machine was found broken on site."""
    plan = plans.Plan(
        factory="hospital-guayana",
        title="Oxígeno y ascensor del Hospital Uyapar",
        state=BattleState.UNDER_WAY,
        first_day=today - timedelta(days=1),
        days=5,
        called=today - timedelta(days=12),
        request_state=RequestState.UNDER_REPAIR,
    )
    battle, requests, seats = plans.begin(ledger, desk, plan, opened=today - timedelta(days=22))
    members = fight.crew(ledger, battle, seats)
    plans.all_accepted(ledger, battle, seats, members, on=plan.called)
    plans.lead(battle, members)
    missing = next(m for m in reversed(members) if m.person.volunteer != battle.responsible)
    for member in members:
        if member is not missing:
            member.offer.state, member.offer.version = OfferState.ON_SITE, 4
            member.offer.arrived_at = hour(plan.first_day, 7, ledger.rng.randint(0, 59))
    fight.store(ledger, members)
    found = _found_on_site(ledger, desk, battle, plan.first_day)
    told = (
        (requests[0], "Se abrió la torre del tamiz y se limpiaron las válvulas.", 16),
        (requests[1], "Tarjeta desmontada; el relé de seguridad está quemado y se busca uno igual.", 10),
        (found, "La planta eléctrica 2 no arranca: se encontró al probar el ascensor.", 4),
    )
    DiaryEntry.objects.bulk_create(
        DiaryEntry(
            battle=battle, request=request, machine=request.machine, day=plan.first_day, text=text,
            hours=Decimal(hours), by=fight.in_charge_of(battle), at=hour(plan.first_day, 18),
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
        opened_by=fight.in_charge_of(battle),
    )
    Demand.objects.bulk_create(fight.demand_for(ledger, request))
    fight.take_up(battle, [request], is_active=True, found=frozenset([request.pk]))
    return request


def _diagnosis(ledger: Ledger, plants: Plants, today: date) -> Battle:
    """Two voices heard, findings noted, not yet made into requests."""
    plan = plans.Plan(
        factory="aceite",
        title="Diagnóstico de la Aceitera Portuguesa",
        state=BattleState.UNDER_WAY,
        first_day=today - timedelta(days=1),
        days=3,
        called=today - timedelta(days=8),
        kind=BattleKind.DIAGNOSIS,
    )
    battle = plans.draw_up(ledger, plants, plan, opened=today - timedelta(days=9))
    wanted = (("industrial-mechanics", 3), ("boilers", 3), ("industrial-electricity", 3))
    seats = Seat.objects.bulk_create(
        Seat(battle=battle, trade=ledger.trades[trade], level=level, last_offset=plan.days - 1)
        for trade, level in wanted
    )
    members = fight.crew(ledger, battle, seats)
    plans.all_accepted(ledger, battle, seats, members, on=plan.called)
    for member in members:
        member.offer.state, member.offer.version = OfferState.ON_SITE, 4
        member.offer.arrived_at = hour(plan.first_day, 8, 10)
    fight.store(ledger, members)
    plans.lead(battle, members)
    said = (
        (Voice.MANAGEMENT, "Falta soya y la caldera no tiene permiso; con eso se arranca en un mes."),
        (Voice.WORKERS, "La prensa y la extrusora llevan dos años sin repuestos. La caldera es lo de menos."),
    )
    VoiceHeard.objects.bulk_create(
        VoiceHeard(battle=battle, voice=voice, said=text, at=hour(plan.first_day, 14)) for voice, text in said
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
    plan = plans.Plan(
        factory="arroz",
        title="Secado y pulido en la Arrocera Pilar de Turén",
        state=BattleState.CLOSED,
        first_day=today - timedelta(days=35),
        days=5,
        called=today - timedelta(days=45),
        request_state=RequestState.REPAIRED,
    )
    battle, requests, seats = plans.begin(ledger, desk, plan, opened=today - timedelta(days=60))
    members = fight.crew(ledger, battle, seats)
    plans.all_accepted(ledger, battle, seats, members, on=plan.called)
    for member in members:
        member.offer.state, member.offer.version = OfferState.DONE, 5
        member.offer.arrived_at = hour(member.trip.first, 8)
        member.offer.home_at = member.offer.ended_at = hour(member.trip.days[-1], 20)
    fight.store(ledger, members)
    plans.lead(battle, members)
    plans.close(ledger, desk, plan, battle, requests)
    battle.lessons = "Secar por tandas pequeñas mientras llega el piñón definitivo."
    battle.taught = "Cambio de rodillos, a la guardia de la mañana."
    battle.save(update_fields=["lessons", "taught"])
    line = plants.lines["arroz", "Arroz"]
    LineResult.objects.create(
        battle=battle, line=line, before=38, after=74, confirmed_by=WHO, confirmed_at=hour(plan.last_day, 17)
    )
    told = ((plan.first_day - timedelta(days=1), 38), (plan.last_day, 74))
    OutputReading.objects.bulk_create(
        OutputReading(line=line, day=day, amount=amount, said_by=WHO, is_confirmed=True) for day, amount in told
    )
    line.current = Decimal(74)
    line.save(update_fields=["current"])
    FollowUp.objects.bulk_create(
        FollowUp(battle=battle, line=line, after_days=after, due_on=plan.last_day + timedelta(days=after))
        for after in (30, 90)
    )
    return battle
