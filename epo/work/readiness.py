"""Is this installation able to do its work? Each question answers with facts and whether they are good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from epo.core import durability
from epo.work.models import FRESH, Heartbeat
from epo.work.nudge import broker_connection
from epo.work.outages import clock_is_behind
from epo.work.waiting import KINDS

LONGEST_WAIT = 300.0


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.facts}


def database() -> Finding:
    try:
        found = durability.problems(connection)
    except durability.UnsafeError as unsafe:
        found = str(unsafe).splitlines()
    return Finding(not found, {"vendor": connection.vendor, "problems": found})


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding(not missing, {"missing": len(missing)})


def broker() -> Finding:
    if settings.REDIS_URL:
        with broker_connection(current_app) as link:
            link.default_channel.client.ping()  # type: ignore[attr-defined]
        return Finding(ok=True)
    return Finding(Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"]).is_dir(), {"kind": "files"})


def worker() -> Finding:
    last = Heartbeat.objects.values_list("beat_at", flat=True).order_by("-beat_at").first()
    age = (now() - last).total_seconds() if last else None
    return Finding(age is not None and age <= FRESH.total_seconds(), {"heartbeat_age": _rounded(age)})


def waiting() -> Finding:
    ages = {kind.name: kind.oldest_age() for kind in KINDS.values()}
    oldest = max((age for age in ages.values() if age is not None), default=None)
    facts = {"oldest_age": _rounded(oldest), "kinds": {name: _rounded(age) for name, age in ages.items()}}
    return Finding(oldest is None or oldest <= LONGEST_WAIT, facts)


def clock() -> Finding:
    """While it stands before what is already written, beat waits and no deadline is minded."""
    return Finding(not clock_is_behind())


QUESTIONS: list[Callable[[], Finding]] = [database, migrations, broker, worker, waiting, clock]
"""Apps add their own, in their `AppConfig.ready`."""


def findings() -> dict[str, Finding]:
    return {question.__name__: _asked(question) for question in QUESTIONS}


def _asked(question: Callable[[], Finding]) -> Finding:
    try:
        return question()
    except Exception as error:  # noqa: BLE001 -- whatever fails is the finding
        return Finding(ok=False, facts={"error": type(error).__name__})


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(age, 1)
