from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.fire.processes import Failed
from bench.fire.rows import suite

REPORT = """
<testsuites><testsuite>
 <testcase classname="tests.fire.test_routes" file="tests/fire/test_routes.py" name="test_every_route">
  <properties><property name="S1" value="212 routes"/></properties></testcase>
 <testcase classname="tests.fire.test_routes" file="tests/fire/test_routes.py" name="test_it_is_found">
  <properties><property name="S1 without" value="3 found"/></properties></testcase>
 <testcase classname="tests.fire.test_routes" file="tests/fire/test_routes.py" name="test_without_figures"/>
 <testcase classname="tests.fire.test_queries" file="tests/fire/test_queries.py" name="test_lists_grow">
  <failure message="no">more</failure></testcase>
 <testcase classname="tests.fire.test_queries" file="tests/fire/test_queries.py" name="test_counts">
  <properties><property name="S16" value="90 queries"/></properties><failure message="no">more</failure></testcase>
 <testcase classname="tests.fire.test_states" name="test_moves"><error message="no">broken</error></testcase>
 <testcase classname="tests.fire.test_fields" file="tests/fire/test_fields.py" name="test_fields">
  <skipped message="not today"/></testcase>
 <testcase classname="tests.fire.test_contacts" file="tests/fire/test_contacts.py" name="test_found">
  <properties><property name="S3 without" value="2 found"/></properties></testcase>
</testsuite></testsuites>
"""
PASSED = """
<testsuites><testsuite><testcase file="tests/fire/test_routes.py" name="test_every_route">
 <properties><property name="S1" value="212 routes"/></properties></testcase></testsuite></testsuites>
"""
ROWS = ("B3", "S1", "S2", "S3", "S16")


def test_a_report_is_read_under_the_row_of_each_file() -> None:
    found = list(suite.read(ET.fromstring(REPORT), "sqlite", ROWS))  # noqa: S314 -- our own

    said = [(one.row, one.tried, one.found, one.ok, one.is_control) for one in found]
    assert {one.on for one in found} == {"sqlite"}
    assert said == [
        ("S1", "every route", "212 routes", True, False),
        ("S1", "it is found", "3 found", True, True),
        ("S16", "lists grow", "it failed", False, False),
        ("S16", "counts", "90 queries; it failed", False, False),
        ("B3", "moves", "it broke off", False, False),
        ("S2", "fields", "it was skipped", False, False),
        ("S3", "found", "2 found", True, True),
        ("S3", "tests/fire/test_contacts.py", "no figure", False, False),
    ]


def test_a_run_with_failures_is_read(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    found = suite.judge(1, report, "sqlite", ROWS)

    assert sum(not one.ok for one in found) == 5


@pytest.mark.parametrize("code", [2, 3, 4, 5, -9])
def test_tests_that_were_not_carried_out_are_no_result(tmp_path: Path, code: int) -> None:
    report = tmp_path / "report.xml"
    report.write_text(PASSED)

    with pytest.raises(Failed, match=f"not carried out: pytest returned {code}"):
        suite.judge(code, report, "sqlite", ["S1"])


def test_a_run_that_left_no_report_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="not carried out"):
        suite.judge(0, tmp_path / "report.xml", "sqlite", ["S1"])


def test_a_failure_that_the_report_does_not_name_is_no_result(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(PASSED)

    with pytest.raises(Failed, match="names none"):
        suite.judge(1, report, "sqlite", ["S1"])
