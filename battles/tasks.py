"""Doors for workers: one line of work each, safe to deliver twice. Actions start tasks and tasks call actions."""

from __future__ import annotations

from celery import shared_task


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
