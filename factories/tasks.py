"""Doors for workers: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def prepare_photo(photo_id: str) -> None:
    from factories.actions.photos import prepare  # noqa: PLC0415 -- actions start tasks, tasks call actions

    prepare(photo_id=photo_id)


@shared_task
def forget_senders() -> None:
    from factories.actions import floods  # noqa: PLC0415 -- task

    floods.forget_senders()
