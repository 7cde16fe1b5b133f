"""The plants of the demonstration: lines, machines and labels, and how the machines stood until today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.timezone import make_aware

from battles.demo.names import chance, full_name, mobile
from epo.contacts.models import Contact
from epo.core.tables import read_table
from epo.core.text import fold
from epo.places.models import Municipality
from factories.models import Factory, Label, Line, Machine, MachineKind, MachineModel, MachineStatus, Sector
from factories.states import Condition, Running

if TYPE_CHECKING:
    from random import Random

DATA = Path(__file__).parent / "data"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
FIRST_LABEL = 1001


def hour(day: date, at: int = 8, minute: int = 0) -> datetime:
    return make_aware(datetime.combine(day, time(at, minute)))


@dataclass(slots=True)
class Plants:
    """What was stored, by the names that the stories use, and what is yet to be told about machines."""

    factories: dict[str, Factory] = field(default_factory=dict)
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    machines: dict[tuple[str, str], Machine] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    turns: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict)

    def machine(self, pk: int | None) -> Machine:
        return next(machine for machine in self.machines.values() if machine.pk == pk)

    def tell(self, machine: Machine, at: datetime, state: str) -> None:
        """From that hour on the machine was so."""
        self.turns.setdefault(machine.pk, []).append((at, state))

    def write_statuses(self) -> None:
        MachineStatus.objects.bulk_create(self._statuses(), batch_size=1000)

    def _statuses(self) -> Iterator[MachineStatus]:
        for machine in self.machines.values():
            turns = sorted(self.turns.get(machine.pk, [])) or [_from_the_start(machine)]
            ends = [since for since, _state in turns[1:]] + [None]
            for (since, state), until in zip(turns, ends, strict=True):
                yield MachineStatus(machine=machine, state=state, since=since, until=until)


def _from_the_start(machine: Machine) -> tuple[datetime, str]:
    stopped = machine.factory.stopped_since
    return (hour(stopped), Condition.STOPPED) if stopped else (hour(date(2016, 1, 4)), Condition.RUNNING)


def create(rng: Random, today: date) -> Plants:
    plants = Plants()
    _factories(rng, today, plants)
    rows = read_table(DATA / "lines.csv")
    _lines(plants, [row for row in rows if row["product"]])
    _machines(rng, plants, rows)
    _labels(rng, plants)
    return plants


def _factories(rng: Random, today: date, plants: Plants) -> None:
    rows = read_table(DATA / "factories.csv")
    sector = {found.code: found for found in Sector.objects.all()}
    codes = [row["municipality"] for row in rows]
    place = {found.code: found for found in Municipality.objects.filter(code__in=codes).select_related("state")}
    contacts = [
        Contact(name=full_name(rng, rng.choice(["woman", "man"])), phone=mobile(6000 + number))
        for number, _row in enumerate(rows)
    ]
    Contact.objects.bulk_create(contacts)
    for row, contact in zip(rows, contacts, strict=True):
        stopped = today - timedelta(days=int(row["stopped_days"])) if row["stopped_days"] else None
        home = place[row["municipality"]]
        plants.factories[row["key"]] = Factory(
            name=row["name"],
            folded=fold(row["name"], row["place"], home.name, home.seat),
            sector=sector[row["sector"]],
            municipality=home,
            place=row["place"],
            lat=round(home.lat + rng.uniform(-0.02, 0.02), 4),
            lon=round(home.lon + rng.uniform(-0.02, 0.02), 4),
            managed_by=row["managed_by"],
            running=row["running"],
            stopped_since=stopped,
            people_depend=int(row["people"]),
            contact=contact,
        )
    Factory.objects.bulk_create(plants.factories.values())


def _lines(plants: Plants, rows: list[dict[str, str]]) -> None:
    for row in rows:
        factory = plants.factories[row["factory"]]
        nominal = Decimal(row["nominal"])
        share = 0 if factory.running == Running.STANDS else int(row["share"])
        plants.lines[row["factory"], row["product"]] = Line(
            factory=factory,
            product=row["product"],
            unit=row["unit"],
            nominal=nominal,
            current=(nominal * share / 100).quantize(Decimal(1)),
        )
    Line.objects.bulk_create(plants.lines.values())


def _machines(rng: Random, plants: Plants, rows: list[dict[str, str]]) -> None:
    kinds = {kind.code: kind for kind in MachineKind.objects.all()}
    models: dict[int, list[MachineModel]] = {}
    for model in MachineModel.objects.order_by("pk"):
        models.setdefault(model.kind_id, []).append(model)
    for row in rows:
        for entry in row["machines"].split(";"):
            code, name = entry.split("=")
            plants.machines[row["factory"], name] = Machine(
                factory=plants.factories[row["factory"]],
                line=plants.lines.get((row["factory"], row["product"])),
                kind=kinds[code],
                model=rng.choice(models[kinds[code].pk]) if chance(rng, 0.8) else None,
                name=name,
                folded=fold(name, kinds[code].name_es, kinds[code].name_en),
                serial=f"{rng.randint(10000, 99999)}-{rng.choice(LETTERS).upper()}" if chance(rng, 0.6) else "",
                year=rng.randint(1974, 2013) if chance(rng, 0.7) else None,
            )
    Machine.objects.bulk_create(plants.machines.values())


def _labels(rng: Random, plants: Plants) -> None:
    """Plants first, then their machines; every number once."""
    things: list[dict[str, Factory | Machine]] = [{"factory": factory} for factory in plants.factories.values()]
    things += [{"machine": machine} for machine in plants.machines.values()]
    labels = [
        Label(token="".join(rng.choices(LETTERS, k=12)), number=number, **thing)
        for number, thing in enumerate(things, start=FIRST_LABEL)
    ]
    Label.objects.bulk_create(labels)
    plants.labels = {label.machine_id: label for label in labels if label.machine_id}
