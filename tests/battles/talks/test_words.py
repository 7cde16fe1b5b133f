from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battles.codes import LETTERS, encode
from battles.states import DeclineReason
from battles.talks.days import Day
from battles.talks.replies import condition_of, is_nothing, numbers_of
from battles.talks.words import Kind, readings_of, reason_of, understand
from factories.states import Condition


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("SI K7Q2", Kind.YES, "K7Q2"),
        ("si k7q2", Kind.YES, "K7Q2"),
        ("si,k7q2", Kind.YES, "K7Q2"),
        ("Sí, K7Q2.", Kind.YES, "K7Q2"),
        ("SÍ VOY K7Q2", Kind.YES, "K7Q2"),
        ("sik7q2", Kind.YES, "K7Q2"),
        ("Sik7q2!!", Kind.YES, "K7Q2"),
        ("K7Q2 si", Kind.YES, "K7Q2"),
        ("K7Q2: sí voy 👍", Kind.YES, "K7Q2"),
        ("si K7-Q2", Kind.YES, "K7Q2"),
        ("si k7 q2", Kind.YES, "K7Q2"),
        ("  ok   k7q2 ", Kind.YES, "K7Q2"),
        ("Si K7Q2 no hay problema", Kind.YES, "K7Q2"),
        ("si K702", Kind.YES, "K702"),
        ("sí voy", Kind.YES, ""),
        ("dale", Kind.YES, ""),
        ("S͟i", Kind.YES, ""),
        ("NO K7Q2 enfermo", Kind.NO, "K7Q2"),
        ("nok7q2", Kind.NO, "K7Q2"),
        ("No, K7Q2 si puedo en abril", Kind.NO, "K7Q2"),
        ("K7Q2 no puedo", Kind.NO, "K7Q2"),
        ("no puedo", Kind.NO, ""),
        ("SI K7Q2 pero solo dos dias", Kind.UNCLEAR, "K7Q2"),
        ("SI K7Q2 el jueves", Kind.UNCLEAR, "K7Q2"),
        ("SI K7Q2 12/3", Kind.UNCLEAR, "K7Q2"),
        ("SI K7Q2 no puedo el lunes", Kind.UNCLEAR, "K7Q2"),
        ("si no hay pasaje no voy", Kind.UNCLEAR, ""),
        ("K7Q2", Kind.UNCLEAR, "K7Q2"),
        ("hola buenas tardes", Kind.OTHER, ""),
        ("", Kind.OTHER, ""),
        ("👍👍", Kind.OTHER, ""),
        ("\x00", Kind.OTHER, ""),
    ],
)
def test_yes_and_no_are_read_as_people_type_them(text, kind, code):
    words = understand(text)

    assert (words.kind, words.code) == (kind, code)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("SI K7Q2 DESDE 12/3", Day(12, 3), None),
        ("si k7q2 desde el 12-3", Day(12, 3), None),
        ("SI K7Q2 a partir del 12 de marzo", Day(12, 3), None),
        ("si k7q2 desde 12 mar 2027", Day(12, 3), None),
        ("SI K7Q2 DESDE 12/3/27", Day(12, 3, 2027), None),
        ("SI K7Q2 hasta el jueves", None, Day(weekday=3)),
        ("SI K7Q2 desde el martes 12", Day(12), None),
        ("SI K7Q2 DESDE 12/3 HASTA 15/3", Day(12, 3), Day(15, 3)),
        ("si k7q2 del 12 al 15", Day(12), Day(15)),
        ("si k7q2 del 12 al 15 de marzo", Day(12), Day(15, 3)),
        ("sik7q2desde 12/3", None, None),
        ("si k7q2 12/3 al 15/3", Day(12, 3), Day(15, 3)),
    ],
)
def test_days_are_read_in_the_ways_in_which_they_are_written(text, first, last):
    stay = understand(text).stay

    assert (stay.first, stay.last) == (first, last)


def test_a_day_without_a_month_is_the_one_within_the_battle():
    first, last = date(2027, 2, 27), date(2027, 3, 4)

    found = [day.among(first, last) for day in (Day(2), Day(27), Day(2, 3), Day(2, 4), Day(weekday=0), Day(2, 3, 2026))]

    assert found == [date(2027, 3, 2), date(2027, 2, 27), date(2027, 3, 2), None, date(2027, 3, 1), None]


@pytest.mark.parametrize(
    ("text", "reason", "note"),
    [
        ("NO K7Q2 enfermo", DeclineReason.HEALTH, "enfermo"),
        ("NO K7Q2, tengo un hijo enfermo", DeclineReason.FAMILY, "tengo un hijo enfermo"),
        ("no k7q2 por trabajo", DeclineReason.WORK, "por trabajo"),
        ("no K7Q2 Está muy lejos", DeclineReason.TRANSPORT, "Está muy lejos"),
        ("NO K7Q2 sin pasaje", DeclineReason.TRANSPORT, "sin pasaje"),
        ("nok7q2 me da miedo la zona", DeclineReason.SAFETY, "me da miedo la zona"),
        ("NO K7Q2", DeclineReason.OTHER, ""),
        ("no k7q2 otro compromiso", DeclineReason.OTHER, "otro compromiso"),
    ],
)
def test_everyday_words_tell_the_reason(text, reason, note):
    words = understand(text)

    assert (words.kind, words.rest, reason_of(words.rest)) == (Kind.NO, note, reason)


