"""Telling a worker that a row waits for it. Nothing depends on it: beat nudges again whatever still waits."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from celery import Celery, Task
    from kombu import Connection

TIMEOUT = 0.4
SILENCE_AFTER_FAILURE = 5.0
SHORT_TIMEOUTS = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT, "max_retries": 0}

log = logging.getLogger(__name__)
_silent_until = 0.0
_idle: deque[tuple[str, Connection]] = deque()
"""Lines that nobody is speaking on, each with the address that it leads to; never more than there are threads."""
os.register_at_fork(after_in_child=_idle.clear)  # they stay the parent's


def nudge(task: Task[..., Any], *ids: Any, expires: float | None = None) -> None:
    """Start `task` once the transaction has committed. A broker that is down costs half a second, once.

    A message that no worker took within `expires` seconds is thrown away unread.
    """
    transaction.on_commit(partial(_publish, task, [ids], expires), robust=True)


def nudge_all(task: Task[..., Any], ids: Iterable[Any], *, expires: float | None = None) -> None:
    """`nudge` about many rows at once."""
    each = [(pk,) for pk in ids]
    if each:
        transaction.on_commit(partial(_publish, task, each, expires), robust=True)


def _publish(task: Task[..., Any], each: Sequence[tuple[Any, ...]], expires: float | None) -> bool:
    global _silent_until  # noqa: PLW0603 -- one broker for the process, so one memory of its failure
    if time.monotonic() < _silent_until:
        return False
    try:
        options: dict[str, Any] = {"retry": False, "expires": expires}
        _send(task.app, [partial(task.apply_async, ids, **options) for ids in each])
    except Exception as error:  # noqa: BLE001 -- whatever the broker's client raises, the row is safe and beat follows
        _silent_until = time.monotonic() + SILENCE_AFTER_FAILURE
        log.warning("%s was not announced to the workers (%s); beat will", task.name, type(error).__name__)
        return False
    return True


def _send(app: Celery, messages: Sequence[Callable[..., Any]]) -> None:
    """Over a line that is open since an earlier message, which the client opens again by itself where it was cut.

    Opening a line costs more than the message, and whoever waits for a page would pay for it.
    """
    url = app.conf.broker_write_url
    connection = _open_line(url) or broker_connection(app)
    try:
        for message in messages:
            message(connection=connection)
    except Exception:
        connection.release()
        raise
    _idle.append((url, connection))


def _open_line(url: str) -> Connection | None:
    try:
        opened, connection = _idle.pop()
    except IndexError:
        return None
    if opened == url:
        return connection
    connection.release()
    return None


def speak_again() -> None:
    """Forget that the broker was down."""
    global _silent_until  # noqa: PLW0603 -- see _publish
    _silent_until = 0.0


def hang_up() -> None:
    while _idle:
        _idle.pop()[1].release()


def broker_connection(app: Celery) -> Connection:
    """A connection that gives up soon: a person is waiting for a page."""
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **SHORT_TIMEOUTS}
    connection: Connection = app.connection_for_write(transport_options=options, connect_timeout=TIMEOUT)
    return connection
