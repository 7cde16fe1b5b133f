"""`make run`, as a person uses it: started, looked at, disturbed, stopped.

It is the embedded way, whatever the suite runs on.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from epo.launcher import broker, children
from epo.launcher.broker import free_port
from tests.stack import answers, wait_until

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.stack


@dataclass
class Launched:
    process: subprocess.Popen[bytes]
    port: int
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def family(self) -> dict[int, str]:
        """Living processes that the launcher started, children's children included: pid and command."""
        rows = _processes()
        found, wanted = {}, {self.process.pid}
        while wanted:
            below = {pid: command for pid, (parent, command) in rows.items() if parent in wanted}
            found |= below
            wanted = set(below)
        return found

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


def _processes() -> dict[int, tuple[int, str]]:
    """Parent and command of every process, by its id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError):
            continue
        found[int(folder.name)] = (parent, command)
    return found


def _environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    base = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    ours = {"ENV_FILE": "", "DATA_DIR": str(folder), "PORT": str(port), "STATIC_ROOT": str(folder / "static")}
    return base | ours | {"DEMO": "false"} | more


def _launch(folder: Path, port: int, **more: str) -> Launched:
    output = folder.parent / f"output-{port}-{time.monotonic_ns()}.txt"
    argv = [sys.executable, "-m", "epo.launcher"]
    with output.open("wb") as out:
        process = children.spawn(
            argv, env=_environment(folder, port, **more), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
    return Launched(process, port, output)


def _refused(folder: Path, port: object, **more: str) -> tuple[int, int]:
    """How it ended, and how many lines it said."""
    done = subprocess.run(
        [sys.executable, "-m", "epo.launcher"],
        env=_environment(folder, 0, **more) | {"PORT": str(port)},
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, len((done.stdout + done.stderr).splitlines())


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    launched = _launch(tmp_path / "data", free_port())
    try:
        wait_until(lambda: answers(f"{launched.url}/readyz"))
        yield launched
    finally:
        children.stop(launched.process, patience=40)


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] == "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_launcher_stops_everything_that_it_started(launched: Launched, number: int) -> None:
    family = launched.family()

    code = launched.end(number)

    assert code == 0
    assert len(family) >= 6
    assert [args for pid, args in family.items() if not _is_gone(pid)] == []


def test_launcher_takes_its_children_along_when_it_is_killed(launched: Launched) -> None:
    family = launched.family()

    launched.process.kill()
    launched.process.wait()

    wait_until(lambda: all(_is_gone(pid) for pid in family), seconds=30)


def test_launcher_starts_again_what_died(launched: Launched) -> None:
    worker = next(pid for pid, args in launched.family().items() if "celery" in args and " worker" in args)
    server = next(pid for pid, args in launched.family().items() if "valkey-server" in args)

    for pid in (worker, server):
        os.kill(pid, signal.SIGKILL)

    wait_until(lambda: "«broker»" in launched.output.read_text() and "«worker»" in launched.output.read_text())
    wait_until(lambda: answers(f"{launched.url}/readyz"))


def test_launcher_twice_on_one_folder_is_refused(launched: Launched, tmp_path: Path) -> None:
    outcome = _refused(tmp_path / "data", free_port())

    assert outcome == (3, 2)


def test_launcher_a_second_time_does_no_harm(tmp_path: Path) -> None:
    secrets = []
    for _ in range(2):
        launched = _launch(tmp_path / "data", free_port())
        wait_until(lambda url=launched.url: answers(f"{url}/readyz"))
        assert launched.end(signal.SIGTERM) == 0
        secrets.append((tmp_path / "data" / "secret").read_text())

    assert secrets[0] == secrets[1]


def test_launcher_loads_the_demonstration_once(tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        launched = _launch(tmp_path / "data", free_port(), DEMO="true")
        wait_until(lambda url=launched.url: answers(f"{url}/readyz"), seconds=120)
        wait_until(lambda output=launched.output: "Ctrl-C" in output.read_text())
        assert launched.end(signal.SIGTERM) == 0
        counts.append(_count_volunteers(tmp_path / "data" / "epo.sqlite3"))

    assert counts == [2270, 2270]
    assert "nacional" in launched.output.read_text()


def _count_volunteers(file: Path) -> int:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM volunteers_volunteer").fetchone()[0])


def test_launcher_refuses_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        outcome = _refused(tmp_path / "data", taken.getsockname()[1])

    assert outcome == (3, 2)


@pytest.mark.parametrize("port", ["nine", "0", "70000"])
def test_launcher_refuses_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert _refused(tmp_path / "data", port) == (3, 2)


def test_launcher_refuses_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert _refused(tmp_path / "file" / "data", free_port()) == (3, 2)


def test_launcher_refuses_wrong_settings(tmp_path: Path) -> None:
    assert _refused(tmp_path / "data", free_port(), SECRET_KEY="weak") == (3, 1)


def test_launcher_names_a_missing_module(tmp_path: Path) -> None:
    """`-S` hides the packages of the environment."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "epo.launcher"],
        env=_environment(tmp_path / "data", free_port()),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "make install" in done.stderr


def test_broker_moves_to_a_port_where_the_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    short, long = Path("/tmp/x"), tmp_path / ("x" * 100)  # noqa: S108

    addresses = [broker.command("valkey-server", folder=folder)[1] for folder in (short, long)]

    assert [address.split(":")[0] for address in addresses] == ["unix", "redis"]
