"""Plants with their lines, and machines, from files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from epo.audit.models import AuditEvent
from epo.contacts.models import Contact
from epo.core.sheets.layout import BadLines
from epo.places.models import Municipality
from factories.importing import MACHINES, PLANTS
from factories.models import Factory, Line, Machine, MachineKind, MachineModel, Sector
from tests.make import make_contact, make_factory, make_line, make_machine, make_municipality, make_state, make_user

pytestmark = pytest.mark.django_db
PLANT = "Planta;Sector;Estado;Municipio"
MACHINE = "Planta;Máquina;Tipo"


@pytest.fixture(autouse=True)
def place() -> Municipality:
    Sector.objects.create(code="food", name_es="Producción de alimentos", name_en="Food production", weight=9)
    kind = MachineKind.objects.create(
        code="oven", name_es="Horno industrial", name_en="Industrial oven", folded="horno"
    )
    MachineModel.objects.create(kind=kind, maker="Baxter", name="OV500")
    return make_municipality(make_state(name="Sucre"), name="Bermúdez")


def _plants(*lines: str, head: str = PLANT, by: Any = None) -> Any:
    return PLANTS.take_file("\n".join([head, *lines]).encode(), by=by)


def _machines(*lines: str, head: str = MACHINE) -> Any:
    return MACHINES.take_file("\n".join([head, *lines]).encode(), by=None)


def _wrong(take: Any, *lines: str, **more: Any) -> list[int]:
    with pytest.raises(BadLines) as bad:
        take(*lines, **more)
    return [problem.line for problem in bad.value.problems]


def test_plant_is_written_with_its_lines_and_contact(place: Municipality) -> None:
    boss = make_user()

    _plants(
        "Planta Árbol;alimentos;Sucre;BERMUDEZ;comuna;no;12-3-26;8.500;Luisa;0414-1234567;Sardina;t;40;12,5;10.5;-64,2",
        "planta arbol;;Sucre;Bermúdez;;;;;;;Harina;t;20;;;",
        head=f"{PLANT};Gestión;Funciona;Parada desde;Personas que dependen;Contacto;Teléfono;Línea;Unidad;"
        "Producción nominal;Producción actual;Latitud;Longitud",
        by=boss,
    )

    plant = Factory.objects.get()
    assert (plant.name, plant.municipality, plant.sector.code, plant.folded) == (
        "Planta Árbol", place, "food", "planta arbol",
    )  # fmt: skip
    assert (plant.managed_by, plant.running, plant.stopped_since, plant.people_depend) == (
        "commune", "stands", date(2026, 3, 12), 8500,
    )  # fmt: skip
    assert (plant.lat, plant.lon, plant.contact.name, plant.contact.phone) == (10.5, -64.2, "Luisa", "+584141234567")
    assert [(line.product, line.nominal, line.current) for line in plant.lines.all()] == [
        ("Harina", Decimal(20), None), ("Sardina", Decimal(40), Decimal("12.5")),
    ]  # fmt: skip
    event = AuditEvent.objects.get()
    assert (event.kind, event.by, event.about_id) == ("factory.imported", boss, str(plant.pk))


def test_same_plants_twice_change_nothing() -> None:
    head = f"{PLANT};Contacto;Teléfono;Línea;Unidad;Producción nominal"
    line = "Planta Árbol;food;Sucre;Bermúdez;Luisa;0414-1234567;Sardina;t;40"
    _plants(line, head=head)

    done = _plants(line, head=head)

    assert (done.new, done.changed, done.same) == (0, 0, 1)
    assert (Factory.objects.count(), Line.objects.count(), Contact.objects.count()) == (1, 1, 1)
    assert AuditEvent.objects.count() == 1


def test_known_plant_is_changed_where_it_differs(place: Municipality) -> None:
    known = make_factory(name="Planta Árbol", municipality=place)
    make_line(known, product="Sardina", unit="t", nominal=40)

    done = _plants("PLANTA ARBOL;;Sucre;Bermúdez;50;sardina", head=f"{PLANT};Producción nominal;Línea")

    assert (done.new, done.changed) == (0, 1)
    assert [line.nominal for line in known.lines.all()] == [Decimal(50)]
    assert AuditEvent.objects.get().data["fields"] == ["name", "lines"]


@pytest.mark.parametrize(
    "line",
    [
        "Otra;astrología;Sucre;Bermúdez",
        "Otra;;Sucre;Bermúdez",
        "Otra;food;Sucre;Nada",
        ";food;Sucre;Bermúdez",
        "Otra;food;;",
    ],
)
def test_bad_plant_is_named_and_nothing_is_written(line: str) -> None:
    assert _wrong(_plants, "Buena;food;Sucre;Bermúdez", line) == [3]
    assert Factory.objects.count() == 0


def test_latitude_without_longitude_is_refused() -> None:
    assert _wrong(_plants, "Otra;food;Sucre;Bermúdez;10", head=f"{PLANT};Latitud") == [2]


def test_contact_who_has_an_account_is_not_changed_by_a_file(place: Municipality) -> None:
    contact = make_contact(user=make_user())
    make_factory(name="Planta", municipality=place, contact=contact)

    assert _wrong(_plants, "Planta;;Sucre;Bermúdez;0414-7654321", head=f"{PLANT};Teléfono") == [2]


def test_machine_is_written_on_its_plant_and_line(place: Municipality) -> None:
    plant = make_factory(name="Planta Árbol", municipality=place)
    make_factory(name="Planta Árbol")
    line = make_line(plant, product="Sardina")

    done = _machines(
        "planta arbol;Sucre;Bermúdez;Horno  2;HORNO INDUSTRIAL;sardina;baxter;ov500;1998;no",
        head="Planta;Estado;Municipio;Máquina;Tipo;Línea;Marca;Modelo;Año;Fuera de uso",
    )

    machine = Machine.objects.get()
    assert (machine.factory, machine.line, machine.name, machine.kind.code) == (plant, line, "Horno 2", "oven")
    assert (machine.model.name, machine.year, machine.is_retired) == ("OV500", 1998, False)
    assert done.new == 1


def test_same_machines_twice_change_nothing() -> None:
    make_factory(name="Planta")
    _machines("Planta;Horno;oven", "Planta;Caldera;oven")

    done = _machines("Planta;Horno;oven", "planta;CALDERA;oven")

    assert (done.new, done.changed, done.same, Machine.objects.count()) == (0, 1, 1, 2)


@pytest.mark.parametrize(
    "line", ["Nada;Horno;oven", "Planta;Horno;cohete", "Planta;Horno;", "Planta;;oven", ";Horno;oven"]
)
def test_bad_machine_is_named_and_nothing_is_written(line: str) -> None:
    make_factory(name="Planta")

    assert _wrong(_machines, "Planta;Caldera;oven", line) == [3]
    assert Machine.objects.count() == 0


def test_machine_twice_in_a_file_is_refused() -> None:
    make_factory(name="Planta")

    assert _wrong(_machines, "Planta;Horno;oven", "planta;horno;oven") == [3]


def test_plant_name_that_is_there_twice_needs_a_municipality(place: Municipality) -> None:
    make_factory(name="Planta", municipality=place)
    make_factory(name="Planta")

    assert _wrong(_machines, "Planta;Horno;oven") == [2]


def test_files_take_the_same_number_of_queries_however_long_they_are() -> None:
    asked = []
    for size in (3, 40):
        plants = [f"Planta {size} {n};food;Sucre;Bermúdez" for n in range(size)]
        machines = [f"Planta {size} {n};Horno;oven" for n in range(size)]
        for take, lines in ((_plants, plants), (_plants, plants), (_machines, machines), (_machines, machines)):
            with CaptureQueriesContext(connection) as queries:
                take(*lines)
            asked.append(len(queries))

    assert asked[:4] == asked[4:]


@pytest.mark.parametrize("model", ["factory", "machine"])
def test_administration_has_the_page(client: Client, model: str) -> None:
    make_machine()
    client.force_login(make_user(is_staff=True, is_superuser=True))

    page = client.get(reverse(f"admin:factories_{model}_import"))
    listed = client.get(reverse(f"admin:factories_{model}_changelist")).content.decode()

    assert page.status_code == 200
    assert reverse(f"admin:factories_{model}_import") in listed
