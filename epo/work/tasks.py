"""Doors for workers: one line of work each, safe to deliver twice."""

from __future__ import annotations

from celery import shared_task

from epo.work import actions


@shared_task
def hand_out_again() -> None:
    actions.hand_out_again()


@shared_task
def forget_old_traces() -> None:
    actions.forget_old_traces()
