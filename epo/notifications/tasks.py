"""Doors for workers: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def answer_message(received_id: int) -> None:
    from epo.notifications.exchange import answer  # noqa: PLC0415 -- as above

    answer(received_id=received_id)


@shared_task
def forget_old_messages() -> None:
    from epo.notifications.exchange import forget_old  # noqa: PLC0415 -- as above

    forget_old()


@shared_task
def deliver(notification_id: int) -> None:
    from epo.notifications.actions import send  # noqa: PLC0415 -- actions start tasks and tasks call actions

    send(notification_id=notification_id)
