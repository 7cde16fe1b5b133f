"""The product's own processes, started on the test database."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, Popen
from urllib.error import URLError
from urllib.request import urlopen

import redis
from django.conf import settings
from django.db import connection

from epo.launcher import broker, children, commands
from epo.launcher.broker import free_port
from epo.work.models import Heartbeat

READY_WITHIN = 60.0
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Process:
    """One of the product's processes; `kill` is a power cut for it, `stop` an orderly end."""

    argv: Sequence[str]
    env: dict[str, str]
    running: Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        self.running = children.spawn(self.argv, env=self.env, stdout=DEVNULL)

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def kill(self) -> None:
        assert self.running is not None
        os.killpg(self.pid, 9)
        self.running.wait()

    def stop(self) -> None:
        if self.running is not None:
            children.stop(self.running)


@dataclass
class Stack:
    url: str
    web: Process
    worker: Process
    beat: Process


def data_folder() -> Path:
    return Path(settings.DATA_DIR)


def environment(**more: str) -> dict[str, str]:
    """Ours, but with the test database where the product looks for its database."""
    name = str(connection.settings_dict["NAME"])
    base = os.environ["EPO_TEST_DATABASE_URL"]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{base.rsplit('/', 1)[0]}/{name}"
    own = {"DATABASE_URL": url, "SECOND_FACTOR": "off", "PYTHONUNBUFFERED": "1", "C_FORCE_ROOT": "1"}
    return os.environ | own | more


def worker_process(concurrency: int = 1) -> Process:
    return Process(commands.worker_command(sys.executable, concurrency=concurrency), environment())


def own_broker(folder: Path) -> tuple[Process, str] | None:
    """A broker that a test may kill, not started yet, and its address; None where there is no program for it."""
    program = broker.embedded_program() or shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        return None
    argv, url = broker.command(program, folder=folder, port=free_port())
    return Process(argv, dict(os.environ)), url


@contextmanager
def started(**more: str) -> Iterator[Stack]:
    """`more` is configuration that differs from the rest of the tests."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(SITE_URL=url, **more)
    bind = f"127.0.0.1:{port}"
    web = Process(commands.web_command(sys.executable, bind=bind, workers=1, threads=8), env)
    worker = Process(commands.worker_command(sys.executable, concurrency=1), env)
    beat = Process(commands.beat_command(sys.executable), env)
    try:
        for process in (web, worker, beat):
            process.start()
        wait_until(lambda: answers(f"{url}/readyz"))
        yield Stack(url, web, worker, beat)
    finally:
        for process in (web, beat, worker):
            process.stop()


def running(process: Process, *, until: Callable[[], bool]) -> Iterator[Process]:
    try:
        process.start()
        wait_until(until)
        yield process
    finally:
        process.stop()


def wait_until(condition: Callable[[], object], *, seconds: float = READY_WITHIN) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds} s: {condition}"
        time.sleep(0.1)


def has_heartbeat() -> bool:
    return Heartbeat.objects.fresh().exists()


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def empty_broker(url: str) -> None:
    client = redis.Redis.from_url(url)
    client.flushdb()
    client.close()
