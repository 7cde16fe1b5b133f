"""The desk's lists as files: filtered as on the page, of what one may see, in a fixed number of queries."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from battles.states import OfferState
from epo.core.clock import today
from epo.core.sheets import writing
from epo.core.sheets.cells import TRIGGERS
from epo.core.sheets.reading import Line, read
from factories.importing import MACHINES, PLANTS
from tests.make import (
    make_battle,
    make_breakdown_report,
    make_coordinator,
    make_demand,
    make_factory,
    make_line,
    make_machine,
    make_machine_status,
    make_matching_run,
    make_municipality,
    make_offer,
    make_region,
    make_repair_request,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
KINDS = ("csv", "xlsx")
LISTS = ("desk", "requests", "battles", "ranking", "machines", "fairness", "runs", "to-call")
TEXTS = {
    "desk": "no calienta",
    "requests": "Horno apagado",
    "battles": "Encender",
    "ranking": "Sardina",
    "machines": "Horno",
    "fairness": "Ana",
    "to-call": "Ana",
}
"""What of each list somebody has written."""


def _address(name: str, kind: str = "csv") -> str:
    return reverse(f"battles:{name}-export", args=[kind])


def _lines(client: Client, address: str, **query: str) -> list[Line]:
    response = client.get(address, query)
    assert response.status_code == 200
    return read(b"".join(response.streaming_content))


def _world(region: Any = None, mark: str = "") -> Any:
    """Something for each list."""
    home = make_municipality(region=region)
    plant = make_factory(name=f"{mark}Planta", municipality=home, running="stands", place=f"{mark}lugar")
    make_line(plant, product=f"{mark}Sardina", unit="t", nominal=10, current=2)
    machine = make_machine(plant, name=f"{mark}Horno", serial=f"{mark}S1")
    make_machine_status(machine)
    make_breakdown_report(machine=machine, factory=plant, text=f"{mark}no calienta")
    make_demand(make_repair_request(machine, title=f"{mark}Horno apagado", description=f"{mark}desde ayer"))
    battle = make_battle(plant, title=f"{mark}Encender", state="asking", first_day=today())
    make_offer(make_seat(battle), make_volunteer("welding", name=f"{mark}Ana", home=home), OfferState.ASKED)
    make_matching_run(state="failed")
    return plant


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LISTS)
def test_list_is_given_in_both_formats(client: Client, name: str, kind: str) -> None:
    _world()
    client.force_login(make_coordinator())

    lines = _lines(client, _address(name, kind))

    assert len(lines) == 2
    assert len(lines[1].cells) <= len(lines[0].cells)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", TRIGGERS)
def test_no_text_of_any_list_is_a_formula_and_each_is_read_back(client: Client, kind: str, sign: str) -> None:
    _world(mark=sign)
    client.force_login(make_coordinator())

    for name, text in TEXTS.items():
        data = b"".join(client.get(_address(name, kind)).streaming_content)
        assert [cell for cell in _raw(kind, data) if cell.startswith(sign)] == [], name
        assert (sign + text).strip() in read(data)[1].cells, name


def _raw(kind: str, data: bytes) -> list[str]:
    """Texts as a spreadsheet finds them."""
    if kind == "csv":
        return [
            cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";") for cell in row
        ]
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    return [value for row in sheet.iter_rows(values_only=True) for value in row if isinstance(value, str)]


@pytest.mark.parametrize("name", LISTS)
def test_rows_of_other_regions_are_not_in_it(client: Client, name: str) -> None:
    region = make_region("oriente")
    _world(mark="LEJOS")
    client.force_login(make_coordinator(region))

    assert "LEJOS" not in str(_lines(client, _address(name)))


@pytest.mark.parametrize("name", LISTS)
def test_strangers_and_other_formats_find_nothing(client: Client, name: str) -> None:
    _world()
    client.force_login(make_user())

    if name == "battles":
        assert len(_lines(client, _address(name))) == 1
    else:
        assert client.get(_address(name)).status_code == 404
    client.force_login(make_coordinator())
    assert client.get(_address(name, "pdf")).status_code == 404


def test_filters_of_the_page_hold_for_the_file(client: Client) -> None:
    machine = make_machine(name="Horno")
    make_repair_request(machine, title="Apagado")
    make_repair_request(machine, title="Hecho", state="repaired")
    client.force_login(make_coordinator())

    shown = {
        status: _lines(client, _address("requests"), status=status) for status in ("unfinished", "repaired", "all")
    }

    assert {status: [line.cells[1] for line in lines[1:]] for status, lines in shown.items()} == {
        "unfinished": ["Apagado"], "repaired": ["Hecho"], "all": ["Apagado", "Hecho"],
    }  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_longer_lists_take_no_more_queries(client: Client, name: str) -> None:
    client.force_login(make_coordinator())
    asked = []
    for _size in range(2):
        for _n in range(3):
            _world()
        _lines(client, _address(name))
        with CaptureQueriesContext(connection) as queries:
            _lines(client, _address(name))
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_order_is_that_of_the_page_beyond_a_portion(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in "DBCAE":
        make_battle(title=title)
    client.force_login(make_coordinator())
    whole = _lines(client, _address("battles"))

    monkeypatch.setattr(writing.in_portions, "__defaults__", (2,))

    assert _lines(client, _address("battles")) == whole
    assert len(whole) == 6


@pytest.mark.parametrize("kind", KINDS)
def test_plants_and_machines_can_be_read_in_again_and_change_nothing(client: Client, kind: str) -> None:
    _world(mark="=")
    _world(mark="-")
    client.force_login(make_coordinator())
    plants = b"".join(client.get(_address("ranking", kind)).streaming_content)
    machines = b"".join(client.get(_address("machines", kind)).streaming_content)

    done = [PLANTS.take_file(plants, by=None), MACHINES.take_file(machines, by=None)]

    assert [(one.new, one.changed, one.same) for one in done] == [(0, 0, 2), (0, 0, 2)]


def test_lists_lead_to_their_files_with_the_filters(client: Client) -> None:
    _world()
    client.force_login(make_coordinator())

    for name in LISTS:
        if name == "machines":
            continue
        page = client.get(reverse(f"battles:{name}"), {"q": "planta"}).content.decode()
        assert f'href="{_address(name)}?q=planta"' in page, name
