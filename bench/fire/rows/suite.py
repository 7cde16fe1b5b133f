"""Rows that the test suite shows, since they follow from the address list or need the product's own rules beside them.

A test says what it found with `record_property("S1", "212 routes, 0 unexpected")`; one that is a control writes
`record_property("S1 without", "…")`. FIRE=full asks for the full number of examples.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
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
}
"""What each row promises, in a few words."""
FILES = {
    "B3": "tests/fire/test_states.py",
    "R4": "tests/fire/test_payloads.py",
    "S1": "tests/fire/test_routes.py",
    "S2": "tests/fire/test_fields.py",
    "S3": "tests/fire/test_contacts.py",
    "S13": "tests/fire/test_headers.py",
    "S16": "tests/fire/test_queries.py",
}
ROWS = tuple(FILES)


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return  # `make test` has them anyway
    for case in _cases(fire):
        said = {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
        is_kept = all(
            case.find(end) is None for end in ("failure", "error", "skipped")
        )  # an element without children is false
        if not said and not is_kept:
            yield fire.figure("S1", case.get("name", ""), promised="a test that passes", found="it failed", ok=False)
        for name, found in said.items():
            row, _, control = name.partition(" ")
            tried = case.get("name", "").removeprefix("test_").replace("_", " ")
            promised = PROMISED.get(row, "")
            yield Figure(row, fire.backend, tried, promised, found, is_kept, is_control=bool(control))


def _cases(fire: Fire) -> list[ET.Element]:
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        argv = [sys.executable, "-m", "pytest", "-q", f"--backend={fire.backend}", "--services=required"]
        argv += [
            "-n",
            "2",
            "-o",
            "junit_family=xunit1",
            f"--junitxml={report}",
            *(file for row, file in FILES.items() if fire.wants(row)),
        ]
        subprocess.run(argv, env=os.environ | {"FIRE": "full"}, stdout=sys.stderr, check=False)
        if not report.exists():
            raise Failed("the tests did not run")
        return list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314 -- our own file
