"""Plants with their lines, and machines, from files: the columns, and what their cells mean. See docs/import-export.md."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from epo.contacts import phones
from epo.core.clock import today
from epo.core.sheets import parsers
from epo.core.sheets.layout import Field
from epo.core.text import fold
from factories.models import MachineKind, Sector
from factories.states import ManagedBy, Running

MOST_OUTPUT = 9_999_999_999
MOST_PEOPLE = 30_000_000
HIGHEST_NUMBER = 10**12
FIRST_YEAR = 1850

MANAGED = {
    "estado": ManagedBy.STATE,
    "comuna": ManagedBy.COMMUNE,
    "trabajadores": ManagedBy.WORKERS,
    "privada": ManagedBy.PRIVATE,
}
RUNNING = {"si": Running.RUNS, "no": Running.STANDS, "parada": Running.STANDS, "parcial": Running.PARTLY}

TITLES = {
    "name": _("name"), "number": _("number"), "sector": _("sector"), "municipality": _("municipality"),
    "factory": _("work unit"), "kind": _("machine kind"), "model": _("model"), "line": _("line"), "unit": _("unit"),
    "contact_name": _("plant contact"), "lat": _("latitude"),
}  # fmt: skip


def title_of(column: str) -> str:
    return str(TITLES.get(column, column))


def plant_fields() -> list[Field]:
    text, number = parsers.text, parsers.decimal
    return [
        Field("number", "Número", "Number", parsers.whole(1, HIGHEST_NUMBER), ("número de planta", "nro", "id")),
        Field("name", "Nombre", "Name", text(120), ("planta", "unidad productiva", "empresa"), "Planta La Gaviota"),
        Field("sector", "Sector", "Sector", _by_names(Sector), (), "Producción de alimentos"),
        Field("state", "Estado", "State", text(60), (), "Sucre"),
        Field("municipality", "Municipio", "Municipality", text(80), (), "Sucre"),
        Field("place", "Dónde queda", "Where it is", text(200), ("dirección", "lugar"), "Zona industrial San Luis"),
        Field("lat", "Latitud", "Latitude", _degrees(90), (), "10.4635"),
        Field("lon", "Longitud", "Longitude", _degrees(180), (), "-64.1775"),
        Field(
            "managed_by",
            "Gestión",
            "Managed by",
            parsers.one_of(ManagedBy, **MANAGED),
            ("administración",),
            "el Estado",
        ),
        Field("running", "Funciona", "Does it run", parsers.one_of(Running, **RUNNING), (), "parada"),
        Field("stopped_since", "Parada desde", "Stands still since", parsers.past_day(today), (), "12/3/2026"),
        Field(
            "people_depend",
            "Personas que dependen",
            "People who depend on it",
            parsers.whole(0, MOST_PEOPLE),
            (),
            "8500",
        ),
        Field("contact_name", "Contacto", "Contact", text(120), ("nombre del contacto",), "Luisa Marín"),
        Field(
            "contact_phone",
            "Teléfono del contacto",
            "Phone of the contact",
            phones.parse,
            ("teléfono",),
            "0414-1234567",
        ),
        Field("line", "Línea", "Line", text(80), ("producto",), "Sardina enlatada", repeats=True),
        Field("unit", "Unidad", "Unit", text(20), (), "t", repeats=True),
        Field("nominal", "Producción nominal", "Nominal output", number(0, MOST_OUTPUT), (), "40", repeats=True),
        Field("current", "Producción actual", "Output now", number(0, MOST_OUTPUT), (), "12,5", repeats=True),
    ]


def machine_fields() -> list[Field]:
    text = parsers.text
    return [
        Field("number", "Número", "Number", parsers.whole(1, HIGHEST_NUMBER), ("número de máquina", "nro", "id")),
        Field("factory", "Planta", "Plant", text(120), ("unidad productiva", "empresa"), "Planta La Gaviota"),
        Field("state", "Estado", "State", text(60), (), "Sucre"),
        Field("municipality", "Municipio", "Municipality", text(80), (), "Sucre"),
        Field("name", "Máquina", "Machine", text(80), ("nombre", "nombre en la planta"), "Horno 2"),
        Field("kind", "Tipo", "Kind", _by_names(MachineKind), ("tipo de máquina", "clase"), "Horno industrial"),
        Field("maker", "Fabricante", "Maker", text(80), ("marca",), ""),
        Field("model", "Modelo", "Model", text(80), (), ""),
        Field("serial", "Serial", "Serial number", text(60), ("número de serie",), ""),
        Field("year", "Año", "Year built", parsers.whole(FIRST_YEAR, today().year), ("año de fabricación",), "1998"),
        Field("line", "Línea", "Line", text(80), ("producto",), "Sardina enlatada"),
        Field("is_retired", "Fuera de uso", "Taken out of use", parsers.yes_no, (), "no"),
    ]


def _degrees(most: int) -> parsers.Parser:
    parse = parsers.decimal(-most, most, 6)
    return lambda said: float(parse(said))


def _by_names(model: type[Sector | MachineKind]) -> parsers.Parser:
    """By its name in either language, its code, or by words that are said of one only."""
    names: parsers.Names[Sector | MachineKind] = parsers.Names()
    words = {}
    for one in model._default_manager.all():
        for name in (one.name_es, one.name_en, one.code):
            names.add(name, one)
        words[one.folded if isinstance(one, MachineKind) else fold(one.name_es, one.name_en)] = one
    return parsers.known_as(names, words, lambda one: one.name)
