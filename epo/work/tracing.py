"""The id of a request goes with the tasks that it starts, so that one search finds what belongs together."""

from __future__ import annotations

from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from epo.core.logs import new_request_id, request_id
from epo.core.requests import RANDOM

KEY = "request_id"


@before_task_publish.connect
def hand_on(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        headers[KEY] = request_id.get() or new_request_id()


@task_prerun.connect
def take_over(task: Any = None, **_: Any) -> None:
    given = str(getattr(task.request, KEY, None) or "")
    request_id.set(given if RANDOM.fullmatch(given) else new_request_id())


@task_postrun.connect
def let_go(**_: Any) -> None:
    request_id.set("")
