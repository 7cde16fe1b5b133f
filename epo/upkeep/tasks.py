"""Doors for workers and beat: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def carry_out_backup(backup_id: int) -> None:
    from epo.upkeep.actions import carry_out  # noqa: PLC0415 -- actions start tasks, tasks call actions

    carry_out(backup_id=backup_id)


@shared_task
def carry_out_sanity(run_id: int) -> None:
    from epo.upkeep.actions import check_data  # noqa: PLC0415 -- task

    check_data(run_id=run_id)


@shared_task
def look_after() -> None:
    """Each few minutes: what is due by the clock."""
    from epo.upkeep.actions import ask_for_due_backup  # noqa: PLC0415 -- task
    from epo.upkeep.chores import do_what_is_due  # noqa: PLC0415 -- task

    ask_for_due_backup()
    do_what_is_due()
