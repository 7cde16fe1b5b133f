"""The present: new reports, open requests, the decided order of plants."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from battles.demo.plants import DATA, Plants
from battles.models import PlantDecision, RepairRequest
from epo.core.tables import read_table
from epo.places.models import Municipality
from factories.models import MachineKind, OutputReading
from factories.states import Condition, ReportState

if TYPE_CHECKING:
    from battles.demo.reports import Desk
    from epo.accounts.models import User
    from factories.models import Machine

NEW, OPEN, URGENT = 40, 25, 6
FIRST_AT = "gaviota"
"""The first new report comes from the plant of the worker who signs in to the demonstration."""

DECIDED = (
    (
        "gas-barcelona",
        ("gas-filling", "does-not-turn"),
        10,
        "26.000 familias sin gas; hace falta poca gente.",
    ),
    ("agua-ayacucho", ("submersible-pump", "no-flow"), 9, "Pozo parado en una ciudad sin otra fuente."),
    ("sardina", None, 8, "Empieza la temporada de sardina."),
    ("nutriveda", ("packing-machine", "no-seal"), 8, "Alimento de las escuelas."),
    ("atun", ("can-seamer", "jammed"), 6, "Mucho que recuperar, pero falta el diagnóstico."),
    ("papel", ("boiler", "low-water"), 3, "Necesita repuestos que todavía no se consiguen."),
)
"""Plants in the order that was decided, each with what is to be repaired there where no battle has it yet."""

Row = dict[str, str]


def create(desk: Desk, plants: Plants, national: User) -> list[RepairRequest]:
    texts = read_table(DATA / "reports.csv")
    desk.rng.shuffle(texts)
    unknown = read_table(DATA / "unknown_plants.csv")
    requests = _decide(desk, texts, national)
    first = [row for row in texts if row["kind"] == "boiler"][:1]
    urgent = [row for row in texts if row["condition"] == Condition.DANGEROUS and row not in first][:URGENT]
    texts = [*first, *urgent, *(row for row in texts if row not in first and row not in urgent)]
    new = _new_reports(desk, texts, NEW - len(unknown))
    _from_unknown_plants(desk, unknown)
    requests += _open_requests(desk, texts[new:], OPEN - len(requests))
    _other_fates(desk)
    _readings(desk, plants)
    return requests


def _decide(desk: Desk, texts: list[Row], national: User) -> list[RepairRequest]:
    """The order of the plants, and their requests; takes the texts that it uses out of `texts`."""
    requests = []
    for place, (key, wanted, weight, why) in enumerate(DECIDED, start=1):
        factory = desk.plants.factories[key]
        PlantDecision.objects.create(
            factory=factory,
            position=place,
            weight=weight,
            why=why,
            by=national,
            at=desk.now - timedelta(days=2),
        )
        if wanted is None:
            continue
        row = next(row for row in texts if (row["kind"], row["fault"]) == wanted)
        texts.remove(row)
        requests.append(_request(desk, row, desk.free_machine(row["kind"], first=key)))
    return requests


def _request(desk: Desk, row: Row, machine: Machine | None) -> RepairRequest:
    if machine is None:
        raise LookupError(f"no machine left for {row['text']}")
    opened_at = desk.now - timedelta(days=desk.rng.uniform(1, 45))
    return desk.request(machine, row, opened_at=opened_at, by=desk.ledger.coordinator_of(machine.factory))


def _new_reports(desk: Desk, texts: list[Row], wanted: int) -> int:
    """Reports nobody has dealt with; returns how many of the texts are used up."""
    made = 0
    for used, row in enumerate(texts, start=1):
        machine = desk.free_machine(row["kind"], first=FIRST_AT if made == 0 else "")
        if machine is None:
            continue
        at = desk.now - timedelta(hours=_age_in_hours(desk))
        desk.report(machine, row["text"], row["condition"], at=at, fault=row["fault"])
        made += 1
        if made == wanted:
            return used
    raise LookupError("not enough machines for the reports")


def _age_in_hours(desk: Desk) -> float:
    low, high = desk.rng.choices([(0.2, 20), (20, 96), (96, 480)], [4, 4, 3])[0]
    return desk.rng.uniform(low, high)


def _from_unknown_plants(desk: Desk, rows: list[Row]) -> None:
    places = {place.code: place for place in Municipality.objects.filter(code__in=[r["municipality"] for r in rows])}
    kinds = {kind.code: kind for kind in MachineKind.objects.all()}
    for row in rows:
        at = desk.now - timedelta(hours=_age_in_hours(desk))
        desk.unknown_plant(row, places[row["municipality"]], kinds[row["kind"]], at)


def _open_requests(desk: Desk, texts: list[Row], wanted: int) -> list[RepairRequest]:
    requests: list[RepairRequest] = []
    for row in texts:
        machine = desk.free_machine(row["kind"])
        if machine is None:
            continue
        request = _request(desk, row, machine)
        requests.append(request)
        if len(requests) % 4 == 0:
            again = min(desk.now, request.opened_at + timedelta(hours=desk.rng.uniform(2, 60)))
            desk.join(request, "sigue igual y cada día está peor, ¿cuándo vienen?", at=again)
        if len(requests) == wanted:
            return requests
    raise LookupError("not enough machines for the requests")


def _other_fates(desk: Desk) -> None:
    """Some were the same breakdown, some were solved by telephone, some have to wait."""
    fresh = [(one, one.machine) for one in desk.reports if one.state == ReportState.NEW and one.machine]
    for first, machine in fresh[5:9]:
        at = min(desk.now, first.received_at + timedelta(hours=desk.rng.uniform(0.1, 8)))
        desk.report(machine, "", first.condition, at=at, state=ReportState.SAME_AS, same_as=first)
    done = (
        ("pump", ReportState.ANSWERED, "la bomba no arranca y el breaker esta bueno",
         "Era el presostato: se ajustó por teléfono.", "Mantenimiento de INDORCA"),
        ("conveyor", ReportState.ANSWERED, "La banda se va para un lado",
         "Se explicó cómo centrar el tambor de cola.", "Taller Central del Aluminio"),
        ("lathe", ReportState.REJECTED, "queremos poner el torno a control numerico",
         "No es una avería; queda anotado para más adelante.", ""),
        ("bus", ReportState.REJECTED, "el autobus necesita pintura",
         "Ahora no: primero lo que está parado.", ""),
    )  # fmt: skip
    for kind, state, text, reason, helper in done:
        machine = desk.rng.choice([m for m in desk.plants.machines.values() if m.kind.code == kind])
        at = desk.now - timedelta(days=desk.rng.uniform(3, 30))
        desk.report(machine, text, "badly", at=at, state=state, reason=reason, answered_with=helper, note=False)


def _readings(desk: Desk, plants: Plants) -> None:
    """What the plants without a battle told of their output in the last three months."""
    told = set(OutputReading.objects.values_list("line", flat=True))
    readings = []
    for line in plants.lines.values():
        if line.pk in told or not line.current:
            continue
        for days, share in ((62, 1.08), (33, 1.03), (4, 1.0)):
            amount = (line.current * Decimal(share)).quantize(Decimal(1))
            day = desk.now.date() - timedelta(days=days)
            readings.append(OutputReading(line=line, day=day, amount=amount, said_by="Jefatura de producción"))
    OutputReading.objects.bulk_create(readings)
