"""Volunteers from a file: who is meant, what changes, what is wrong with which line."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from epo.audit.models import AuditEvent
from epo.contacts.models import Contact
from epo.core.sheets.layout import BadLines
from epo.core.sheets.reading import Unreadable
from epo.places.models import Municipality
from tests.make import make_municipality, make_qualification, make_state, make_trade, make_user, make_volunteer
from volunteers.importing import VOLUNTEERS
from volunteers.models import Qualification, Volunteer

pytestmark = pytest.mark.django_db
HEAD = "Nombre;Teléfono;Estado;Municipio;Oficio;Nivel"


@pytest.fixture(autouse=True)
def world() -> Municipality:
    sucre = make_state(name="Sucre")
    make_municipality(make_state(name="Zulia"), name="Bermudez Sur")
    make_trade("welding", name_es="Soldadura", name_en="Welding", isco="7212", folded="soldadura welding soldador tig")
    make_trade("machining", name_es="Tornería", name_en="Machining", isco="7223", folded="torneria machining tornero")
    make_trade("turning", name_es="Fresado", name_en="Milling", isco="7223", folded="fresado milling")
    return make_municipality(sucre, name="Bermúdez", seat="Carúpano")


def _take(*lines: str, head: str = HEAD, encoding: str = "utf-8", by: Any = None) -> Any:
    return VOLUNTEERS.take_file("\n".join([head, *lines]).encode(encoding), by=by)


def _wrong(*lines: str, head: str = HEAD) -> list[tuple[int, str]]:
    with pytest.raises(BadLines) as bad:
        _take(*lines, head=head)
    return [(problem.line, str(problem.column)) for problem in bad.value.problems]


def _trades() -> list[tuple[str, str, int, str]]:
    rows = Qualification.objects.order_by("volunteer__folded", "trade__code")
    return [(one.volunteer.name, one.trade.code, one.level, one.basis) for one in rows]


def test_person_is_written_with_contact_and_trade(world: Municipality) -> None:
    boss = make_user()

    done = _take("Ángela  Ñáñez;0414-123.45.67;SUCRE;bermudez;soldadura;3", by=boss)

    person = Volunteer.objects.get()
    assert (person.name, person.folded, person.home, person.contact.name) == (
        "Ángela Ñáñez", "angela nanez", world, "Ángela Ñáñez",
    )  # fmt: skip
    assert person.contact.phone == "+584141234567"
    assert _trades() == [("Ángela Ñáñez", "welding", 3, "declared")]
    assert (done.new, done.changed, done.same) == (1, 0, 0)
    event = AuditEvent.objects.get()
    assert (event.kind, event.by, event.about_id, event.data["new"]) == (
        "volunteer.imported", boss, str(person.pk), True,
    )  # fmt: skip
    assert "414" not in str(event.data)
    assert "gela" not in str(event.data)


def test_same_file_twice_changes_nothing() -> None:
    lines = ["Ana Peña;0414-1234567;Sucre;Bermúdez;Soldadura;3", "José Marín;;Sucre;Bermúdez;;"]
    _take(*lines)

    done = _take(*lines)

    assert (done.new, done.changed, done.same) == (0, 0, 2)
    assert (Volunteer.objects.count(), Contact.objects.count(), Qualification.objects.count()) == (2, 2, 1)
    assert AuditEvent.objects.count() == 2


def test_what_differs_is_changed_and_told_by_the_names_of_fields() -> None:
    _take("Ana Peña;0414-1234567;Sucre;Bermúdez;Soldadura;2")

    done = _take("Ana Pena;0414-1234567;Zulia;Bermudez Sur;Soldadura;3")

    person = Volunteer.objects.get()
    assert (person.name, person.home.name, person.contact.name) == ("Ana Pena", "Bermudez Sur", "Ana Pena")
    assert (done.new, done.changed, done.same) == (0, 1, 0)
    assert AuditEvent.objects.order_by("pk").last().data["fields"] == ["name", "home", "welding"]
    assert person.history.count() == 2


def test_empty_cells_leave_what_is_known() -> None:
    known = make_volunteer(name="Ana Peña", brings="careta", max_km=300)
    known.contact.phone = "+584141234567"
    known.contact.save()

    _take("Ana Peña;0414-1234567;;;;", head=HEAD)

    known.refresh_from_db()
    assert (known.brings, known.max_km, known.contact.birth_year) == ("careta", 300, 1985)


def test_person_without_a_phone_is_known_by_name_and_municipality(world: Municipality) -> None:
    known = make_volunteer(name="José Marín", home=world)
    other = make_volunteer(name="José Marín")

    done = _take("JOSE MARIN;;Sucre;Bermúdez;Tornería;2")

    assert (done.new, done.changed) == (0, 1)
    assert [one.volunteer for one in Qualification.objects.all()] == [known]
    assert other.qualifications.count() == 0


def test_number_says_who_is_meant_whatever_else_changes() -> None:
    known = make_volunteer(name="Ana Peña")

    _take(f"{known.pk};Ana María Peña;0416-7654321", head="Número;Nombre;Teléfono")

    known = Volunteer.objects.get()
    assert (known.name, known.contact.phone) == ("Ana María Peña", "+584167654321")


def test_trades_stand_in_further_columns_and_on_further_lines() -> None:
    _take(
        "Ana;0414-1234567;Sucre;Bermúdez;Soldadura;3;certificado;31/12/2030;Tornería;aprendiz",
        ";0414-1234567;;;Fresado;2;;;;",
        head="Nombre;Teléfono;Estado;Municipio;Oficio;Nivel;Cómo se sabe;Válido hasta;Oficio 2;Nivel 2",
    )

    assert _trades() == [
        ("Ana", "machining", 1, "declared"), ("Ana", "turning", 2, "declared"), ("Ana", "welding", 3, "certified"),
    ]  # fmt: skip
    assert Qualification.objects.get(trade__code="welding").valid_until == date(2030, 12, 31)


@pytest.mark.parametrize("said", ["SOLDADURA", "soldadúra", "welding", "Welding", "7212", "soldador", "TIG"])
def test_trade_is_known_by_name_code_isco_and_words(said: str) -> None:
    _take(f"Ana;;Sucre;Bermúdez;{said};3")

    assert [one[1] for one in _trades()] == ["welding"]


def test_trade_that_could_be_several_is_asked_again() -> None:
    assert _wrong("Ana;;Sucre;Bermúdez;7223;3") == [(2, "Oficio")]


def test_confirmed_level_stays_confirmed_and_a_higher_one_is_only_declared(world: Municipality) -> None:
    ana, luis = make_volunteer(name="Ana", home=world), make_volunteer(name="Luis", home=world)
    for one in (ana, luis):
        make_qualification(one, make_trade("welding"), level=3, basis="certified", valid_until=date(2030, 1, 1))

    _take("Ana;;Sucre;Bermúdez;Soldadura;2", "Luis;;Sucre;Bermúdez;Soldadura;4")

    assert _trades() == [("Ana", "welding", 2, "certified"), ("Luis", "welding", 4, "declared")]
    assert [one.valid_until for one in Qualification.objects.order_by("level")] == [date(2030, 1, 1), None]


BAD = {
    "phone": ("Ana;12;Sucre;Bermúdez;;", [(2, "Teléfono")]),
    "place": ("Ana;;Sucre;Nada;;", [(2, "municipio")]),
    "state": ("Ana;;Sucra;Bermúdez;;", [(2, "municipio")]),
    "trade": ("Ana;;Sucre;Bermúdez;Astrología;2", [(2, "Oficio")]),
    "level": ("Ana;;Sucre;Bermúdez;Soldadura;9", [(2, "Nivel")]),
    "level missing": ("Ana;;Sucre;Bermúdez;Soldadura;", [(2, "nivel")]),
    "trade missing": ("Ana;;Sucre;Bermúdez;;3", [(2, "oficio")]),
    "home missing": ("Ana;0414-1234567;;;;", [(2, "municipio")]),
    "nobody": (";;Sucre;Bermúdez;Soldadura;2", [(2, "")]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_line_is_named_and_nothing_is_written(name: str) -> None:
    line, expected = BAD[name]

    assert [where for where, _column in _wrong("Luis;;Sucre;Bermúdez;;", line)] == [
        number + 1 for number, _ in expected
    ]
    assert (Volunteer.objects.count(), Contact.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_phone_of_two_people_of_the_file_is_refused() -> None:
    with pytest.raises(BadLines) as bad:
        _take("Ana;0414-1234567;Sucre;Bermúdez;;", "Luis;0414 123 4567;Sucre;Bermúdez;;")

    assert [problem.line for problem in bad.value.problems] == [3]
    assert "Ana" in str(bad.value.problems[0].reason)


def test_phone_of_somebody_else_who_is_known_is_refused() -> None:
    known = make_volunteer(name="Ana")
    known.contact.phone = "+584141234567"
    known.contact.save()

    with pytest.raises(BadLines) as bad:
        _take("Luis;0414-1234567;Sucre;Bermúdez;;")

    assert str(known.pk) in str(bad.value.problems[0].reason)


def test_namesakes_in_one_place_are_told_apart_by_phone_only(world: Municipality) -> None:
    make_volunteer(name="José Marín", home=world)
    make_volunteer(name="José Marín", home=world)

    assert _wrong("José Marín;;Sucre;Bermúdez;;") == [(2, "nombre")]
    done = _take("José Marín;0414-1234567;Sucre;Bermúdez;;")
    assert (done.new, [note.line for note in done.notes]) == (1, [2])


def test_reasons_are_said_in_the_language_of_the_reader() -> None:
    with translation.override("en"), pytest.raises(BadLines) as bad:
        _take("Ana;12;Sucre;Bermúdez;;")

    with translation.override("en"):
        assert str(bad.value.problems[0]).startswith("line 2, Phone: This is not a phone number.")


@pytest.mark.parametrize("head", ["uno;dos", "Nombre;nombre y apellido"])
def test_heading_that_says_nothing_or_one_thing_twice_is_refused(head: str) -> None:
    with pytest.raises(Unreadable):
        _take("Ana;Luis", head=head)


def test_people_of_a_file_take_the_same_number_of_queries_however_many_they_are() -> None:
    asked = []
    for size in (5, 60):
        lines = [f"Persona {size} {n};0414-{size:03}{n:04};Sucre;Bermúdez;Soldadura;3" for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            _take(*lines)
        with CaptureQueriesContext(connection) as again:
            _take(*lines)
        asked.append((len(queries), len(again)))

    assert asked[0] == asked[1]


def test_command_tells_what_it_did(tmp_path: Path) -> None:
    file, out = tmp_path / "gente.csv", io.StringIO()
    file.write_bytes(f"{HEAD}\nÁngela;0414-1234567;Sucre;Bermúdez;Soldadura;3\n".encode("cp1252"))

    call_command("import_volunteers", file, "--check", "--language=en", stdout=out, stderr=io.StringIO())
    assert Volunteer.objects.count() == 0
    call_command("import_volunteers", file, "--language=en", stdout=out, stderr=io.StringIO())

    assert out.getvalue().splitlines() == [
        "It would be: 1 new, 0 changed, 0 as they were.",
        "Done: 1 new, 0 changed, 0 as they were.",
    ]


def test_command_names_the_lines_and_fails(tmp_path: Path) -> None:
    file, told = tmp_path / "gente.csv", io.StringIO()
    file.write_text(f"{HEAD}\nÁngela;12;Sucre;Bermúdez;Soldadura;3\n", encoding="utf-8")

    with pytest.raises(CommandError, match="1 problem: nothing was written"):
        call_command("import_volunteers", file, "--language=en", stderr=told)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_volunteers", tmp_path / "none.csv", stderr=told)

    assert "line 2, Phone:" in told.getvalue()
