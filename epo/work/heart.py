"""The heartbeat of a Celery worker: a thread in its main process, which beats while all children work."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import Any

from celery.signals import worker_init, worker_ready, worker_shutdown
from django.db import DatabaseError, connection
from django.utils.timezone import now

from epo.core.durability import stop_if_unsafe
from epo.work import actions

BEAT_EVERY = 5.0

log = logging.getLogger(__name__)
_stopped = Event()


@worker_init.connect
def refuse_unsafe_database(**_kwargs: Any) -> None:
    stop_if_unsafe()


@worker_ready.connect
def start_heart(sender: Any, **_kwargs: Any) -> None:
    Thread(target=_beat, args=(str(sender.hostname),), name="heart", daemon=True).start()


@worker_shutdown.connect
def stop_heart(**_kwargs: Any) -> None:
    _stopped.set()


def _beat(name: str) -> None:
    """The connection is closed after each beat, so that no child inherits an open one."""
    started_at = now()
    while not _stopped.is_set():
        try:
            actions.beat_heart(name=name, started_at=started_at)
        except DatabaseError:
            log.warning("the heartbeat could not be written this time")
        finally:
            connection.close()
        _stopped.wait(BEAT_EVERY)
