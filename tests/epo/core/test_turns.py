from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from epo.core.sqlite.turns import Turns
from tests.locks import held_elsewhere, impatient
from tests.make import make_region

HOLDER = """
import sys, time
from epo.core.sqlite.turns import Turns
assert Turns(sys.argv[1]).take(5)
print("mine", flush=True)
time.sleep(60)
"""
HOLD = [sys.executable, "-c", HOLDER]
ENVIRON = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "some.sqlite3")


def test_turn_is_given_on(database: str) -> None:
    turns = Turns(database)

    assert turns.take(1)
    with ThreadPoolExecutor() as other:
        assert other.submit(turns.take, 0.05).result() is False
    turns.give()
    assert turns.take(1)


def test_turn_of_another_process_ends_with_it(database: str) -> None:
    turns = Turns(database)

    with subprocess.Popen([*HOLD, database], stdout=subprocess.PIPE, env=ENVIRON) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mine\n"
        is_ours_meanwhile = turns.take(0.05)
        holder.kill()

    assert is_ours_meanwhile is False
    assert turns.take(5)


def test_child_does_not_keep_the_turn(database: str) -> None:
    """As Celery forks while its heart writes."""
    turns = Turns(database)
    assert turns.take(1)

    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    turns.give()
    with subprocess.Popen([*HOLD, database], stdout=subprocess.PIPE, env=ENVIRON) as other:
        assert other.stdout is not None
        told = other.stdout.readline()
        other.kill()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert told == b"mine\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="how SQLite's writers queue")
def test_transaction_waits_for_its_turn_and_no_longer() -> None:
    with (
        held_elsewhere(make_region),
        impatient(),
        pytest.raises(OperationalError, match="locked"),
        transaction.atomic(),
    ):
        make_region()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="how SQLite's writers queue")
def test_who_waits_is_not_passed_over_by_who_comes_again_and_again() -> None:
    is_over = Event()

    def busy() -> None:
        while not is_over.is_set():
            with transaction.atomic():
                make_region()
        connection.close()

    crowd = [Thread(target=busy) for _ in range(6)]
    for each in crowd:
        each.start()
    waits = []
    for _ in range(20):
        began = time.monotonic()
        with transaction.atomic():
            waits.append(time.monotonic() - began)
    is_over.set()
    for each in crowd:
        each.join()

    assert max(waits) < 5


@pytest.mark.django_db(transaction=True)
def test_turn_is_free_after_a_rollback() -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            make_region()
            raise ZeroDivisionError

    with transaction.atomic():
        make_region()
