"""Volunteers from a file: its columns, and the people whom its lines mean. Reads only; `actions.import_people` writes.

A line is a person. Further trades stand in "oficio 2", "oficio 3"… or on further lines of the same person. A person is
known by their number; else by the phone; else by name and municipality. See docs/import-export.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models.fields import EmailField
from django.utils.translation import gettext_lazy as _

from epo.contacts import phones
from epo.core.clock import today
from epo.core.sheets import parsers
from epo.core.sheets.layout import Field, Read, Row
from epo.core.text import fold
from epo.places.naming import Gazetteer
from volunteers.models import Trade
from volunteers.states import Basis, Gender, Level

if TYPE_CHECKING:
    from datetime import date

    from epo.places.models import Municipality

PROFILE = (
    "name", "gender", "home", "is_adviser_only", "max_km", "max_days", "brings", "vehicle_places", "joined_on",
)  # fmt: skip
CONTACT = ("name", "phone", "email", "address", "birth_year", "emergency_name", "emergency_phone")
FARTHEST_KM, LONGEST_DAYS, MOST_PLACES = 3000, 90, 60
OLDEST, YOUNGEST = 100, 14
HIGHEST_NUMBER = 10**12
GENDERS = {"f": Gender.WOMAN, "femenino": Gender.WOMAN, "m": Gender.MAN, "masculino": Gender.MAN, "hombre": Gender.MAN}
BASES = {
    "declarado": Basis.DECLARED,
    "certificado": Basis.CERTIFIED,
    "probado": Basis.PROVEN,
    "avalado": Basis.ENDORSED,
}


@dataclass(slots=True)
class Skill:
    """What a file says of somebody's trade; None where it says nothing."""

    line: int
    trade: Trade
    level: int | None
    basis: Basis | None
    valid_until: date | None


@dataclass(slots=True)
class Person:
    """Everything that a file says of one person."""

    line: int
    said: dict[str, Any]
    skills: dict[int, Skill] = field(default_factory=dict)

    @property
    def folded(self) -> str:
        return fold(self.said.get("name", ""))

    @property
    def home(self) -> Municipality | None:
        return self.said.get("home")

    @property
    def phone(self) -> str:
        return self.said.get("phone", "")


def fields() -> list[Field]:
    """Asks for the trades once."""
    text = parsers.text
    return [
        Field("number", "Número", "Number", parsers.whole(1, HIGHEST_NUMBER), ("número de voluntario", "nro", "id")),
        Field("name", "Nombre", "Name", text(120), ("nombre y apellido", "nombres y apellidos"), "María Peña"),
        Field("phone", "Teléfono", "Phone", phones.parse, ("celular", "móvil", "telf"), "0414-1234567"),
        Field("state", "Estado", "State", text(60), (), "Sucre"),
        Field("municipality", "Municipio", "Municipality", text(80), ("municipio de residencia",), "Bermúdez"),
        Field("email", "Correo", "E-mail", _email, ("correo electrónico", "email"), ""),
        Field("address", "Dirección", "Address", text(300), (), ""),
        Field("birth_year", "Año de nacimiento", "Year of birth", _birth_year(), ("nacimiento",), "1985"),
        Field("emergency_name", "Contacto de emergencia", "Emergency contact", text(120), (), "Ana Peña"),
        Field("emergency_phone", "Teléfono de emergencia", "Emergency phone", phones.parse, (), "0416-7654321"),
        Field("gender", "Género", "Gender", parsers.one_of(Gender, **GENDERS), ("sexo",), "mujer"),
        Field("is_adviser_only", "Solo asesora", "Advises only", parsers.yes_no, (), "no"),
        Field("max_km", "Distancia máxima (km)", "Greatest distance (km)", parsers.whole(1, FARTHEST_KM), ("km",), "500"),
        Field("max_days", "Días máximos", "Most days", parsers.whole(1, LONGEST_DAYS), (), "10"),
        Field("brings", "Herramientas que trae", "Tools they bring", text(200), ("herramientas",), "careta, pinzas"),
        Field("vehicle_places", "Puestos en su vehículo", "Places in their vehicle", parsers.whole(0, MOST_PLACES), (), "0"),
        Field("joined_on", "Fecha de ingreso", "Joined on", parsers.past_day(today), ("ingreso",), "12/3/2021"),
        Field("trade", "Oficio", "Trade", _trade_parser(), ("especialidad",), "Soldadura", repeats=True),
        Field("level", "Nivel", "Level", _level_parser(), (), "3", repeats=True),
        Field("basis", "Cómo se sabe", "How it is known", parsers.one_of(Basis, **BASES), (), "declarado", repeats=True),
        Field("valid_until", "Válido hasta", "Valid until", parsers.day, ("vence",), "", repeats=True),
    ]  # fmt: skip


def _birth_year() -> parsers.Parser:
    year = today().year
    return parsers.whole(year - OLDEST, year - YOUNGEST)


