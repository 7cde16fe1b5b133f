"""Not a protection but a hand that kills: the process ends by SIGKILL at the n-th point of one request or task.

KILL_AT names a file with {"path": …, "point": n}. Points lie before each statement that writes, before each commit and
after it: between two of them nothing on disk can change. The file goes away before the process does, so that the
same request, repeated, is left alone.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

from bench.fire.without import taken_out

if TYPE_CHECKING:
    from collections.abc import Iterator

READS = ("SELECT", "PRAGMA", "SET ", "SHOW")


class Here(local):
    left = 0


here = Here()


@taken_out("kill-at")
def kill_at_a_point() -> None:
    from django.core.handlers.base import BaseHandler
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    from battles.actions import deadlines

    points = ((CursorWrapper, "_execute", _before), (CursorWrapper, "_executemany", _before))
    for kind, name, wrap in (*points, (BaseDatabaseWrapper, "_commit", _around)):
        setattr(kind, name, wrap(getattr(kind, name)))
    answer, expire = BaseHandler.get_response, deadlines.expire

    def answer_and_die(self: Any, request: Any) -> Any:
        with _watched(request.path if request.method == "POST" else ""):
            return answer(self, request)

    def expire_and_die(**said: Any) -> bool:
        with _watched("expire"):
            return expire(**said)

    BaseHandler.get_response = answer_and_die  # type: ignore[method-assign]
    deadlines.expire = expire_and_die


@taken_out("transactions")
def every_statement_stands_alone() -> None:
    """What an action writes is no longer one thing."""
    from django.db.transaction import Atomic

    Atomic.__enter__ = lambda _self: None
    Atomic.__exit__ = lambda _self, *_error: None


@contextmanager
def _watched(path: str) -> Iterator[None]:
    file = Path(os.environ["KILL_AT"])
    wanted = json.loads(file.read_text("utf-8")) if path and file.exists() else {}
    here.left = wanted["point"] if wanted.get("path") == path else 0
    try:
        yield
    finally:
        here.left = 0


def _point() -> None:
    if here.left:
        here.left -= 1
        if not here.left:
            Path(os.environ["KILL_AT"]).unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def _before(execute: Callable[..., Any]) -> Callable[..., Any]:
    def execute_or_die(self: Any, sql: str, *said: Any) -> Any:
        if not sql.lstrip().upper().startswith(READS):
            _point()
        return execute(self, sql, *said)

    return execute_or_die


def _around(commit: Callable[..., Any]) -> Callable[..., Any]:
    def commit_or_die(self: Any) -> Any:
        _point()
        done = commit(self)
        _point()
        return done

    return commit_or_die
