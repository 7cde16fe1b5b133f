"""Doors for workers: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def deliver(notification_id: int) -> None:
    from epo.notifications.actions import send  # noqa: PLC0415 -- actions start tasks and tasks call actions

    send(notification_id=notification_id)
