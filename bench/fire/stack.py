"""The product's own processes and its services, in a folder of their own, on a real disk, as in production."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit

import psycopg2

from bench.fire.client import BAD, Answer, Client
from bench.fire.processes import Failed, Program, wait_until
from epo.launcher import broker, commands
from tests import services

Backend = Literal["sqlite", "postgres"]
ROOT = Path(__file__).parents[2]
BUSY_FOR = 30.0
LOOK_EVERY = 0.3
KERNELS = ROOT / "data" / "kernels"


@dataclass
class Stack:
    backend: Backend
    folder: Path
    url: str
    env: dict[str, str]
    web: Program
    worker: Program
    beats: list[Program]
    broker: Program
    database: Program | None
    seeded: Any = None

    @property
    def programs(self) -> list[Program]:
        """In the order in which they start."""
        return [*([self.database] if self.database else []), self.broker, self.web, self.worker, *self.beats]

    @property
    def kills(self) -> int:
        return sum(program.kills for program in self.programs)

    def start(self) -> None:
        for program in self.programs:
            if not program.is_alive:
                program.start()
        wait_until(self.is_ready)

    def is_ready(self) -> bool:
        """Database, broker and a worker's heart answer."""
        if self.worker.running is None:
            return self.is_up()
        answer = self._ask("/readyz")
        return answer is not None and answer.status == HTTPStatus.OK

    def is_up(self) -> bool:
        answer = self._ask("/healthz")
        return answer is not None and answer.status == HTTPStatus.OK

    def _ask(self, path: str) -> Answer | None:
        with suppress(*BAD):
            return self.client(timeout=5).get(path)
        return None

    @property
    def where(self) -> tuple[str, int]:
        address = urlsplit(self.url)
        return str(address.hostname), int(address.port or 80)

    def client(self, **how: Any) -> Client:
        return Client(self.url, **how)

    def stop(self) -> None:
        """Services end last."""
        for program in reversed(self.programs):
            program.stop()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says, read by a connection of our own; placeholders are written as %s."""
        if self.backend == "sqlite":
            return self._read_file(sql.replace("%s", "?"), values)
        line = psycopg2.connect(self.env["DATABASE_URL"], connect_timeout=5)
        try:
            with line, line.cursor() as cursor:
                cursor.execute(sql, values or None)
                return list(cursor.fetchall())
        finally:
            line.close()

    def _read_file(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Who meets the journal of somebody killed has to undo it first, and does not wait for another who is at it."""
        until = time.monotonic() + BUSY_FOR
        while True:
            line = sqlite3.connect(f"file:{self.folder / 'epo.sqlite3'}?mode=rw", uri=True, timeout=BUSY_FOR)
            try:
                return line.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            finally:
                line.close()

    def count(self, sql: str, *values: object) -> int:
        return int(self.rows(sql, *values)[0][0])

    def execute(self, sql: str, *values: object) -> None:
        """For the clock of rows and for controls; the product itself is only spoken to."""
        line: Any = (
            sqlite3.connect(self.folder / "epo.sqlite3", timeout=30)
            if self.backend == "sqlite"
            else psycopg2.connect(self.env["DATABASE_URL"], connect_timeout=5)
        )
        try:
            with line:
                line.cursor().execute(sql.replace("%s", "?") if self.backend == "sqlite" else sql, values)
        finally:
            line.close()

    def run(self, *argv: str, **env: str) -> str:
        return _run([sys.executable, *argv], self.env | env)

    def seed(self, what: str, **said: Any) -> Any:
        """Calls `bench.fire.seeds.<what>` ("module:function") in a process of the product; what it returns comes back."""
        return json.loads(self.run("-m", "bench.fire.seeds", what, json.dumps(said)).splitlines()[-1])

    def logs(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log")))

    def errors(self) -> dict[str, int]:
        """Kinds of what went wrong while answering (500), from the logs."""
        return dict(Counter(re.findall(r"server error \w+: (\w+)", self.logs())))

    def journal(self) -> str:
        """How commits are kept, as a connection of the product's own says."""
        names = {
            "sqlite": ("SELECT sqlite_version()", "PRAGMA journal_mode", "PRAGMA synchronous"),
            "postgres": ("SHOW server_version", "SHOW fsync", "SHOW synchronous_commit"),
        }[self.backend]
        version, mode, commit = self.seed("kept:settings_of_the_database", questions=names)
        if self.backend == "sqlite":
            how = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[commit]
            return f"SQLite {version}, journal_mode={mode}, synchronous={how}"
        return f"PostgreSQL {version.split()[0]}, fsync={mode}, synchronous_commit={commit}"


class _Base(NamedTuple):
    """Databases with all tables and the reference data, made once and copied for each stack."""

    folder: Path
    programs: Path | None


@dataclass
class Ground:
    """What all stacks of a run share. `with Ground() as ground: with ground.stack("sqlite") as stack: …`"""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="epo-fire-")))
    _made: dict[str, _Base] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.folder.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def stack(
        self,
        backend: Backend,
        *,
        without: Sequence[str] = (),
        seed: str | None = None,
        said: dict[str, Any] | None = None,
        start: bool = True,
        workers: int = 2,
        threads: int = 8,
        concurrency: int = 2,
        beats: int = 1,
        **env: str,
    ) -> Iterator[Stack]:
        """`without`: protections to take out (see `bench.fire.without`). `seed`, `said`: see `Stack.seed`; what it
        returned stands in `stack.seeded`. `start=False`: services run, and the product does not yet.
        """
        folder = Path(tempfile.mkdtemp(prefix=f"{backend}-", dir=self.folder))
        folder.chmod(0o755)
        if without:
            env |= {"TESTING": "true", "TAKEN_OUT": ",".join(without)}
        stack = self._build(backend, folder, env, workers, threads, concurrency, beats)
        try:
            if stack.database is not None:
                stack.database.start()
                wait_for_database(stack)
            stack.broker.start()
            if seed is not None:
                stack.seeded = stack.seed(seed, **(said or {}))
            if start:
                stack.start()
            with _looked_after(stack.programs):
                yield stack
        finally:
            stack.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def _build(
        self,
        backend: Backend,
        folder: Path,
        more: dict[str, str],
        workers: int,
        threads: int,
        concurrency: int,
        beats: int,
    ) -> Stack:
        base = self._base(backend)
        port, env = broker.free_port(), _environment(folder, self.folder / "static")
        redis_argv, env["REDIS_URL"] = broker.command(_broker_program(backend), folder=folder, port=broker.free_port())
        env |= {"SITE_URL": f"http://127.0.0.1:{port}"} | more
        database = None
        if backend == "postgres":
            if base.programs is None:
                raise Failed("There is no PostgreSQL on this machine.")
            _copy(base.folder / "postgres", folder / "postgres")
            where = broker.free_port()
            env["DATABASE_URL"] = services.postgres_address(where)
            argv = services.postgres_command(base.programs, folder / "postgres", where)
            database = Program("postgres", argv, env, folder / "postgres.log", services.as_postgres())
        else:
            shutil.copy(base.folder / "epo.sqlite3", folder / "epo.sqlite3")
        python = sys.executable
        web = commands.web_command(python, bind=f"127.0.0.1:{port}", workers=workers, threads=threads)
        worker = commands.worker_command(python, concurrency=concurrency)
        beat = [*commands.beat_command(python), "--schedule"]
        return Stack(
            backend,
            folder,
            f"http://127.0.0.1:{port}",
            env,
            Program("web", web, env, folder / "web.log"),
            Program("worker", worker, env, folder / "worker.log"),
            [
                Program(f"beat {n}", [*beat, str(folder / f"beat-{n}")], env, folder / f"beat-{n}.log")
                for n in range(beats)
            ],
            Program("broker", redis_argv, env, folder / "broker-out.log"),
            database,
        )

    def _base(self, backend: Backend) -> _Base:
        if backend not in self._made:
            self._made[backend] = _make_base(self.folder / f"base-{backend}", self.folder / "static", backend)
        return self._made[backend]


