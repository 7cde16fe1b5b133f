"""What must always hold (docs: the promises by number), asked of the rows themselves.

Constraints, locks and rules keep it; these questions would notice if one of them had been lost, in a restored
backup, after work by hand in the database, or by a mistake of ours. Apps add theirs in their `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from epo.audit.models import AuditEvent

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrPromise

NOT_IN_ROWS: Mapping[int, str | _StrPromise] = {
    9: _("Pages without script and at 320 px: nothing of it stands in the data; the browser tests show it."),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that breaks a promise: which one, and in which way."""

    row: str
    why: str

    def __str__(self) -> str:
        return f"{self.row}: {self.why}"


Find = Callable[[], Iterable[Broken]]


@dataclass(frozen=True, slots=True)
class Check:
    promise: int
    name: str
    says: str | _StrPromise
    find: Find


@dataclass(frozen=True, slots=True)
class Finding:
    check: Check
    broken: list[Broken] = field(default_factory=list)

    def as_json(self, most: int) -> dict[str, Any]:
        rows = [str(one) for one in self.broken[:most]]
        return {"promise": self.check.promise, "name": self.check.name, "count": len(self.broken), "rows": rows}


CHECKS: dict[str, Check] = {}


def register(promise: int, name: str, says: str | _StrPromise, find: Find) -> None:
    CHECKS[name] = Check(promise, name, says, find)


def in_order() -> list[Check]:
    return sorted(CHECKS.values(), key=lambda check: (check.promise, check.name))


def check_all(names: Iterable[str] = ()) -> list[Finding]:
    wanted = set(names)
    return [_asked(check) for check in in_order() if not wanted or check.name in wanted]


def _asked(check: Check) -> Finding:
    """Whatever goes wrong while asking is a finding too. Nothing is written."""
    try:
        with transaction.atomic():
            return Finding(check, list(check.find()))
    except Exception as error:  # noqa: BLE001 -- a question that cannot be answered must not look like a promise kept
        return Finding(check, [Broken("-", f"{type(error).__name__} while checking")])


def register_moves(model: type[Model], moves: Mapping[Any, frozenset[Any]]) -> None:
    says = format_lazy("{}: {}", _("Only legal moves"), model._meta.verbose_name_plural)
    register(4, f"{model._meta.model_name}_moves", says, moves_kept(model, moves))


def name_of(model: type[Model], pk: object) -> str:
    return f"{model._meta.label_lower} {pk}"


def rows_of(rows: QuerySet[Any], why: str) -> Iterable[Broken]:
    """Every row of the queryset breaks the promise in the same way."""
    for pk in rows.order_by("pk").values_list("pk", flat=True).iterator():
        yield Broken(name_of(rows.model, pk), why)


def moves_kept(model: type[Model], moves: Mapping[Any, frozenset[Any]]) -> Find:
    """Each recorded move was legal, began where the one before ended, and the last one led to where the row stands."""
    table = {str(was.value): {str(to.value) for to in after} for was, after in moves.items()}

    def find() -> Iterable[Broken]:
        last: dict[str, str] = {}
        for pk, was, to in _recorded_moves(model, table):
            name = name_of(model, pk)
            if to not in table.get(was, set()):
                yield Broken(name, f"went from {was} to {to}")
            if last.get(pk, was) != was:
                yield Broken(name, f"left {was} although it stood at {last[pk]}")
            last[pk] = to
        for pk, state in model._default_manager.values_list("pk", "state").iterator():
            recorded = last.get(str(pk), state)
            if recorded != state:
                yield Broken(name_of(model, pk), f"stands at {state}; the last recorded move led to {recorded}")

    return find


def _recorded_moves(model: type[Model], table: Mapping[str, set[str]]) -> Iterable[tuple[str, str, str]]:
    kinds = [f"{model._meta.model_name}.{state}" for state in table]
    events = AuditEvent.objects.filter(about_type=model._meta.label_lower, kind__in=kinds).order_by("about_id", "pk")
    for pk, kind, data in events.values_list("about_id", "kind", "data").iterator():
        if isinstance(data, dict) and "was" in data:
            yield pk, str(data["was"]), kind.rpartition(".")[2]


def is_postgres() -> bool:
    return connection.vendor == "postgresql"
