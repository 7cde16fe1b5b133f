"""Processes that must not outlive us, whatever happens to us."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STABLE_AFTER = 60.0


def spawn(argv: Sequence[str], *, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """A process in a session of its own: Ctrl-C reaches us only, and we stop our children in order."""
    return subprocess.Popen(  # noqa: S603 -- the command is ours
        argv,
        env=dict(os.environ if env is None else env),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_ends_with_parent(os.getpid()),  # noqa: PLW1509 -- two system calls, no locks
        **options,
    )


def stop(process: subprocess.Popen[bytes], *, patience: float = 10.0) -> None:
    """Ask it to end; after `patience` seconds end it and whatever it started."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            _kill_group(process)
    process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _ends_with_parent(parent: int) -> Callable[[], None] | None:
    """Linux ends the child when we die, even by SIGKILL. Elsewhere an orderly end has to do."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


@dataclass
class Child:
    """A process that is started again when it ends by itself, after a pause that grows."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    patience: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _pause: float = FIRST_PAUSE
    _again_at: float | None = field(default=None)

    def start(self) -> None:
        self.process = spawn(self.argv, env=self.env)
        self._started = time.monotonic()
        self._again_at = None

    def ended(self) -> int | None:
        """The exit code when it ended since the last look; None while it runs or rests."""
        if self.process is None or self._again_at is not None:
            return None
        return self.process.poll()

    def rest(self) -> float:
        """Plan the next start; returns the pause in seconds."""
        lived = time.monotonic() - self._started
        self._pause = FIRST_PAUSE if lived > STABLE_AFTER else min(self._pause * 2, LONGEST_PAUSE)
        self._again_at = time.monotonic() + self._pause
        return self._pause

    def start_if_rested(self) -> None:
        if self._again_at is not None and time.monotonic() >= self._again_at:
            self.start()

    def stop(self) -> None:
        self._again_at = None
        if self.process is not None:
            stop(self.process, patience=self.patience)
