"""Whether an action waits for a lock: somebody else holds it, and waiting ends after 200 ms with an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import connection, transaction


@contextmanager
def held_elsewhere(hold: Callable[[], object]) -> Iterator[None]:
    """Another connection carries out `hold` in a transaction that stays open meanwhile."""
    is_held, is_over = Event(), Event()

    def run() -> None:
        with transaction.atomic():
            hold()
            is_held.set()
            is_over.wait(timeout=60)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    assert is_held.wait(timeout=60)
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=60)


@contextmanager
def impatient() -> Iterator[None]:
    """Waiting for a lock ends after 200 ms, with an error."""
    is_sqlite = connection.vendor == "sqlite"
    begin, end = (
        ("PRAGMA busy_timeout = 200", "PRAGMA busy_timeout = 30000")
        if is_sqlite
        else ("SET lock_timeout = '200ms'", "RESET lock_timeout")
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(end)
