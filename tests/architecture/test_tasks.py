"""Work in the background that nobody starts is not done."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from django.conf import settings

from epo.celery import app
from tests.architecture.source import PACKAGES, ROOT

SCHEDULED = {line["task"] for line in settings.CELERY_BEAT_SCHEDULE.values()}


def _own_tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.partition(".")[0] in PACKAGES}


def _names_in_use() -> Iterator[str]:
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Name):
                    yield node.id
                elif isinstance(node, ast.Attribute):
                    yield node.attr
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value.rpartition(".")[2]


def test_everything_on_the_schedule_is_there() -> None:
    assert sorted(SCHEDULED - _own_tasks()) == []


def test_every_task_is_on_the_schedule_or_started_by_somebody() -> None:
    used = Counter(_names_in_use())
    others = _own_tasks() - SCHEDULED

    assert sorted(task for task in others if not used[task.rpartition(".")[2]]) == []
