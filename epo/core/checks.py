from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from epo.core import durability


@register(Tags.database)
def acknowledged_is_on_disk(databases: list[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """`manage.py migrate` and `manage.py check --database default` refuse a database that may lose a commit."""
    return [
        Error(problem, id="epo.E001")
        for alias in databases or []
        for problem in durability.problems(connections[alias])
    ]
