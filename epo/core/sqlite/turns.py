"""Who writes next. SQLite lets one connection write; the others look again after longer and longer pauses, so that who has
waited long loses to who has just come, for seconds where many write. Here threads of a process queue for its turn, and
processes look for theirs every few milliseconds, all alike.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from pathlib import Path
from threading import Lock

LOOK_EVERY = 0.002, 0.005


class Turns:
    """Of one database. The file's lock belongs to the process (fcntl), ends with it, and no child inherits it."""

    def __init__(self, database: str) -> None:
        self._path = Path(f"{database}.turn")
        self._lock = Lock()
        self._file: int | None = None

    def take(self, patience: float) -> bool:
        """False if it was not ours within `patience` seconds."""
        until = time.monotonic() + patience
        if not self._lock.acquire(timeout=max(0.0, patience)):
            return False
        while not self._take_file():
            if time.monotonic() > until:
                self._lock.release()
                return False
            time.sleep(random.uniform(*LOOK_EVERY))  # noqa: S311 -- so that no two keep step
        return True

    def give(self) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._lock.release()

    def _take_file(self) -> bool:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


_turns: dict[str, Turns] = {}


def turns_of(database: str) -> Turns:
    return _turns.setdefault(database, Turns(database))


os.register_at_fork(after_in_child=_turns.clear)
