from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

from django.template import Context, Template

from epo.core import say
from epo.core.charts import Bar, Column, Part, Reading, Week, before_after, by_week, distribution, over_time, stacked

MEAL = Bar("Harina <de> pescado", before=0, after=52, full=60, unit="t/día")
CANS = Bar("Sardina", before=None, after=3400, full=8000, unit="cajas/día")
READINGS = [Reading(date(2014, 3, 20), 31), Reading(date(2014, 3, 1), 12.5), Reading(date(2014, 3, 10), 0)]


def shapes(svg: str, css: str) -> list[dict[str, str]]:
    return [shape.attrib for shape in ET.fromstring(svg).iter() if shape.get("class") == css]  # noqa: S314 -- our own


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_before_after_draws_two_bars_a_line_in_proportion() -> None:
    svg = before_after([MEAL])

    was, now, full = (float(shapes(svg, css)[0]["width"]) for css in ("was", "is", "full"))
    assert (was, round(now / full, 3)) == (0, round(52 / 60, 3))


def test_before_after_shares_a_scale_only_within_a_unit() -> None:
    svg = before_after([MEAL, CANS])

    assert len({shape["width"] for shape in shapes(svg, "full")}) == 1


def test_before_after_says_its_numbers_and_what_is_unknown() -> None:
    said = ET.fromstring(before_after([MEAL, CANS])).get("aria-label")  # noqa: S314 -- our own

    assert said == (
        "Producción antes y después. Harina <de> pescado: antes 0 t/día, después 52 t/día; "
        "Sardina: antes no se sabe, después 3.400 cajas/día"
    )


def test_before_after_without_lines_draws_nothing() -> None:
    assert shapes(before_after([]), "was") == []


def test_over_time_draws_the_readings_from_left_to_right() -> None:
    svg = over_time(READINGS, unit="t", event=(date(2014, 3, 5), date(2014, 3, 12)))

    spots = [float(spot["cx"]) for spot in shapes(svg, "spot")]
    assert (spots, len(shapes(svg, "event"))) == (sorted(spots), 1)
    assert "sáb 1 mar 2014: 12,5 t; lun 10 mar 2014: 0 t; jue 20 mar 2014: 31 t" in svg


def test_over_time_of_one_reading_is_one_spot() -> None:
    assert len(shapes(over_time(READINGS[:1]), "spot")) == 1


def test_over_time_without_readings_is_empty() -> None:
    assert over_time([]) == ""


def test_stacked_leaves_what_is_unknown_empty() -> None:
    svg = stacked([Part("sector", 25, 25), Part("gente", None, 25), Part("peligro", 50, 50)])

    rects = [(rect.get("x"), rect.get("width")) for rect in ET.fromstring(svg)]  # noqa: S314 -- our own
    assert rects == [("0.0", "250.0"), ("250.0", "0.0"), ("250.0", "500.0")]


def test_distribution_draws_a_column_for_each_figure_to_one_scale() -> None:
    svg = distribution([Column("0", 40, stands_out=True), Column("1–2", 20), Column("3–4", 0)], title="Veces")

    drawn = ET.fromstring(svg)  # noqa: S314 -- our own
    bars = [(bar.get("class"), bar.get("height")) for bar in drawn if bar.tag == "rect"]
    assert bars == [("part-2", "108.0"), ("part-1", "54.0"), ("part-1", "0.0")]
    assert drawn.get("aria-label") == "Veces. 0: 40; 1–2: 20; 3–4: 0"


def test_weeks_are_columns_and_one_of_which_nothing_is_known_stays_empty() -> None:
    weeks = [
        Week(date(2026, 3, 2), 12.0),
        Week(date(2026, 3, 9), None),
        Week(date(2026, 3, 16), 3.5),
    ]

    svg = by_week(weeks, title="Horas", unit="h")

    heights = [float(height) for height in re.findall(r'<rect[^>]* height="([\d.]+)"', svg)]
    assert heights == [108.0, 31.5]
    first, second, third = (say.day(week.monday) for week in weeks)
    assert (f"Horas. {first}: 12 h; {second}: no se sabe; {third}: 3,5 h" in svg) is True
    assert by_week([], title="Horas", unit="h").count("<rect") == 0


def test_charts_have_their_numbers_in_a_table() -> None:
    template = Template("{% load look %}{% chart_before_after bars %}{% chart_over_time readings 't' %}")

    html = template.render(Context({"bars": [MEAL, CANS], "readings": READINGS}))
    tables = [words(table) for table in re.findall(r"<tbody>.*?</tbody>", html, re.DOTALL)]
    assert tables == [
        "Harina &lt;de&gt; pescado 0 t/día 52 t/día 60 t/día Sardina no se sabe 3.400 cajas/día 8.000 cajas/día",
        "sáb 1 mar 2014 12,5 t lun 10 mar 2014 0 t jue 20 mar 2014 31 t",
    ]


def test_score_bar_says_each_part_and_what_is_unknown() -> None:
    parts = [Part("sector", 25, 25), Part("gente", None, 20)]

    html = Template("{% load look %}{% score_bar parts %}").render(Context({"parts": parts}))
    assert words(html) == "Puntaje 25 sector 25 /25 gente no se sabe"