@contextmanager
def _looked_after(programs: Sequence[Program]) -> Iterator[None]:
    """What ends by itself starts again, and again if it ends at once (PostgreSQL may, while the memory of the one
    before is in use).
    """
    over = Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            for program in programs:
                program.look_after()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _environment(folder: Path, static: Path) -> dict[str, str]:
    own = {
        "ENV_FILE": "",
        "DEBUG": "",
        "TESTING": "",
        "DATA_DIR": str(folder),
        "STATIC_ROOT": str(static),
        "NUMBA_CACHE_DIR": str(KERNELS),  # compiled once for all runs
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "",
        "EMAIL_URL": "",
        "SECOND_FACTOR": "off",
        "DJANGO_SETTINGS_MODULE": "epo.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "C_FORCE_ROOT": "1",
    }
    unwanted = {"TEST_DATABASE_FILE", "TAKEN_OUT", "PROXIES", "DEFAULT_FROM_EMAIL"}
    return {name: value for name, value in os.environ.items() if name not in unwanted} | own


def _make_base(folder: Path, static: Path, backend: Backend) -> _Base:
    folder.mkdir()
    folder.chmod(0o755)
    env = _environment(folder, static) | {"REDIS_URL": ""}
    programs, database = None, None
    if backend == "postgres":
        programs = next(services.postgres_folders(folder), None)
        if programs is None:
            raise Failed("There is no PostgreSQL on this machine.")
        services.make_cluster(programs, folder / "postgres")
        port = broker.free_port()
        env["DATABASE_URL"] = services.postgres_address(port)
        argv = services.postgres_command(programs, folder / "postgres", port)
        database = Program("postgres", argv, env, folder / "postgres.log", services.as_postgres())
        database.start()
        services.wait_for_postgres(database.running, env["DATABASE_URL"])
    try:
        for command in (
            ["migrate"],
            ["load_reference"],
            *([] if static.exists() else [["collectstatic", "--no-input"]]),
        ):
            _run([sys.executable, "manage.py", *command, "--verbosity", "0"], env)
    finally:
        if database is not None:
            database.stop()
    return _Base(folder, programs)


def wait_for_database(stack: Stack) -> None:
    def answers() -> bool:
        try:
            return stack.count("SELECT 1") == 1
        except psycopg2.Error:
            return False

    wait_until(answers)


def what_is_missing(backend: Backend) -> str | None:
    """The program without which there is no such stack on this machine."""
    if backend == "postgres":
        with tempfile.TemporaryDirectory() as place:
            if next(services.postgres_folders(Path(place)), None) is None:
                return "PostgreSQL"
    has_broker = broker.embedded_program() or shutil.which("redis-server") or shutil.which("valkey-server")
    return None if has_broker else "Redis or Valkey"


def _broker_program(backend: Backend) -> str:
    """The embedded one with SQLite, the machine's Redis with PostgreSQL, where there is one."""
    embedded = broker.embedded_program()
    own = shutil.which("redis-server") or shutil.which("valkey-server")
    found = (embedded or own) if backend == "sqlite" else (own or embedded)
    if found is None:
        raise Failed("There is no Redis and no Valkey on this machine.")
    return str(found)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)  # noqa: S607 -- owners and rights as they are


def _run(argv: Sequence[str], env: dict[str, str]) -> str:
    done = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(argv[1:4])}: {done.stderr[-2000:]}")
    return done.stdout