@pytest.mark.parametrize(
    ("text", "kind", "number", "rest"),
    [
        ("AVERIA 1234", Kind.REPORT, 1234, ""),
        ("avería1234", Kind.REPORT, 1234, ""),
        ("Avería: 1234", Kind.REPORT, 1234, ""),
        ("reporte #1234", Kind.REPORT, 1234, ""),
        ("averia de la maquina nro. 1234", Kind.REPORT, 1234, ""),
        ("1234 averia", Kind.REPORT, 1234, ""),
        ("averia 1O34", Kind.REPORT, 1034, ""),
        ("AVERIA 1234 No prende el motor", Kind.REPORT, 1234, "No prende el motor"),
        ("averia", Kind.REPORT, None, ""),
        ("REPARAMOS 1234", Kind.REPAIR, 1234, ""),
        ("reparamos 1234 el molino, con pieza hecha aquí", Kind.REPAIR, 1234, "el molino, con pieza hecha aquí"),
        ("AYUDA", Kind.HELP, None, ""),
        ("Baja por favor", Kind.STOP, None, ""),
        ("stop", Kind.STOP, None, ""),
        ("ALTA", Kind.START, None, ""),
        ("MISMO", Kind.SAME, None, ""),
        ("es la misma", Kind.OTHER, None, "es la misma"),
        ("la produccion baja mucho", Kind.OTHER, None, "la produccion baja mucho"),
    ],
)
def test_orders_are_read_with_and_without_spaces(text, kind, number, rest):
    words = understand(text)

    assert (words.kind, words.number, words.rest) == (kind, number, rest)


@pytest.mark.parametrize(
    ("text", "number", "amount", "rest"),
    [
        ("PRODUCCION 1234 260", 1234, Decimal(260), ""),
        ("producción 1234 260,5 t", 1234, Decimal("260.5"), ""),
        ("produccion1234 260t", 1234, Decimal(260), ""),
        ("produccion 1234 26o kg", 1234, Decimal(260), ""),
        ("produccion 1234 2O0,5", 1234, Decimal("200.5"), ""),
        ("produccion 1234 260l", 1234, Decimal(260), ""),
        ("PRODUCCION 1234 1.200", 1234, Decimal(1200), ""),
        ("PRODUCCION 1234: 1.200,75 kg", 1234, Decimal("1200.75"), ""),
        ("PRODUCCION 1234 2 260", 1234, Decimal(260), "2"),
        ("PRODUCCION 1234 harina 260 t", 1234, Decimal(260), "harina"),
        ("produccion 1234", 1234, None, ""),
        ("produccion", None, None, ""),
    ],
)
def test_output_is_read_with_comma_and_unit(text, number, amount, rest):
    words = understand(text)

    assert (words.kind, words.number, words.amount, words.rest) == (Kind.READING, number, amount, rest)


def test_words_that_could_be_codes_are_kept_apart_from_codes():
    found = {text: understand(text) for text in ("si ABCD", "NO puede mama", "siABCD")}

    assert [(text, one.code, one.maybe) for text, one in found.items()] == [
        ("si ABCD", "", ("ABCD",)),
        ("NO puede mama", "", ("PUEDE", "MAMA")),
        ("siABCD", "", ("ABCD",)),
    ]


def test_signs_that_no_code_has_are_taken_for_those_that_look_alike():
    assert readings_of("K7Q2") == ["K7Q2"]
    assert set(readings_of("k7o2")) == {"K7Q2", "K7D2", "K7U2"}
    assert readings_of("0000000") == []


@given(st.integers(0, 29**4 - 1), st.sampled_from(["si {}", "SI{}", "{} sí", "¡Sí!, {}", "si {} gracias"]))
def test_every_code_with_a_number_is_found_wherever_it_stands(number, form):
    code = encode(number)
    words = understand(form.format(code))

    assert words.kind in (Kind.YES, Kind.UNCLEAR)
    assert code in (words.code, *words.maybe)


@given(st.text() | st.text(alphabet=f"{LETTERS.lower()}0123456789 /.,-síñ\n#averiprodcstj"))
def test_nothing_that_is_sent_raises(text):
    words = understand(text)
    found = (condition_of(text), numbers_of(text), is_nothing(text), reason_of(text))

    assert isinstance(words.kind, Kind)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1", (Condition.STOPPED, True)),
        ("2.", (Condition.BADLY, True)),
        ("3", (Condition.DANGEROUS, True)),
        ("1 y 3", (Condition.DANGEROUS, True)),
        ("2,1", (Condition.STOPPED, True)),
        ("parada", (Condition.STOPPED, True)),
        ("no prende", (Condition.STOPPED, True)),
        ("anda mal", (Condition.BADLY, True)),
        ("Peligro!", (Condition.DANGEROUS, True)),
        ("parada, huele a quemado y es peligroso", (Condition.DANGEROUS, False)),
        ("parada pero sin peligro", (Condition.STOPPED, False)),
        ("2 hace ruido", (Condition.BADLY, False)),
        ("4", ("", False)),
        ("no sé", ("", False)),
    ],
)
def test_how_a_machine_is_can_be_said_by_number_or_in_words(text, found):
    assert condition_of(text) == found


def test_numbers_of_faults_and_nothing_more_are_understood():
    assert [numbers_of(text) for text in ("1", "1 y 3", "1,3", "1 3.", "12", "el 1", "no", "1 ruido")] == [
        (1,), (1, 3), (1, 3), (1, 3), (12,), (), (), (),
    ]  # fmt: skip
    assert [is_nothing(text) for text in ("No", "nada más", "Listo.", "", "no sé", "nada de eso")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
