"""Doors for workers: one line of work each, safe to deliver twice. Actions start tasks and tasks call actions."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_shutdown

from battles.matcher import warm


@worker_init.connect
def warm_the_matcher(**_: Any) -> None:
    """Before the worker forks: its children have the kernels at once. Compiling them takes long, and is left to a process."""
    if warm.is_warm():
        warm.load()
    else:
        compiling = subprocess.Popen([sys.executable, "-m", "battles.matcher.warm"])
        worker_shutdown.connect(lambda **_: compiling.terminate(), weak=False)


@shared_task
def refill_battle(battle_id: int) -> None:
    from battles.actions.refill import refill_battle as act  # noqa: PLC0415 -- task

    act(battle_id=battle_id)


@shared_task
def refill_battles() -> None:
    from battles.actions.refill import battles_to_refill  # noqa: PLC0415 -- task
    from battles.actions.refill import refill_battle as act  # noqa: PLC0415 -- task

    for battle_id in battles_to_refill():
        act(battle_id=battle_id)


@shared_task
def withdraw_clashing(offer_id: int) -> None:
    from battles.actions.answers import withdraw_clashing as act  # noqa: PLC0415 -- task

    act(offer_id=offer_id)


@shared_task
def withdraw_all_clashing() -> None:
    from battles.actions.answers import withdraw_all_clashing as act  # noqa: PLC0415 -- task

    act()


@shared_task
def mind_the_deadlines() -> None:
    from battles.actions.deadlines import mind_the_deadlines as act  # noqa: PLC0415 -- task

    act()


@shared_task
def ask_for_readings() -> None:
    from battles.actions.readings import ask_for_readings as act  # noqa: PLC0415 -- task

    act()


@shared_task
def carry_out_run(run_id: int) -> None:
    from battles.actions.runs import carry_out_run as act  # noqa: PLC0415 -- task

    act(run_id=run_id)


@shared_task
def start_nightly_run() -> None:
    from battles.actions.runs import start_nightly_run as act  # noqa: PLC0415 -- task

    act()


@shared_task
def end_idle_talks() -> None:
    from battles.actions.talks import end_idle_talks as act  # noqa: PLC0415 -- task

    act()


@shared_task
def keep_figures() -> None:
    from battles.actions.figures import keep_figures as act  # noqa: PLC0415 -- task

    act()
