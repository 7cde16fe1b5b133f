"""From SQLite to PostgreSQL, with a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.ops.places import Place, make_place, new_database, postgres_server

pytestmark = pytest.mark.stack

FILL = """
from decimal import Decimal
from datetime import date, datetime, timedelta, UTC
from tests import make
make.make_raw_intake(body=bytes(range(256)), size=256)
plant = make.make_factory(name="Procesadora “Ñandú” áéí")
line = make.make_line(plant)
make.make_output_reading(line, amount=Decimal("120.50"))
offer = make.make_offer(state="proposed", km=12.25)
make.make_photo(make.make_report())
make.make_matching_run(result={"b": [1, 2.5, None], "a": {"x": "é"}})
"""
MORE = """
from itertools import count
from tests import make
make.count = count(1000)
make.make_offer()
make.make_report()
print("new")
"""
COUNT = (
    "from battles.models import Offer; from factories.models import *;"
    "print(Offer.objects.count(), Factory.objects.get(name__contains='and').name)"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    with postgres_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Place:
    place = make_place(tmp_path_factory.mktemp("places") / "sqlite")
    place.manage("migrate", "--verbosity", "0")
    place.manage("load_reference")
    place.python(FILL)
    return place


def _moved(place: Place, address: str, folder: Path) -> Place:
    return Place(
        place.folder, place.env | {"DATABASE_URL": address, "SECRET_KEY": (place.folder / "secret").read_text()}
    )


def test_everything_arrives_as_it_was_and_new_rows_get_new_keys(filled: Place, server: str, tmp_path: Path) -> None:
    address = new_database(server)
    (tmp_path / "address").write_text(address + "\n")

    said = filled.manage("move", "--to-file", str(tmp_path / "address"))

    moved = _moved(filled, address, tmp_path)
    assert "are there, and are what they were" in said
    assert moved.python(COUNT) == filled.python(COUNT)
    assert moved.python(MORE) == "new"
    assert "Every promise is kept." in moved.manage("sanity", "--only", "seats_have_one_holder")


def test_a_place_that_is_not_empty_is_left_alone(filled: Place, server: str) -> None:
    address = new_database(server)
    filled.manage("move", MOVE_TO=address)

    said = filled.manage("move", MOVE_TO=address, code=1)

    assert "not empty" in said


def test_a_running_product_is_not_moved(filled: Place, server: str) -> None:
    filled.python("from tests.make import make_heartbeat; make_heartbeat(name='here')")

    said = filled.manage("move", MOVE_TO=new_database(server), code=1)

    filled.python("from epo.work.models import Heartbeat; Heartbeat.objects.all().delete()")
    assert "Stop it first" in said


@pytest.mark.parametrize("address", ["", "mysql://x/y", "sqlite:///x"])
def test_only_postgres_is_a_place_to_move_to(filled: Place, address: str) -> None:
    assert "must be a postgres:// address" in filled.manage("move", MOVE_TO=address, code=1)


def test_what_postgres_cannot_take_is_told_and_nothing_is_kept(filled: Place, server: str) -> None:
    address = new_database(server)
    filled.python(
        "from django.db import connection; from tests.make import make_trade; make_trade('x')\n"
        "connection.cursor().execute(\"UPDATE volunteers_trade SET code = hex(zeroblob(200)) WHERE code = 'x'\")"
    )

    said = filled.manage("move", MOVE_TO=address, code=1)

    filled.python("from volunteers.models import Trade; Trade.objects.filter(code__startswith='0000').delete()")
    line = psycopg2.connect(address)
    cursor = line.cursor()
    cursor.execute("SELECT count(*) FROM volunteers_trade")
    assert "does not take a row of volunteers_trade" in said
    assert cursor.fetchone() == (0,)
    line.close()
