"""The commands of docker-compose.yml as plain processes: two web servers, two workers, beat, PostgreSQL, Redis."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen
from threading import Thread

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import BrowserContext

from epo.launcher import children
from epo.launcher.broker import free_port
from epo.upkeep import sanity
from epo.work.models import Heartbeat
from tests import stack
from tests.stack import test_story

pytestmark = [pytest.mark.stack, pytest.mark.browser]
ROOT = Path(__file__).parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
WEB = json.loads(re.search(r"^CMD (\[.*\])", (ROOT / "Dockerfile").read_text().replace("\\\n", ""), re.MULTILINE)[1])


class Turns:
    """A door that leads each new connection to the next web server, as a proxy before several does."""

    def __init__(self, ports: list[int]) -> None:
        self.port = free_port()
        self._next = itertools.cycle(ports)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._open(),))
        self._over = asyncio.Event()
        self._thread.start()

    async def _open(self) -> None:
        server = await asyncio.start_server(self._lead, "127.0.0.1", self.port)
        await self._over.wait()
        server.close()
        guests = asyncio.all_tasks() - {asyncio.current_task()}
        for guest in guests:
            guest.cancel()
        await asyncio.gather(*guests, return_exceptions=True)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            source, target = await asyncio.open_connection("127.0.0.1", next(self._next))
            ways = [asyncio.ensure_future(_carry(reader, target)), asyncio.ensure_future(_carry(source, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            target.close()
        finally:
            writer.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()


@dataclass
class Service:
    """One container's process; what it writes to standard error is its log."""

    argv: list[str]
    env: dict[str, str]
    log: Path
    running: Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as file:
            self.running = children.spawn(self.argv, env=self.env, stdout=DEVNULL, stderr=file)

    def stop(self) -> None:
        if self.running is not None:
            children.stop(self.running)


def _command(argv: list[str], *more: str, port: int = 0) -> list[str]:
    """As it stands in the file, but for the program, and the port that containers have for themselves."""
    own = [f"127.0.0.1:{port}" if word == "0.0.0.0:8000" else word for word in argv]
    return [sys.executable, *own[1:], *more]


@contextmanager
def composed(folder: Path) -> Iterator[tuple[str, list[Service]]]:
    ports = [free_port(), free_port()]
    turns = Turns(ports)
    url = f"http://127.0.0.1:{turns.port}"
    env = stack.environment(SITE_URL=url, LOG_FORMAT="json", STATIC_ROOT=str(folder / "static"))
    webs = [Service(_command(WEB, port=port), env, folder / f"web-{port}.log") for port in ports]
    workers = [
        Service(_command(SERVICES["worker"]["command"], "--hostname", f"{name}@%h"), env, folder / f"{name}.log")
        for name in ("one", "two")
    ]
    beat = _command(SERVICES["beat"]["command"])
    beat[-1] = str(folder / "beat-schedule")
    services = [*webs, *workers, Service(beat, env, folder / "beat.log")]
    try:
        for service in services:
            service.start()
        for port in ports:
            stack.wait_until(lambda port=port: stack.answers(f"http://127.0.0.1:{port}/healthz"), seconds=120)
        stack.wait_until(lambda: Heartbeat.objects.fresh().count() == len(workers), seconds=120)
        yield url, services
    finally:
        for service in reversed(services):
            service.stop()
        turns.close()


def _answered(service: Service) -> int:
    lines = [line for line in service.log.read_text().splitlines() if line.startswith("{")]
    return sum(json.loads(line)["message"] == "answered" for line in lines)


def test_main_way_over_two_web_servers_and_two_workers(
    transactional_db: None, broker: str, settings, tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("for PostgreSQL: --backend=postgres")
    settings.MEDIA_ROOT = stack.data_folder() / "photos"

    with composed(tmp_path) as (url, services):
        web = stack.Process(services[0].argv, services[0].env)
        test_story.test_from_a_breakdown_to_a_repaired_machine(stack.Stack(url, web, web, web), new_context)
        counted = [_answered(service) for service in services[:2]]
        ended = [service.argv for service in services if service.running is None or service.running.poll() is not None]

    assert min(counted) > 0
    assert sum(counted) > 50
    assert ended == []
    assert [str(one) for finding in sanity.check_all() for one in finding.broken] == []
    call_command("check")
