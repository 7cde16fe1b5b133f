"""Writes the fourteen battles of the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from battles.demo import fight
from battles.demo.plants import Plants, hour
from battles.demo.stories import STORIES
from battles.models import (
    Battle,
    Demand,
    DiaryEntry,
    FollowUp,
    LineResult,
    OwnRepair,
    RepairRequest,
    Seat,
)
from battles.states import BattleState, OfferState, RequestState
from factories.models import Line, OutputReading
from factories.states import Condition, ReportState
from volunteers.states import Basis

if TYPE_CHECKING:
    from battles.demo.fight import Ledger, Member
    from battles.demo.people import Person
    from battles.demo.reports import Desk
    from battles.demo.story import Output, Repair, Story
    from epo.accounts.models import User

DONE_TEXTS = (
    "Se aisló el equipo con candado y etiqueta, se desmontó y se revisó con la gente de la planta: {what}",
    "Se limpiaron y midieron las piezas; lo que no sirve se mandó a fabricar o se buscó en otra empresa.",
    "{note}",
    "Montaje, prueba en vacío y prueba con carga, firmada por el delegado de los trabajadores.",
)
WHO = "Delegado de los trabajadores"


def create(ledger: Ledger, desk: Desk, *, prefer: tuple[Person, ...]) -> dict[str, Battle]:
    battles: dict[str, Battle] = {}
    for story in STORIES:
        battles[story.key] = _enact(ledger, desk, story, battles, prefer=prefer)
    return battles


def _enact(
    ledger: Ledger, desk: Desk, story: Story, before: dict[str, Battle], *, prefer: tuple[Person, ...]
) -> Battle:
    plants = desk.plants
    battle = _battle(ledger, plants, story, before)
    by = fight.in_charge_of(battle)
    requests = _requests(plants, story, battle, by)
    _reports(desk, story, battle, requests)
    _outcomes(story, battle, requests)
    demands = Demand.objects.bulk_create(list(_demands(ledger, story, requests)))
    fight.agree(battle, days_before=12, by=by)
    seats = Seat.objects.bulk_create(fight.seat_rows(battle, demands))
    wanted = prefer if story.key == "gaviota-2" else ()
    members = fight.crew(ledger, battle, seats, near=story.crew_from, prefer=wanted)
    _fought(ledger, story, battle, members, seats, by)
    battle.responsible = max(members, key=lambda one: (one.offer.level, -one.offer.pk)).person.volunteer
    battle.save(update_fields=["responsible"])
    _diary(story, battle, requests, by)
    _results(plants, story, battle)
    _own_repairs(plants, story, battle)
    _trail(ledger, story, battle, requests, by)
    return battle


def _started(story: Story) -> datetime:
    return hour(story.first_day, 7)


def _ended(story: Story) -> datetime:
    return hour(story.last_day, 17)


def _battle(ledger: Ledger, plants: Plants, story: Story, before: dict[str, Battle]) -> Battle:
    factory = plants.factories[story.factory]
    return Battle.objects.create(
        factory=factory,
        title=story.title,
        follows=before.get(story.follows),
        state=BattleState.CLOSED,
        version=5,
        first_day=story.first_day,
        days=story.days,
        coordinator=ledger.coordinator_of(factory),
        sleeping="En la planta, colchonetas en el comedor",
        food="Comedor de la planta, tres comidas",
        bring="Herramienta propia, botas, casco, chinchorro o colchoneta y ropa para la semana",
        safety="Todo equipo se aísla antes de tocarlo; permiso de trabajo en caliente.",
        lessons=story.lessons,
        taught=story.taught,
        created_at=hour(story.first_day - timedelta(days=30)),
        started_at=_started(story),
        ended_at=_ended(story),
    )


def _requests(plants: Plants, story: Story, battle: Battle, by: User) -> list[RepairRequest]:
    rows = []
    for repair in story.repairs:
        machine = plants.machines[story.factory, repair.machine] if repair.machine else None
        broken = story.first_day - timedelta(days=70 + 11 * len(repair.fault) % 200)
        if machine is not None:
            plants.tell(machine, hour(broken), Condition.STOPPED)
            plants.tell(machine, _ended(story), Condition.RUNNING)
        rows.append(
            RepairRequest(
                factory=battle.factory,
                machine=machine,
                title=f"{repair.machine}: {repair.fault}" if repair.machine else repair.fault,
                description=repair.fault,
                stopped_since=broken,
                output_lost=None if machine is None or machine.line is None else Decimal(60),
                state=repair.outcome,
                version=4,
                opened_at=_started(story) + timedelta(hours=6) if repair.found else battle.created_at,
                opened_by=by,
                finished_at=_ended(story),
            )
        )
    return RepairRequest.objects.bulk_create(rows)


def _reports(desk: Desk, story: Story, battle: Battle, requests: list[RepairRequest]) -> None:
    """What was found on site nobody had reported."""
    for repair, request in zip(story.repairs, requests, strict=True):
        if repair.found or request.machine is None:
            continue
        at = battle.created_at - timedelta(days=3)
        desk.tie(request, desk.report(
            request.machine, repair.fault, Condition.STOPPED, at=at, state=ReportState.REQUESTED, note=False,
            closed_at=_ended(story) if repair.outcome == RequestState.REPAIRED else None,
        ))  # fmt: skip


def _outcomes(story: Story, battle: Battle, requests: list[RepairRequest]) -> None:
    found = frozenset(row.pk for row, repair in zip(requests, story.repairs, strict=True) if repair.found)
    links = fight.take_up(battle, requests, is_active=False, found=found)
    for link, repair in zip(links, story.repairs, strict=True):
        link.outcome, link.barrier, link.note = repair.outcome, repair.barrier, repair.note
        link.save(update_fields=["outcome", "barrier", "note"])


def _demands(ledger: Ledger, story: Story, requests: list[RepairRequest]) -> Iterator[Demand]:
    for repair, request in zip(story.repairs, requests, strict=True):
        yield from fight.demand_for(ledger, request)
        for trade, level, people, days in repair.asks:
            yield Demand(request=request, trade=ledger.trades[trade], level=level, people=people, days=days)


def _fought(ledger: Ledger, story: Story, battle: Battle, members: list[Member], seats: list[Seat], by: User) -> None:
    """Asked ten days before, everyone came, everyone is home."""
    fight.depart(battle, members)
    by_seat = {seat.pk: seat for seat in seats}
    asked = hour(story.first_day - timedelta(days=10), 10)
    for member in members:
        seat = by_seat[member.offer.seat_id or 0]
        fight.ask(member.offer, at=asked, by=by)
        answered = asked + timedelta(hours=ledger.rng.uniform(1, 44))
        fight.accept(ledger, member.offer, seat, at=answered)
        member.offer.state, member.offer.version = OfferState.DONE, 5
        member.offer.arrived_at = hour(member.trip.first, 7, ledger.rng.randint(0, 50))
        member.offer.home_at = member.offer.ended_at = hour(member.trip.days[-1], 19, ledger.rng.randint(0, 59))
        for qualification in member.person.qualifications:
            if qualification.trade_id == seat.trade_id and qualification.basis != Basis.PROVEN:
                qualification.basis, qualification.valid_until = Basis.PROVEN, None
    fight.store(ledger, members)


def _diary(story: Story, battle: Battle, requests: list[RepairRequest], by: User) -> None:
    entries = []
    for repair, request in zip(story.repairs, requests, strict=True):
        for step, text in enumerate(DONE_TEXTS):
            offset = min(story.days - 1, step + int(repair.found))
            day = story.first_day + timedelta(days=offset)
            entries.append(
                DiaryEntry(
                    battle=battle,
                    request=request,
                    machine=request.machine,
                    day=day,
                    text=text.format(what=_sentence(repair), note=repair.note),
                    hours=Decimal(8 + 4 * step),
                    by=by,
                    at=hour(day, 18),
                )
            )
    DiaryEntry.objects.bulk_create(entries)


def _sentence(repair: Repair) -> str:
    return f"{repair.fault[0].lower()}{repair.fault[1:]}."


def _results(plants: Plants, story: Story, battle: Battle) -> None:
    for output in story.outputs:
        line = plants.lines[story.factory, output.product]
        LineResult.objects.create(
            battle=battle,
            line=line,
            before=output.before,
            after=output.after,
            confirmed_by=WHO,
            confirmed_at=_ended(story) + timedelta(days=1),
        )
        readings = OutputReading.objects.bulk_create(_readings(line, output, story.first_day, story.last_day))
        for reading, after in zip(readings[2:], (30, 90), strict=True):
            due = story.last_day + timedelta(days=after)
            FollowUp.objects.create(
                battle=battle, line=line, after_days=after, due_on=due, asked_at=hour(due), reading=reading
            )
        line.current = Decimal(output.day_90)
        line.save(update_fields=["current"])


def _readings(line: Line, output: Output, first: date, last: date) -> list[OutputReading]:
    told = (
        (first - timedelta(days=1), output.before),
        (last + timedelta(days=1), output.after),
        (last + timedelta(days=30), output.day_30),
        (last + timedelta(days=90), output.day_90),
    )
    return [OutputReading(line=line, day=day, amount=amount, said_by=WHO, is_confirmed=True) for day, amount in told]


def _own_repairs(plants: Plants, story: Story, battle: Battle) -> None:
    for own in story.own:
        on = _ended(story).date() + timedelta(days=own.days_later)
        machine = plants.machines[story.factory, own.machine]
        plants.tell(machine, hour(story.first_day - timedelta(days=120)), Condition.STOPPED)
        plants.tell(machine, hour(on, 15), Condition.RUNNING)
        OwnRepair.objects.create(
            factory=battle.factory,
            machine=machine,
            what=own.what,
            on=on,
            learned_from=battle,
            said_by=WHO,
            at=hour(on, 16),
        )


def _trail(ledger: Ledger, story: Story, battle: Battle, requests: list[RepairRequest], by: User) -> None:
    hours = (
        (BattleState.ASKING, hour(story.first_day - timedelta(days=11), 9)),
        (BattleState.READY, hour(story.first_day - timedelta(days=7), 12)),
        (BattleState.UNDER_WAY, _started(story)),
        (BattleState.CLOSED, _ended(story)),
    )
    was = BattleState.DRAFT
    for state, at in hours:
        ledger.moved(battle, at, was=was, now=state, by=by)
        was = state
    for request in requests:
        ledger.told(request, "repairrequest.opened", request.opened_at, by=by)
        ledger.moved(
            request,
            max(_started(story), request.opened_at),
            was=RequestState.PLANNED,
            now=RequestState.UNDER_REPAIR,
            by=by,
        )
        ledger.moved(request, _ended(story), was=RequestState.UNDER_REPAIR, now=request.state, by=by)
