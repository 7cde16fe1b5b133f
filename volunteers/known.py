"""Who of a file is who of the rows, and what is to change. Reads only; a fixed number of queries for any file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from epo.core.sheets.layout import Change, Problem, Read, Summary
from volunteers.imports import CONTACT, PROFILE, Person, Skill, name_of, people_of
from volunteers.models import Qualification, Volunteer
from volunteers.states import Basis

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    pk: int
    name: str
    folded: str
    home: int
    phone: str


@dataclass(slots=True)
class Entry:
    """What becomes of a person of the file; without `volunteer` they are new. A skill is (level, basis, valid until)."""

    person: Person
    volunteer: Volunteer | None
    is_new: bool
    profile: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    skills: list[tuple[Skill, Qualification | None, tuple[int, Basis, date | None]]] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        skills = [skill.trade.code for skill, _known, _to in self.skills]
        return [*dict.fromkeys([*self.profile, *self.contact]), *skills]


@dataclass(slots=True)
class Plan:
    read: Read
    entries: list[Entry]
    notes: list[Problem]

    def summary(self) -> Summary:
        changes = [
            Change(one.person.line, _name(one), one.is_new, [name_of(name) for name in one.fields])
            for one in self.entries
        ]
        problems = sorted(self.read.problems, key=lambda problem: problem.line)
        return Summary(changes, problems, self.notes, self.read.unused)


def _name(entry: Entry) -> str:
    return str(entry.person.said.get("name") or (entry.volunteer.name if entry.volunteer else ""))


def plan_of(read: Read, *, is_locked: bool = False) -> Plan:
    """What the file does to the rows as they are now. `is_locked`: the rows that are meant are locked first."""
    people = people_of(read)
    _refuse_shared_phones(read, people)
    index = _Index()
    found = {id(person): index.find(person, read) for person in people}
    _refuse_doubles(read, people, found)
    meant = _rows([pk for pk in found.values() if pk], is_locked=is_locked)
    skills = _skills(meant)
    plan = Plan(read, [], index.notes)
    for person in people:
        volunteer = meant.get(found[id(person)] or 0)
        if volunteer is None:
            _refuse_incomplete(read, person)
        plan.entries.append(_entry(read, person, volunteer, skills))
    return plan


def _refuse_shared_phones(read: Read, people: Iterable[Person]) -> None:
    """Two numbers of volunteers, one phone."""
    by_phone: dict[str, Person] = {}
    for person in people:
        other = by_phone.setdefault(person.phone, person) if person.phone else person
        if other is not person:
            reason = _("The same phone stands on line %(line)s for somebody else. A phone belongs to one person.")
            read.wrong(person.line, name_of("phone"), reason % {"line": other.line})


def _refuse_doubles(read: Read, people: Iterable[Person], found: dict[int, int | None]) -> None:
    lines: dict[int, int] = {}
    for person in people:
        pk = found[id(person)]
        if pk and lines.setdefault(pk, person.line) != person.line:
            reason = _("This is the same volunteer as on line %(line)s.") % {"line": lines[pk]}
            read.wrong(person.line, "", reason)


def _refuse_incomplete(read: Read, person: Person) -> None:
    """A new person needs a name and a home; where lines are bad, they may stand there."""
    if any(row.is_bad for row in read.rows) or person.said.get("number"):
        return
    for name in ("name", "home"):
        if not person.said.get(name):
            read.wrong(person.line, name_of(name), _("A new volunteer needs this."))


class _Index:
    """All volunteers by number, phone and name: one query."""

    def __init__(self) -> None:
        self.notes: list[Problem] = []
        self.by_pk: dict[int, Known] = {}
        self.by_phone: dict[str, list[Known]] = defaultdict(list)
        self.by_name: dict[tuple[str, int | None], list[Known]] = defaultdict(list)
        for one in Volunteer.objects.order_by("pk").values_list("pk", "name", "folded", "home_id", "contact__phone"):
            known = Known(*one)
            self.by_pk[known.pk] = known
            self.by_name[known.folded, known.home].append(known)
            if known.phone:
                self.by_phone[known.phone].append(known)

    def find(self, person: Person, read: Read) -> int | None:
        number = person.said.get("number")
        if number:
            return self._by_number(person, read, number)
        if person.phone and person.phone in self.by_phone:
            return self._by_phone(person, read)
        return self._by_name(person, read)

    def _by_number(self, person: Person, read: Read, number: int) -> int | None:
        others = [one for one in self.by_phone.get(person.phone, []) if one.pk != number]
        if number not in self.by_pk:
            read.wrong(
                person.line, name_of("number"), _("No volunteer has this number. Leave it empty for somebody new.")
            )
        elif others:
            self._taken(person, read, others[0])
        return number if number in self.by_pk else None

    def _by_phone(self, person: Person, read: Read) -> int | None:
        listed = self.by_phone[person.phone]
        same = [one for one in listed if person.folded in ("", one.folded)]
        if len(same) == 1:
            return same[0].pk
        self._taken(person, read, listed[0])
        return None

    def _taken(self, person: Person, read: Read, by: Known) -> None:
        reason = _(
            "This phone is already that of “%(name)s” (number %(number)s)."
            " If it is the same person, put that number into the column “number”."
        )
        read.wrong(person.line, name_of("phone"), reason % {"name": by.name, "number": by.pk})

    def _by_name(self, person: Person, read: Read) -> int | None:
        if person.home is None or not person.folded:
            return None
        listed = self.by_name.get((person.folded, person.home.pk), [])
        free = [one for one in listed if not (person.phone and one.phone)]
        if len(free) > 1:
            numbers = ", ".join(str(one.pk) for one in free)
            reason = _("Several volunteers have this name there (numbers %(numbers)s): give the number or the phone.")
            read.wrong(person.line, name_of("name"), reason % {"numbers": numbers})
            return None
        if not free and listed:
            note = _(
                "Somebody of this name with another phone is known there (number %(number)s)."
                " This line makes a new volunteer; if it is the same person, put the number."
            )
            self.notes.append(Problem(person.line, name_of("name"), note % {"number": listed[0].pk}))
        return free[0].pk if free else None


def _rows(keys: list[int], *, is_locked: bool) -> dict[int, Volunteer]:
    rows = Volunteer.objects.select_related("contact", "home")
    if is_locked:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found: dict[int, Volunteer] = {}
    for begin in range(0, len(keys), AT_ONCE):
        found |= {one.pk: one for one in rows.filter(pk__in=keys[begin : begin + AT_ONCE]).order_by("pk")}
    return found


def _skills(meant: dict[int, Volunteer]) -> dict[tuple[int, int], Qualification]:
    keys = sorted(meant)
    found: dict[tuple[int, int], Qualification] = {}
    for begin in range(0, len(keys), AT_ONCE):
        rows = Qualification.objects.filter(volunteer__in=keys[begin : begin + AT_ONCE]).order_by()
        found |= {(one.volunteer_id, one.trade_id): one for one in rows}
    return found


def _entry(
    read: Read, person: Person, volunteer: Volunteer | None, skills: dict[tuple[int, int], Qualification]
) -> Entry:
    """An empty cell changes nothing, and so does one that says what is known."""
    said = {name: person.said[name] for name in PROFILE if name in person.said}
    reach = {name: person.said[name] for name in CONTACT if name in person.said}
    entry = Entry(person, volunteer, volunteer is None, said, reach)
    if volunteer is not None:
        entry.profile = {name: value for name, value in said.items() if getattr(volunteer, name) != value}
        entry.contact = {name: value for name, value in reach.items() if getattr(volunteer.contact, name) != value}
        if "name" not in entry.profile:
            entry.contact.pop("name", None)
    for skill in person.skills.values():
        known = skills.get((volunteer.pk, skill.trade.pk)) if volunteer else None
        _add_skill(read, entry, skill, known)
    return entry


def _add_skill(read: Read, entry: Entry, skill: Skill, known: Qualification | None) -> None:
    """A higher level than the known one is only declared, unless the file says how it is known."""
    if known is None:
        if skill.level is None:
            read.wrong(skill.line, name_of("level"), _("A new trade needs a level, from 1 to 4."))
            return
        entry.skills.append((skill, None, (skill.level, skill.basis or Basis.DECLARED, skill.valid_until)))
        return
    level = known.level if skill.level is None else int(skill.level)
    is_raised = level > known.level and skill.basis is None
    basis = Basis.DECLARED if is_raised else skill.basis or Basis(known.basis)
    until = skill.valid_until or (None if is_raised else known.valid_until)
    if (level, basis, until) != (known.level, known.basis, known.valid_until):
        entry.skills.append((skill, known, (level, basis, until)))