def _email(said: str) -> str:
    said = said.strip()
    EmailField().run_validators(said)
    return said


def _level_parser() -> parsers.Parser:
    by_name = parsers.one_of(Level, trabajadora=Level.WORKER, obrero=Level.WORKER, maestra=Level.MASTER)

    def parse(said: str) -> Level:
        return by_name(said.strip().removesuffix(".0"))

    return parse


def _trade_parser() -> parsers.Parser:
    names: parsers.Names[Trade] = parsers.Names()
    words = {}
    for trade in Trade.objects.all():
        for name in (trade.name_es, trade.name_en, trade.code, trade.isco):
            names.add(name, trade)
        words[trade.folded] = trade
    return parsers.known_as(names, words, lambda trade: trade.name)


def people_of(read: Read) -> list[Person]:
    """Adds what is wrong to the problems of the file."""
    return _Collector(read).collect()


class _Collector:
    def __init__(self, read: Read) -> None:
        self.read = read
        self.places = Gazetteer()
        self.people: list[Person] = []
        self.by_key: dict[tuple[Any, ...], list[Person]] = {}

    def collect(self) -> list[Person]:
        for row in self.read.rows:
            if not row.is_bad:
                self._take(row)
        return self.people

    def _take(self, row: Row) -> None:
        said = self._placed(row)
        if said is None:
            return
        new = Person(row.line, said)
        keys = _keys(new)
        if not keys:
            self.read.wrong(
                row.line, "", _("Nobody is named: it needs a name with a municipality, or a phone, or a number.")
            )
            return
        person = self._same(new, keys)
        if person is None:
            return
        if person is new:
            self.people.append(new)
        else:
            self._merge(person, new)
        for key in keys:
            if person not in self.by_key.setdefault(key, []):
                self.by_key[key].append(person)
        for group in row.groups.values():
            self._add_skill(person, row.line, group)

    def _placed(self, row: Row) -> dict[str, Any] | None:
        said = dict(row.said)
        state, municipality = said.pop("state", ""), said.pop("municipality", "")
        column = _("municipality") if municipality else _("state")
        try:
            at = self.places.state(state) if state else None
            if municipality:
                said["home"] = self.places.municipality(municipality, at)
        except ValidationError as error:
            self.read.wrong(row.line, str(column), error.messages[0])
            row.is_bad = True
            return None
        return said

    def _same(self, new: Person, keys: Sequence[tuple[Any, ...]]) -> Person | None:
        """The person of an earlier line whom this line means too; itself if there is none; None if that cannot be."""
        earlier = self.by_key.get(keys[0], [])
        if keys[0][0] == "name":
            if len(earlier) > 1:
                self.read.wrong(new.line, "", _("Several people of this file have this name there: give the phone."))
                return None
            return earlier[0] if earlier else new
        if not earlier:
            return new
        one = earlier[0]
        if new.folded and one.folded and new.folded != one.folded:
            reason = _(
                "The same phone (or number) stands on line %(line)s with another name, “%(name)s”. A phone belongs to one person."
            )
            self.read.wrong(new.line, str(_("phone")), reason % {"line": one.line, "name": one.said["name"]})
            return None
        return one

    def _merge(self, person: Person, new: Person) -> None:
        for name, value in new.said.items():
            if name == "name":
                person.said.setdefault(name, value)
            elif person.said.setdefault(name, value) != value:
                reason = _("Line %(line)s of the same person says something else.") % {"line": person.line}
                self.read.wrong(new.line, name_of(name), reason)

    def _add_skill(self, person: Person, line: int, group: dict[str, Any]) -> None:
        trade: Trade | None = group.get("trade")
        if trade is None:
            self.read.wrong(line, name_of("trade"), _("A level without a trade."))
            return
        new = Skill(line, trade, group.get("level"), group.get("basis"), group.get("valid_until"))
        known = person.skills.setdefault(trade.pk, new)
        if known is not new and (known.level, known.basis, known.valid_until) != (
            new.level,
            new.basis,
            new.valid_until,
        ):
            reason = _("“%(trade)s” stands on line %(line)s too, with something else.")
            self.read.wrong(line, name_of("trade"), reason % {"trade": trade.name, "line": known.line})


def _keys(person: Person) -> list[tuple[Any, ...]]:
    """What the person is known by, the surest first."""
    found: list[tuple[Any, ...]] = []
    if person.said.get("number"):
        found.append(("number", person.said["number"]))
    if person.phone:
        found.append(("phone", person.phone))
    if person.folded and person.home is not None:
        found.append(("name", person.folded, person.home.pk))
    return found


TITLES = {
    "name": _("name"), "phone": _("phone"), "home": _("municipality"), "trade": _("trade"), "level": _("level"),
    "number": _("number"),
}  # fmt: skip


def name_of(column: str) -> str:
    return str(TITLES.get(column, column))
