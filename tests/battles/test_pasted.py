from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from battles.pasted import MOST_LINES, read_pasted
from epo.core.clock import today
from tests.make import make_factory, make_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    plant = make_factory()
    return [make_line(plant, product="Aceite", unit="l"), make_line(plant, product="Harina de pescado", unit="t")]


def told(found):
    return [(one.line.product, one.day, one.amount) for one in found.given]


def test_columns_follow_the_lines_of_the_plant(lines):
    found = read_pasted("12/03/2026\t120,5\t8\n2026-03-13\t1.250,75\t\n", lines)

    assert told(found) == [
        ("Aceite", date(2026, 3, 12), Decimal("120.50")),
        ("Harina de pescado", date(2026, 3, 12), Decimal("8.00")),
        ("Aceite", date(2026, 3, 13), Decimal("1250.75")),
    ]
    assert found.bad == []


def test_a_first_row_names_the_columns_in_any_order(lines):
    found = read_pasted("Fecha;HARINA DE PESCADO (t);aceite\n12-3-26;8;120\n", lines)

    assert told(found) == [
        ("Harina de pescado", date(2026, 3, 12), Decimal(8)),
        ("Aceite", date(2026, 3, 12), Decimal(120)),
    ]


def test_one_line_needs_no_name_and_no_tab(lines):
    found = read_pasted("Día Cantidad\n12/3/2026 120\n\n13/3/2026   0", lines[:1])

    assert told(found) == [("Aceite", date(2026, 3, 12), Decimal(120)), ("Aceite", date(2026, 3, 13), Decimal(0))]


def test_each_bad_line_is_named_with_its_number_and_reason(lines):
    tomorrow = f"{today() + timedelta(days=1):%d/%m/%Y}"
    text = f"12/3/2026\t120\nayer\t5\n13/3/2026\tmucho\n14/3/2026\n{tomorrow}\t1\n12/3/2026\t7\n15/3/2026\t1\t2\t3\n16/3/2026\t-4"

    found = read_pasted(text, lines)

    assert told(found) == [("Aceite", date(2026, 3, 12), Decimal(120))]
    assert [bad.number for bad in found.bad] == [2, 3, 4, 5, 6, 7, 8]
    assert found.bad[0].text == "ayer\t5"
    assert all(bad.why for bad in found.bad)


def test_an_unknown_name_in_the_first_row_is_a_bad_line(lines):
    found = read_pasted("Día\tHielo\n12/3/2026\t5", lines)

    assert [(bad.number, "Hielo" in bad.why) for bad in found.bad] == [(1, True)]


def test_too_long_a_table_is_refused_at_the_line_where_it_is_too_long(lines):
    first = date(2024, 1, 1)
    text = "\n".join(f"{first + timedelta(days=n):%d/%m/%Y}\t1" for n in range(MOST_LINES + 5))

    found = read_pasted(text, lines)

    assert (len(found.given), [bad.number for bad in found.bad]) == (MOST_LINES, [MOST_LINES + 1])
