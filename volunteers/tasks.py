"""Doors for workers: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def mind_the_people() -> None:
    from volunteers.actions.expiry import mind_the_people as act  # noqa: PLC0415 -- task

    act()
