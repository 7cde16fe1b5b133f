"""Whether an action waits for a lock: somebody else holds it, and waiting ends after 200 ms with an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import OperationalError, connection, transaction


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


def waits_empty_handed(hold: Callable[[], object], act: Callable[[], object], want: Callable[[], object]) -> bool:
    """We `hold` one thing, `act` waits for it elsewhere; whether we can take what we `want` as well meanwhile.

    If not, `act` has taken that already, and both would wait for each other. SQLite has one writer at a time: whoever
    waits there holds nothing.
    """
    if connection.vendor == "sqlite":
        act()
        return True
    failures: list[Exception] = []
    thread = Thread(target=_carry_out, args=(act, failures))
    with transaction.atomic():
        hold()
        thread.start()
        _until_somebody_waits(thread)
        is_free = _can_take(want)
        transaction.set_rollback(True)
    thread.join(timeout=60)
    assert not failures
    return is_free


def _carry_out(act: Callable[[], object], failures: list[Exception]) -> None:
    try:
        act()
    except Exception as error:  # noqa: BLE001 -- told to the test, which expects none
        failures.append(error)
    finally:
        connection.close()


def _until_somebody_waits(thread: Thread) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            assert thread.is_alive(), "it did not wait"


def _can_take(want: Callable[[], object]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            want()
    except OperationalError:
        return False
    return True
