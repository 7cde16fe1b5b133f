"""A real Celery worker takes a notice, also one of which no message told it."""

from __future__ import annotations

import pytest
from django.db import transaction

from epo.notifications import actions, kinds
from epo.notifications.kinds import Message
from epo.notifications.models import Notification
from epo.work.actions import hand_out_again
from tests import stack
from tests.make import make_contact, make_notification

pytestmark = pytest.mark.stack


def _is_sent(note: Notification) -> bool:
    return Notification.objects.exclude(sent_at=None).filter(pk=note.pk).exists()


def test_worker_sends_what_was_queued(celery_worker_process: stack.Process, monkeypatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "test", kinds.Kind(lambda: Message("Hola"), {}))

    with transaction.atomic():
        note = actions.notify(contact=make_contact(email=""), kind="test", key="once", urgent=True)

    stack.wait_until(lambda: _is_sent(note))


def test_worker_sends_what_is_handed_out_again(celery_worker_process: stack.Process) -> None:
    note = make_notification(make_contact(email=""), is_urgent=True)

    hand_out_again()

    stack.wait_until(lambda: _is_sent(note))
