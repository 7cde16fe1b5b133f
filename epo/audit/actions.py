from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import F

from epo.audit.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model, TextChoices

    from epo.core.types import Actor


def record(kind: str, about: Model, *, by: Actor | None, **data: Any) -> AuditEvent:
    """Write an audit event in the caller's transaction. `data` is small, JSON, and names no contact details."""
    return AuditEvent.objects.create(
        kind=kind, about_type=about._meta.label_lower, about_id=str(about.pk), by=by, data=data
    )


def record_all(kind: str, about: Iterable[tuple[Model, dict[str, Any]]], *, by: Actor | None) -> None:
    """`record` for many rows, each with its own data, in one statement."""
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(kind=kind, about_type=row._meta.label_lower, about_id=str(row.pk), by=by, data=data)
            for row, data in about
        ]
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


AT_ONCE = 1000


def move_all(
    rows: Iterable[Any],
    to: TextChoices,
    moves: Mapping[Any, frozenset[Any]],
    *,
    by: Actor | None,
    also: Mapping[str, Any] | None = None,
    data: Callable[[Any], dict[str, Any]] = lambda _row: {},
) -> None:
    """`move` for many rows of one model, in a few statements.

    The caller holds their locks and has re-read them. The UPDATE compares the state once more: if a row is no longer
    in the one that was read, nothing is moved (ValueError). `also` are further values to store, the same for all;
    `data` is what the event of a row says.
    """
    by_state: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        by_state[type(to)(row.state)].append(row)
    for was, those in by_state.items():
        if to not in moves[was]:
            raise ValueError(f"{those[0]._meta.model_name} {those[0].pk} cannot go from {was} to {to}")
        for begin in range(0, len(those), AT_ONCE):
            _move_from(was, those[begin : begin + AT_ONCE], to, dict(also or {}))
        kind = f"{those[0]._meta.model_name}.{to}"
        record_all(kind, ((row, {"was": was.value} | data(row)) for row in those), by=by)


def _move_from(was: TextChoices, rows: list[Any], to: TextChoices, also: dict[str, Any]) -> None:
    values = {"state": to} | also
    is_counted = hasattr(rows[0], "version")
    if is_counted:
        values["version"] = F("version") + 1
    still = type(rows[0]).objects.filter(pk__in=[row.pk for row in rows], state=was)
    if still.update(**values) != len(rows):
        raise ValueError(f"a {rows[0]._meta.model_name} is no longer {was}: its row was not locked")
    for row in rows:
        row.state = to
        if is_counted:
            row.version += 1
        for name, value in also.items():
            setattr(row, name, value)
