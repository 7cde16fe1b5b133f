"""Matching runs carried out by a real worker over a real broker: killed, cut off, asked for twice."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from django.urls import reverse

from battles.actions import runs
from battles.matcher import Problem
from battles.models import MatchingRun, Offer
from battles.rules import runs as rules
from battles.states import OfferState, RunState
from bench.generate import generate
from epo.accounts.models import User
from epo.core.errors import Refused
from epo.launcher import broker as brokers
from epo.launcher import commands
from tests import stack
from tests.country import make_country
from tests.make import make_battle, make_coordinator, make_factory, make_region, make_seat, make_volunteer

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]

TAKES = 90.0


def ask_for_a_run(by: User, scope: str = "nation") -> None:
    client = Client()
    client.force_login(by)
    answer = client.post(reverse("battles:run-new"), {"scope": scope})
    assert answer.status_code == 302


def is_done() -> bool:
    return MatchingRun.objects.filter(state=RunState.DONE).exists()


def make_easy_battle() -> None:
    make_seat(make_battle())
    make_volunteer("welding")


@pytest.fixture
def long_problem() -> Problem:
    """Some fifteen seconds of solving."""
    return generate(people=1200, battles=40, seed=1, slack=(6, 8), places=(8, 12))


@pytest.fixture
def beat(transactional_db: None, broker: str) -> Iterator[stack.Process]:
    process = stack.Process(commands.beat_command(sys.executable), stack.environment())
    yield process
    process.stop()


def test_run_asked_for_on_the_page_is_carried_out_by_the_worker(celery_worker_process: stack.Process) -> None:
    make_easy_battle()

    ask_for_a_run(make_coordinator())

    stack.wait_until(is_done)
    run = MatchingRun.objects.get()
    assert (run.status, run.claim, Offer.objects.filter(run=run, state=OfferState.PROPOSED).count()) == (
        "optimal",
        1,
        1,
    )


def test_run_of_a_worker_that_was_killed_is_taken_over_and_proposes_once(
    beat: stack.Process, long_problem: Problem
) -> None:
    make_country(long_problem)
    ask_for_a_run(make_coordinator())
    MatchingRun.objects.update(seconds=8)
    worker, other = stack.worker_process(), stack.worker_process()
    try:
        worker.start()
        stack.wait_until(lambda: MatchingRun.objects.exclude(progress={}).exists())
        worker.kill()
        before = MatchingRun.objects.get()
        other.start()
        beat.start()
        stack.wait_until(is_done, seconds=TAKES)
    finally:
        worker.stop()
        other.stop()

    run = MatchingRun.objects.get()
    proposed = Offer.objects.filter(state=OfferState.PROPOSED, run=run)
    picks = sum(len(line["picks"]) for battle in run.result["battles"] for line in battle["lines"])
    assert (before.state, before.claim, Offer.objects.exclude(run=run).count()) == (RunState.RUNNING, 1, 0)
    assert (run.claim, run.tries, proposed.count(), picks > 0) == (2, 2, picks, True)


def test_run_asked_for_while_the_broker_is_down_follows_once_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = brokers.embedded_program()
    if program is None:
        pytest.skip("NO EMBEDDED BROKER")
    argv, url = brokers.command(program, folder=tmp_path, port=brokers.free_port())
    server = stack.Process(argv, stack.environment())
    env = stack.environment(REDIS_URL=url)
    worker = stack.Process(commands.worker_command(sys.executable, concurrency=1), env)
    beat = stack.Process(commands.beat_command(sys.executable), env)
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)
    make_easy_battle()
    try:
        server.start()
        assert brokers.wait_until_it_answers(url)
        worker.start()
        beat.start()
        stack.wait_until(stack.has_heartbeat)
        server.kill()

        ask_for_a_run(make_coordinator())
        stored = MatchingRun.objects.get().state
        server.start()

        stack.wait_until(is_done, seconds=TAKES)
    finally:
        for process in (beat, worker, server):
            process.stop()
    assert (stored, Offer.objects.count()) == (RunState.WAITING, 1)


def test_nightly_run_happens_once_however_often_beat_calls(
    celery_worker_process: stack.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "NIGHT_FROM", 0)
    make_easy_battle()

    outcomes = at_once([runs.start_nightly_run] * 4)
    stack.wait_until(is_done)
    later = runs.start_nightly_run()

    assert (outcomes, later, MatchingRun.objects.count()) == (Counter({"True": 1, "False": 3}), False, 1)


def test_nation_and_region_asked_for_at_once_make_one_run(broker: str) -> None:
    region, by = make_region(), make_coordinator()
    make_seat(make_battle(make_factory(region=region)))
    make_volunteer("welding")

    outcomes = at_once([lambda: start(by, region=region), lambda: start(by)] * 3)

    assert outcomes == Counter({"started": 1, rules.ALREADY_RUNNING.code: 5})
    assert MatchingRun.objects.count() == 1


def start(by: User, **scope: object) -> str:
    try:
        runs.start_run(by=by, **scope)  # type: ignore[arg-type]
    except Refused as refused:
        return refused.refusal.code
    return "started"


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """All together, each in a thread and on a connection of its own; how often each outcome came."""
    outcomes: list[str] = []
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            together.wait()
            outcomes.append(str(act()))
        except Exception as error:  # noqa: BLE001 -- told to the test, which expects none
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return Counter(outcomes)
