from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from epo.audit.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model, TextChoices

    from epo.core.types import Actor


def record(kind: str, about: Model, *, by: Actor | None, **data: Any) -> AuditEvent:
    """Write an audit event in the caller's transaction. `data` is small, JSON, and names no contact details."""
    return AuditEvent.objects.create(
        kind=kind, about_type=about._meta.label_lower, about_id=str(about.pk), by=by, data=data
    )


def move(
    row: Any,
    to: TextChoices,
    moves: Mapping[Any, frozenset[Any]],
    *,
    by: Actor | None,
    also: tuple[str, ...] = (),
    **data: Any,
) -> None:
    """The one place where a state changes: checks the table, raises `version`, saves, writes the audit event.

    The caller holds the row's lock and has re-read it. `also` names further fields of the row to save with it.
    An illegal move is a mistake of ours (ValueError); rules refuse before it comes to that.
    """
    was = type(to)(row.state)
    if to not in moves[was]:
        raise ValueError(f"{row._meta.model_name} {row.pk} cannot go from {was} to {to}")
    row.state = to
    fields = ["state", *also]
    if hasattr(row, "version"):
        row.version += 1
        fields.append("version")
    row.save(update_fields=fields)
    record(f"{row._meta.model_name}.{to}", row, by=by, was=was.value, **data)
