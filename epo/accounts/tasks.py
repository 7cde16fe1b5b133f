"""Doors for workers: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def mail_password_link(link_id: int) -> None:
    from epo.accounts.actions import send_password_link  # noqa: PLC0415 -- actions start tasks and tasks call actions

    send_password_link(link_id=link_id)
