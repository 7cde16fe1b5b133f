"""Plants with their lines, and machines, from files: all of a file or none of it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from epo.audit.actions import record_all
from epo.contacts.actions import add_contacts, update_contacts
from epo.core.sheets.layout import BadLines, Read, Summary, Tell, quietly
from factories import known_machines, known_plants
from factories.actions.machines import folded_factory, folded_machine
from factories.models import Factory, Line, Machine, Sector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epo.core.types import Actor

AT_ONCE = 500


def _one_at_a_time() -> None:
    """Two files at once could both find a plant to be new."""
    Sector.objects.select_for_update(no_key=True).order_by("pk").first()


@transaction.atomic
def import_plants(*, read: Read, by: Actor | None, tell: Tell = quietly) -> Summary:
    """Raises BadLines, and writes nothing, where anything of the file is wrong."""
    _one_at_a_time()
    plan = known_plants.plan_of(read, is_locked=True)
    if read.problems:
        raise BadLines(read.problems)
    summary, lot = plan.summary(), secrets.token_hex(4)
    for begin in range(0, len(plan.entries), AT_ONCE):
        _write_plants(plan.entries[begin : begin + AT_ONCE], by, lot)
        tell(min(begin + AT_ONCE, len(plan.entries)), len(plan.entries))
    return summary


def _write_plants(entries: list[known_plants.Entry], by: Actor | None, lot: str) -> None:
    _write_contacts(entries)
    events = [_event(entry, lot) for entry in entries]
    for entry in entries:
        entry.plant = _put(entry.plant, entry.said)
    _save(Factory, [(entry, entry.plant) for entry in entries if entry.said], by)
    _write_lines(entries, by)
    told = [(entry.plant, data) for entry, data in zip(entries, events, strict=True) if data]
    record_all("factory.imported", told, by=by)  # type: ignore[arg-type]


def _event(entry: known_plants.Entry, lot: str) -> dict[str, Any]:
    """Names of fields, never of people; nothing where nothing changes."""
    if entry.is_new:
        return {"new": True, "lot": lot}
    return {"new": False, "lot": lot, "fields": entry.fields} if entry.fields else {}


def _write_contacts(entries: Sequence[known_plants.Entry]) -> None:
    """A plant without a contact gets one; that of another is renewed."""
    known, without = [], []
    for entry in entries:
        contact = entry.plant.contact if entry.plant else None
        if contact is not None:
            known.append((contact, entry.contact))
        elif entry.contact:
            without.append(entry)
    update_contacts(changes=known)
    made = add_contacts(details=[entry.contact for entry in without])
    for entry, contact in zip(without, made, strict=True):
        entry.said["contact"] = contact


def _put(plant: Factory | None, said: dict[str, Any]) -> Factory:
    plant = plant or Factory()
    for name, value in said.items():
        setattr(plant, name, value)
    plant.folded = folded_factory(plant)
    return plant


def _save(model: Any, changed: list[tuple[Any, Any]], by: Actor | None) -> None:
    """New rows and changed ones, each with their history, in a few statements."""
    new = [row for _entry, row in changed if row.pk is None]
    old = [(entry, row) for entry, row in changed if row.pk is not None]
    if new:
        bulk_create_with_history(new, model, batch_size=AT_ONCE, default_user=by)
    if old:
        fields = sorted({"folded", *(name for entry, _row in old for name in entry.said)})
        bulk_update_with_history([row for _entry, row in old], model, fields, batch_size=AT_ONCE, default_user=by)


def _write_lines(entries: Sequence[known_plants.Entry], by: Actor | None) -> None:
    new: list[Line] = []
    changed: list[Line] = []
    for entry in entries:
        for one in entry.changed_lines:
            row = one.row or Line(factory=entry.plant, product=one.product)
            for name, value in one.said.items():
                setattr(row, name, value)
            (changed if one.row else new).append(row)
    if new:
        bulk_create_with_history(new, Line, batch_size=AT_ONCE, default_user=by)
    if changed:
        bulk_update_with_history(changed, Line, list(known_plants.LINE), batch_size=AT_ONCE, default_user=by)


@transaction.atomic
def import_machines(*, read: Read, by: Actor | None, tell: Tell = quietly) -> Summary:
    """Raises BadLines, and writes nothing, where anything of the file is wrong."""
    _one_at_a_time()
    plan = known_machines.plan_of(read, is_locked=True)
    if read.problems:
        raise BadLines(read.problems)
    summary, lot = plan.summary(), secrets.token_hex(4)
    for begin in range(0, len(plan.entries), AT_ONCE):
        _write_machines(plan.entries[begin : begin + AT_ONCE], by, lot)
        tell(min(begin + AT_ONCE, len(plan.entries)), len(plan.entries))
    return summary


def _write_machines(entries: list[known_machines.Entry], by: Actor | None, lot: str) -> None:
    changed, events = [], []
    for entry in entries:
        if not entry.said:
            continue
        machine = entry.machine or Machine(factory_id=entry.factory)
        for name, value in entry.said.items():
            setattr(machine, name, value)
        machine.folded = folded_machine(machine)
        changed.append((entry, machine))
        more = {} if entry.is_new else {"fields": list(entry.said)}
        events.append((machine, {"new": entry.is_new, "lot": lot} | more))
    _save(Machine, changed, by)
    record_all("machine.imported", events, by=by)
