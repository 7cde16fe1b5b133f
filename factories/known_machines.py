"""Which machines of a file are which rows, and what is to change. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from epo.core.sheets.layout import Change, Read, Row, Summary
from epo.core.text import fold
from epo.places.naming import Gazetteer
from factories.imports import title_of
from factories.known_plants import place_of
from factories.models import Factory, Line, Machine, MachineKind, MachineModel

MACHINE = ("name", "kind", "model", "serial", "year", "line", "is_retired")


@dataclass(slots=True)
class Entry:
    line: int
    said: dict[str, Any]
    factory: int
    machine: Machine | None

    @property
    def is_new(self) -> bool:
        return self.machine is None


@dataclass(slots=True)
class Plan:
    read: Read
    entries: list[Entry]

    def summary(self) -> Summary:
        changes = [
            Change(
                one.line, one.said.get("name") or str(one.machine), one.is_new, [title_of(name) for name in one.said]
            )
            for one in self.entries
        ]
        return Summary(changes, sorted(self.read.problems, key=lambda problem: problem.line), [], self.read.unused)


def plan_of(read: Read, *, is_locked: bool = False) -> Plan:
    """What the file does to the rows as they are now. `is_locked`: the plants that are meant are locked first."""
    plan, plants, places = Plan(read, []), _Plants(), Gazetteer()
    rows = []
    for row in read.rows:
        said = dict(row.said)
        if not row.is_bad and place_of(read, row, said, places):
            rows.append((row, said, plants.find(read, row, said)))
    known = _Machines({factory for _row, _said, factory in rows if factory}, is_locked=is_locked)
    seen: dict[Any, int] = {}
    for row, said, factory in rows:
        if factory is None:
            continue
        entry = known.entry(read, row, said, factory)
        key = entry.machine.pk if entry.machine else (factory, fold(said.get("name", "")))
        if seen.setdefault(key, row.line) != row.line:
            read.wrong(
                row.line, title_of("name"), _("This is the same machine as on line %(line)s.") % {"line": seen[key]}
            )
        plan.entries.append(entry)
    return plan


class _Plants:
    """All plants by name; and of machines that are named by number, the plant: two queries."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for factory in Factory.objects.select_related("municipality__state").order_by("pk"):
            place = str(factory.municipality)
            self.by_name[fold(factory.name)].append((factory.pk, factory.municipality_id, place))
        self.of_machine = dict(Machine.objects.values_list("pk", "factory_id"))

    def find(self, read: Read, row: Row, said: dict[str, Any]) -> int | None:
        name, place = said.pop("factory", ""), said.pop("municipality", None)
        number = said.get("number")
        if number is not None:
            if number not in self.of_machine:
                read.wrong(row.line, title_of("number"), _("No machine has this number. Leave it empty for a new one."))
            return self.of_machine.get(number)
        found = self.by_name.get(fold(name), [])
        if place is not None:
            found = [one for one in found if one[1] == place.pk]
        if len(found) == 1:
            return found[0][0]
        read.wrong(row.line, title_of("factory"), self._why_not(name, found))
        return None

    def _why_not(self, name: str, found: list[tuple[int, int, str]]) -> Any:
        if not name:
            return _("Say in which plant it stands.")
        if found:
            places = "; ".join(place for _pk, _municipality, place in found[:3])
            return _("Several plants are called so: %(places)s. Give the municipality.") % {"places": places}
        return _("No plant is called “%(name)s” there. Import the plants first.") % {"name": name}


class _Machines:
    """The machines and lines of the plants that are meant, and the catalogue of models: three queries."""

    def __init__(self, factories: set[int], *, is_locked: bool) -> None:
        if is_locked:
            list(Factory.objects.select_for_update(no_key=True).filter(pk__in=factories).order_by("pk").values("pk"))
        self.by_pk: dict[int, Machine] = {}
        self.by_name: dict[tuple[int, str], Machine] = {}
        for machine in (
            Machine.objects.filter(factory__in=factories).select_related("kind", "model", "line").order_by("-pk")
        ):
            self.by_pk[machine.pk] = machine
            self.by_name[machine.factory_id, fold(machine.name)] = machine
        self.lines = {
            (line.factory_id, fold(line.product)): line
            for line in Line.objects.filter(factory__in=factories).order_by("-pk")
        }
        self.models: dict[tuple[int, str, str], MachineModel] = {
            (one.kind_id, fold(one.maker), fold(one.name)): one for one in MachineModel.objects.all()
        }

    def entry(self, read: Read, row: Row, said: dict[str, Any], factory: int) -> Entry:
        number = said.pop("number", None)
        machine = self.by_pk.get(number) if number else self.by_name.get((factory, fold(said.get("name", ""))))
        self._put_line(read, row, said, factory)
        self._put_model(read, row, said, machine)
        if machine is not None:
            said = {name: value for name, value in said.items() if getattr(machine, name) != value}
        else:
            for name in ("name", "kind"):
                if name not in said:
                    read.wrong(row.line, title_of(name), _("A new machine needs this."))
        return Entry(row.line, said, factory, machine)

    def _put_line(self, read: Read, row: Row, said: dict[str, Any], factory: int) -> None:
        if "line" not in said:
            return
        name = said["line"]
        line = self.lines.get((factory, fold(name)))
        if line is None:
            reason = _("The plant has no line “%(name)s”. Import it with the plants first.") % {"name": name}
            read.wrong(row.line, title_of("line"), reason)
        else:
            said["line"] = line

    def _put_model(self, read: Read, row: Row, said: dict[str, Any], machine: Machine | None) -> None:
        maker, name = said.pop("maker", ""), said.pop("model", "")
        if not maker and not name:
            return
        kind: MachineKind | None = said.get("kind") or (machine.kind if machine else None)
        model = self.models.get((kind.pk, fold(maker), fold(name))) if kind else None
        if model is None:
            reason = _("The catalogue has no model “%(name)s” of this kind. Add it there first, or leave it empty.")
            read.wrong(row.line, title_of("model"), reason % {"name": f"{maker} {name}".strip()})
        else:
            said["model"] = model
