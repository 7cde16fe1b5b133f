"""Programs that the harness starts, and ends as a power cut would."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from threading import RLock
from typing import Any

import psutil

from epo.launcher import children

PATIENCE = 60.0
PARENT = ThreadPoolExecutor(1, thread_name_prefix="parent")
"""Starts all programs: Linux ends a child together with the *thread* that started it, so that one has to stay."""


class Failed(Exception):
    """The harness could not do what it had to: a failure of the run, never a pass."""


def wait_until(condition: Callable[[], object], *, seconds: float = PATIENCE, every: float = 0.05) -> float:
    """Seconds waited."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise Failed(f"not within {seconds:.0f} s: {getattr(condition, '__name__', condition)}")
        time.sleep(every)
    return time.monotonic() - began


@dataclass
class Program:
    """`stop` is an orderly end, `kill` SIGKILL for it and all that it started, at once."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    running: Popen[bytes] | None = field(default=None, init=False)
    kills: int = field(default=0, init=False)
    ends: int = field(default=0, init=False)
    """How often it ended by itself and was started again."""
    is_wanted: bool = field(default=False, init=False)
    _turn: RLock = field(default_factory=RLock, init=False)

    def start(self) -> None:
        with self._turn, self.log.open("ab") as log:
            how = {"stdout": log, "stderr": subprocess.STDOUT} | dict(self.options)
            self.running = PARENT.submit(children.spawn, self.argv, env=self.env, **how).result()
            self.is_wanted = True

    @property
    def pid(self) -> int:
        if self.running is None:
            raise Failed(f"{self.name} was never started")
        return self.running.pid

    @property
    def is_alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def children(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """All of its processes, also those in sessions of their own (PostgreSQL's)."""
        with self._turn:
            if not self.is_alive:
                raise Failed(f"{self.name} had ended before it could be killed")
            self.is_wanted = False
            family = self.children()
            _kill(self.pid)
            for child in family:
                _kill(child.pid)
            if self.running is not None:
                self.running.wait()
            psutil.wait_procs(family, timeout=10)
            self.kills += 1

    def kill_a_child(self, choose: Callable[[list[psutil.Process]], psutil.Process]) -> bool:
        """One of the processes that it started; False where it has none at the moment, or that one did not die of it."""
        with self._turn:
            family = self.children()
            if not family:
                return False
            chosen = choose(family)
            _kill(chosen.pid)
            _gone, alive = psutil.wait_procs([chosen], timeout=10)
            if alive and chosen.status() != psutil.STATUS_ZOMBIE:
                return False
            self.kills += 1
            return True

    def kill_and_start(self) -> None:
        with self._turn:
            self.kill()
            self.start()

    def look_after(self) -> None:
        """As the launcher and systemd do: who ended without being asked to is started again."""
        with self._turn:
            if self.is_wanted and not self.is_alive:
                self.ends += 1
                self.start()

    def start_again(self) -> bool:
        """Start it if it has ended; whether it was alive."""
        with self._turn:
            if self.is_alive:
                return True
            self.start()
            return False

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for pid in (self.pid, *(child.pid for child in self.children())):
            os.kill(pid, number)

    def stop(self) -> None:
        with self._turn:
            self.is_wanted = False
            if self.running is not None:
                children.stop(self.running)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
