"""Beat, but not while the clock stands in the past: after a power cut old machines wake up in another year."""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection

from epo.work.outages import clock_is_behind

LOOK_AGAIN = 20.0

log = logging.getLogger(__name__)


class CarefulScheduler(PersistentScheduler):
    """Sends nothing as long as the clock stands before something that is already written."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if _must_wait():
            return LOOK_AGAIN
        wait: float = super().tick(*args, **kwargs)
        return wait


def _must_wait() -> bool:
    """Without the database nothing could be done either."""
    try:
        is_behind = clock_is_behind()
    except DatabaseError:
        log.warning("beat waits for the database")
        return True
    finally:
        connection.close()
    if is_behind:
        log.error("the clock stands before what is already written: beat waits until it is set right")
    return is_behind
