from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from epo.core import durability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.apps import AppConfig


@register(Tags.database)
def acknowledged_is_on_disk(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 -- passed by name
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """`manage.py migrate` and `check --database default` refuse a database that may lose a commit."""
    return [
        Error(problem, id="epo.E001")
        for alias in databases or []
        for problem in durability.problems(connections[alias])
    ]
