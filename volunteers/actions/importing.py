"""People from a file, all of them or none."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from epo.audit.actions import record_all
from epo.contacts.actions import add_contacts, update_contacts
from epo.core.sheets.layout import BadLines, Read, Summary, Tell, quietly
from epo.core.text import fold
from volunteers.known import Entry, plan_of
from volunteers.models import Qualification, Trade, Volunteer

if TYPE_CHECKING:
    from epo.core.types import Actor

AT_ONCE = 500


@transaction.atomic
def import_people(*, read: Read, by: Actor | None, tell: Tell = quietly) -> Summary:
    """Raises BadLines, and writes nothing, where anything of the file is wrong."""
    _one_at_a_time()
    plan = plan_of(read, is_locked=True)
    if read.problems:
        raise BadLines(read.problems)
    summary, lot = plan.summary(), secrets.token_hex(4)
    for begin in range(0, len(plan.entries), AT_ONCE):
        _write(plan.entries[begin : begin + AT_ONCE], by, lot)
        tell(min(begin + AT_ONCE, len(plan.entries)), len(plan.entries))
    return summary


def _one_at_a_time() -> None:
    """Two files at once could both find somebody to be new."""
    Trade.objects.select_for_update(no_key=True).order_by("pk").first()


def _write(entries: list[Entry], by: Actor | None, lot: str) -> None:
    new = [entry for entry in entries if entry.is_new]
    contacts = add_contacts(details=[entry.contact for entry in new])
    people = [_person(entry, contact) for entry, contact in zip(new, contacts, strict=True)]
    made = bulk_create_with_history(people, Volunteer, batch_size=AT_ONCE, default_user=by) if people else []
    for entry, volunteer in zip(new, made, strict=True):
        entry.volunteer = volunteer
    _update([entry for entry in entries if not entry.is_new], by)
    _write_skills(entries, by)
    events = [(entry.volunteer, _told(entry, lot)) for entry in entries if entry.fields]
    record_all("volunteer.imported", events, by=by)  # type: ignore[arg-type]


def _person(entry: Entry, contact: Any) -> Volunteer:
    return Volunteer(contact=contact, folded=fold(entry.profile["name"]), **entry.profile)


def _update(entries: list[Entry], by: Actor | None) -> None:
    changed: list[Volunteer] = []
    names: set[str] = set()
    for entry in entries:
        volunteer: Any = entry.volunteer
        for name, value in entry.profile.items():
            setattr(volunteer, name, value)
        if entry.profile:
            volunteer.folded = fold(volunteer.name)
            names |= {*entry.profile, "folded"}
            changed.append(volunteer)
    if changed:
        bulk_update_with_history(changed, Volunteer, sorted(names), batch_size=AT_ONCE, default_user=by)
    update_contacts(changes=[(entry.volunteer.contact, entry.contact) for entry in entries if entry.volunteer])


def _write_skills(entries: list[Entry], by: Actor | None) -> None:
    new: list[Qualification] = []
    changed: list[Qualification] = []
    for entry in entries:
        for skill, known, (level, basis, until) in entry.skills:
            one = known or Qualification(volunteer=entry.volunteer, trade=skill.trade)
            one.level, one.basis, one.valid_until = level, basis, until
            (changed if known else new).append(one)
    if new:
        bulk_create_with_history(new, Qualification, batch_size=AT_ONCE, default_user=by)
    if changed:
        fields = ["level", "basis", "valid_until"]
        bulk_update_with_history(changed, Qualification, fields, batch_size=AT_ONCE, default_user=by)


def _told(entry: Entry, lot: str) -> dict[str, Any]:
    """Names of fields, never their values; `lot` is the same for all of a file."""
    return {"new": entry.is_new, "lot": lot} | ({} if entry.is_new else {"fields": entry.fields})
