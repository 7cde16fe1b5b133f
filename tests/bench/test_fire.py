from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bench.fire.__main__ import _figures, _parser, _tried
from bench.fire.figures import Figure, lines, percentile
from bench.fire.ledger import Ledger

A, B, C = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(3))


def kept(**fields: object) -> Figure:
    return Figure(**{"row": "R1", "on": "sqlite", "tried": "x", "promised": "y", "found": "z", "ok": True} | fields)  # type: ignore[arg-type]


def ledger() -> Ledger:
    found = Ledger()
    for key in (A, B):
        found.note_sent(key, f"words {key}")
        found.note_acknowledged(key)
    return found


def test_what_is_there_once_and_as_sent_is_clean() -> None:
    compared = ledger().compare([(A, f"words {A}"), (B.replace("-", ""), f"words {B}\r\n")])

    assert (compared.is_clean, compared.stored) == (True, 2)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([(A, f"words {A}")], "lost"),
        ([(A, f"words {A}"), (B, f"words {B}"), (C, f"words {B}")], "twice"),
        ([(A, f"words {A}"), (B, "other words")], "changed"),
        ([(A, f"words {A}"), (B, f"words {B}"), (C, "never sent")], "phantom"),
    ],
)
def test_a_ledger_finds_what_is_not_as_it_was_acknowledged(rows: list[tuple[str, str]], name: str) -> None:
    compared = ledger().compare(rows)

    assert (getattr(compared, name), compared.is_clean) == (1, False)


def test_what_was_never_acknowledged_is_no_clean_run() -> None:
    found = ledger()
    found.note_sent(C, "words")

    assert not found.compare([(A, f"words {A}"), (B, f"words {B}"), (C, "words")]).is_clean


def test_a_trial_that_breaks_is_a_miss_and_the_figures_before_it_stay(capfd: pytest.CaptureFixture[str]) -> None:
    def run(_fire: object) -> object:
        yield kept()
        raise OSError("no disk")

    fire = SimpleNamespace(figure=lambda row, tried, **rest: kept(row=row, tried=tried, **rest))

    found = list(_figures(SimpleNamespace(__name__="m", ROWS=("R1",), run=run), fire, None))  # type: ignore[arg-type]

    assert [(one.ok, one.verdict) for one in found] == [(True, "kept"), (False, "MISSED")]
    assert "no disk" in found[1].found


def no_postgresql(backend: str) -> str | None:
    return "PostgreSQL" if backend == "postgres" else None


@pytest.mark.parametrize("said", ["", "--on postgres,sqlite", "--only S7", "--short --services=required"])
def test_a_full_run_without_postgresql_does_not_begin(said: str) -> None:
    wanted = _parser().parse_args(said.split())

    with pytest.raises(SystemExit, match="there is no PostgreSQL"):
        _tried(wanted, no_postgresql)


@pytest.mark.parametrize("said", ["--on sqlite", "--short", "--services=found"])
def test_a_run_may_do_with_sqlite_where_that_is_said(said: str) -> None:
    wanted = _parser().parse_args(said.split())

    assert _tried(wanted, no_postgresql) == ["sqlite"]


def test_a_full_run_is_on_both() -> None:
    assert _tried(_parser().parse_args([]), lambda _backend: None) == ["sqlite", "postgres"]


@pytest.mark.parametrize("said", ["mysql", "sqlite,postgre", ""])
def test_a_name_that_is_no_way_to_run_is_refused(said: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(["--on", said])

    assert "it runs on sqlite and postgres" in capfd.readouterr().err


def test_a_control_that_finds_nothing_is_told_as_such() -> None:
    table = list(lines([kept(row="S2"), kept(row="B10"), kept(row="B2", ok=False, is_control=True)]))

    assert [line.split(" | ")[0] for line in table[2:]] == ["| B2", "| B10", "| S2"]
    assert table[2].endswith("| CONTROL FOUND NOTHING |")


def test_percentiles_are_times_that_were_measured() -> None:
    times = [float(n) for n in range(1, 101)]

    assert (percentile(times, 0.95), percentile(times, 0.99), percentile([3.0], 0.95)) == (95.0, 99.0, 3.0)


@pytest.mark.parametrize(("testing", "code"), [("", 3), ("true", 0)])
def test_protections_are_taken_out_in_tests_only(testing: str, code: int) -> None:
    env = os.environ | {"TESTING": testing, "TAKEN_OUT": "variants"}
    argv = [sys.executable, "-c", "import epo.settings"]

    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == code, done.stderr
    assert ("TAKEN_OUT: solo se permite con TESTING." in done.stderr) == (code == 3)


def test_an_https_site_refuses_tests_and_with_them_missing_protections() -> None:
    env = os.environ | {"TESTING": "true", "TAKEN_OUT": "variants", "SITE_URL": "https://epo.example.org"}

    done = subprocess.run(
        [sys.executable, "-c", "import epo.settings"], env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr.splitlines()[0]) == (
        3,
        "TESTING: no debe estar activo en un sitio https. / must be off on an https site.",
    )
