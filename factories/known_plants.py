"""Which plants and lines of a file are which rows, and what is to change. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from epo.core.sheets.layout import Change, Read, Row, Summary
from epo.core.text import fold
from epo.places.naming import Gazetteer
from factories.imports import title_of
from factories.models import Factory, Line

PLANT = (
    "name", "sector", "municipality", "place", "lat", "lon", "managed_by", "running", "stopped_since", "people_depend",
)  # fmt: skip
LINE = ("unit", "nominal", "current")
CONTACT = {"contact_name": "name", "contact_phone": "phone"}
AT_ONCE = 500


@dataclass(slots=True)
class LineEntry:
    row: Line | None
    product: str
    said: dict[str, Any]


@dataclass(slots=True)
class Entry:
    """What becomes of a plant of the file; without `plant` it is new."""

    line: int
    said: dict[str, Any]
    plant: Factory | None = None
    is_new: bool = True
    contact: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, LineEntry] = field(default_factory=dict)

    @property
    def changed_lines(self) -> list[LineEntry]:
        return [one for one in self.lines.values() if one.row is None or one.said]

    @property
    def fields(self) -> list[str]:
        return [*self.said, *(["contact"] if self.contact else []), *(["lines"] if self.changed_lines else [])]


@dataclass(slots=True)
class Plan:
    read: Read
    entries: list[Entry]

    def summary(self) -> Summary:
        changes = [
            Change(
                one.line, one.said.get("name") or str(one.plant), one.is_new, [title_of(name) for name in one.fields]
            )
            for one in self.entries
        ]
        return Summary(changes, sorted(self.read.problems, key=lambda problem: problem.line), [], self.read.unused)


def place_of(read: Read, row: Row, said: dict[str, Any], places: Gazetteer) -> bool:
    """Puts the municipality that the row means in the place of its name; False if there is none."""
    state, name = said.pop("state", ""), said.pop("municipality", "")
    try:
        at = places.state(state) if state else None
        if name:
            said["municipality"] = places.municipality(name, at)
    except ValidationError as error:
        read.wrong(row.line, title_of("municipality"), error.messages[0])
        row.is_bad = True
        return False
    return True


def plan_of(read: Read, *, is_locked: bool = False) -> Plan:
    """What the file does to the rows as they are now. `is_locked`: the rows that are meant are locked first."""
    index, places = _Index(), Gazetteer()
    entries: dict[Any, Entry] = {}
    for row in read.rows:
        said = dict(row.said)
        if row.is_bad or not place_of(read, row, said, places):
            continue
        key = index.key_of(read, row.line, said)
        if key is not None:
            _merge(read, row, said, entries.setdefault(key, Entry(row.line, {})))
    keys = {key for key in entries if isinstance(key, int)}
    plants, lines = _rows(keys, is_locked=is_locked), _lines(keys)
    for key, entry in entries.items():
        if isinstance(key, int):
            _compare(read, entry, plants[key], lines[key])
        else:
            _refuse_incomplete(read, entry)
        _check(read, entry)
    return Plan(read, list(entries.values()))


class _Index:
    """All plants by number and by name in their municipality: one query."""

    def __init__(self) -> None:
        self.by_pk: set[int] = set()
        self.by_name: dict[tuple[str, int], list[int]] = defaultdict(list)
        for pk, name, municipality in Factory.objects.order_by("pk").values_list("pk", "name", "municipality_id"):
            self.by_pk.add(pk)
            self.by_name[fold(name), municipality].append(pk)

    def key_of(self, read: Read, line: int, said: dict[str, Any]) -> Any:
        """The number of the plant that is meant, or name and place of a new one; None where that is wrong."""
        number = said.pop("number", None)
        if number is not None:
            if number in self.by_pk:
                return number
            read.wrong(line, title_of("number"), _("No plant has this number. Leave it empty for a new one."))
            return None
        if "name" not in said or "municipality" not in said:
            missing = "municipality" if "name" in said else "name"
            read.wrong(line, title_of(missing), _("A plant is known by its name and its municipality."))
            return None
        name = (fold(said["name"]), said["municipality"].pk)
        found = self.by_name.get(name, [])
        if len(found) > 1:
            numbers = ", ".join(str(pk) for pk in found)
            reason = _("Several plants have this name there (numbers %(numbers)s): give the number.")
            read.wrong(line, title_of("name"), reason % {"numbers": numbers})
            return None
        return found[0] if found else name


def _merge(read: Read, row: Row, said: dict[str, Any], entry: Entry) -> None:
    """Further lines of a plant may leave out what was said of it before."""
    for name, value in said.items():
        where, known_as = (entry.contact, CONTACT[name]) if name in CONTACT else (entry.said, name)
        if where.setdefault(known_as, value) != value and name != "name":
            reason = _("Line %(line)s of the same plant says something else.") % {"line": entry.line}
            read.wrong(row.line, title_of(name), reason)
    for group in row.groups.values():
        product = group.get("line", "")
        if not product:
            read.wrong(row.line, title_of("line"), _("A figure without a line: say what the line makes."))
            continue
        new = LineEntry(None, product, {name: group[name] for name in LINE if name in group})
        known = entry.lines.setdefault(fold(product), new)
        if known.said != new.said:
            read.wrong(
                row.line, title_of("line"), _("“%(name)s” is there twice, with other figures.") % {"name": product}
            )


def _rows(keys: set[int], *, is_locked: bool) -> dict[int, Factory]:
    rows = Factory.objects.select_related("contact", "municipality__state", "sector")
    if is_locked:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return {one.pk: one for one in rows.filter(pk__in=keys).order_by("pk")}


def _lines(keys: set[int]) -> dict[int, dict[str, Line]]:
    found: dict[int, dict[str, Line]] = defaultdict(dict)
    for line in Line.objects.filter(factory__in=keys).order_by("pk"):
        found[line.factory_id].setdefault(fold(line.product), line)
    return found


def _compare(read: Read, entry: Entry, plant: Factory, lines: dict[str, Line]) -> None:
    """Leaves in the entry what is other than known."""
    entry.plant, entry.is_new = plant, False
    entry.said = {name: value for name, value in entry.said.items() if getattr(plant, name) != value}
    contact = plant.contact
    if contact is not None:
        entry.contact = {name: value for name, value in entry.contact.items() if getattr(contact, name) != value}
        if entry.contact and contact.user_id is not None:
            reason = _("The contact of this plant has an account: only they change how they are reached.")
            read.wrong(entry.line, title_of("contact_name"), reason)
    for key, one in entry.lines.items():
        one.row = row = lines.get(key)
        if row is not None:
            one.said = {name: value for name, value in one.said.items() if getattr(row, name) != value}


def _refuse_incomplete(read: Read, entry: Entry) -> None:
    if "sector" not in entry.said and not any(row.is_bad for row in read.rows):
        read.wrong(entry.line, title_of("sector"), _("A new plant needs this."))


def _check(read: Read, entry: Entry) -> None:
    plant = entry.plant
    lat = entry.said.get("lat", plant.lat if plant else None)
    lon = entry.said.get("lon", plant.lon if plant else None)
    if (lat is None) != (lon is None):
        read.wrong(entry.line, title_of("lat"), _("Latitude and longitude go together."))
    for one in entry.lines.values():
        if one.row is None and "unit" not in one.said:
            read.wrong(entry.line, title_of("unit"), _("The new line “%(name)s” needs a unit.") % {"name": one.product})
