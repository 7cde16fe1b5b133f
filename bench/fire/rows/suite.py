"""Rows that the test suite shows, since they follow from the address list or need the product's own rules beside them.

A test says what it found with `record_property("S1", "212 routes, 0 unexpected")`; one that is a control writes
`record_property("S1 without", "…")`. FIRE=full asks for the full number of examples,
FIRE_SEED is the seed of the run, where chance has a part in them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from bench.fire.figures import Figure
from bench.fire.processes import Failed
from bench.fire.run import Fire

PROMISED: dict[str, str] = {
    "B3": "1,000 runs × 50 steps, 0 violations; every pair declared",
    "S1": "every route declared; nobody sees or changes what is others'",
    "S2": "no field more than declared is taken in or given out",
    "S16": "no more queries than written down; lists ask the same however long they are, at most 15",
    "S13": "strict headers and cookies on every answer, nothing inline",
    "S3": "contact details in exactly the declared cells",
    "R4": "0 × 5xx, 100 % stored or explained",
    "S14": "0 × 5xx, every answer as the schema of the API declares it",
}
"""What each row promises, in a few words."""
FILES = {
    "B3": "tests/fire/test_states.py",
    "R4": "tests/fire/test_payloads.py",
    "S1": "tests/fire/test_routes.py",
    "S2": "tests/fire/test_fields.py",
    "S3": "tests/fire/test_contacts.py",
    "S13": "tests/fire/test_headers.py",
    "S14": "tests/fire/test_contract.py",
    "S16": "tests/fire/test_queries.py",
}
ROWS = tuple(FILES)
ALL_PASSED, SOME_FAILED = 0, 1
"""What pytest returns when the tests were carried out; anything else says that they were not."""
WENT_WRONG = {"failure": "it failed", "error": "it broke off", "skipped": "it was skipped"}


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return  # `make test` has them anyway
    rows = [row for row in FILES if fire.wants(row)]
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = _run_tests(fire, rows, report)
        yield from judge(code, report, fire.backend, rows)


def judge(code: int, report: Path, on: str, rows: Iterable[str]) -> list[Figure]:
    """The figures of tests that ended with `code`, where they were carried out at all."""
    if code not in (ALL_PASSED, SOME_FAILED) or not report.exists():
        raise Failed(f"the tests were not carried out: pytest returned {code}")
    found = list(read(ET.parse(report).getroot(), on, rows))  # noqa: S314 -- our own file
    if code == SOME_FAILED and all(figure.ok for figure in found):
        raise Failed("pytest says that a test failed, and its report names none")
    return found


def _run_tests(fire: Fire, rows: Iterable[str], report: Path) -> int:
    how = ["-q", "-n", "2", f"--backend={fire.backend}", "--services=required"]
    told = ["-o", "junit_family=xunit1", f"--junitxml={report}"]
    argv = [sys.executable, "-m", "pytest", *how, *told, *(FILES[row] for row in rows)]
    env = os.environ | {"FIRE": "full", "FIRE_SEED": str(fire.seed)}
    return subprocess.run(argv, env=env, stdout=sys.stderr, check=False).returncode


def read(report: ET.Element, on: str, rows: Iterable[str]) -> Iterator[Figure]:
    """The figures in a junit report. A row that was asked for and of which nothing was measured is a miss."""
    found = [figure for case in report.iter("testcase") for figure in _figures_of(case, on)]
    yield from found
    measured = {figure.row for figure in found if not figure.is_control}
    for row in rows:
        if row not in measured:
            yield Figure(row, on, FILES[row], PROMISED[row], "no figure", ok=False)


def _figures_of(case: ET.Element, on: str) -> Iterator[Figure]:
    tried = case.get("name", "").removeprefix("test_").replace("_", " ")
    wrong = next((said for tag, said in WENT_WRONG.items() if case.find(tag) is not None), None)
    said = {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
    for name, found in said.items():
        row, _, control = name.partition(" ")
        told = f"{found}; {wrong}" if wrong else found
        yield Figure(row, on, tried, PROMISED.get(row, ""), told, wrong is None, is_control=bool(control))
    if wrong and not said:
        yield Figure(_row_of(case), on, tried, "a test that passes", wrong, ok=False)


def _row_of(case: ET.Element) -> str:
    """That of the file it stands in; `file` is left out where a test could not even be set up."""
    stands_in = case.get("file") or case.get("classname", "").replace(".", "/") + ".py"
    return next((row for row, file in FILES.items() if file == stands_in), ROWS[0])
