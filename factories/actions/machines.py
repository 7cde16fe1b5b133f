"""Everything that writes plants, machines, how they are, what they put out, and their labels."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import now

from epo.audit.actions import record
from epo.core.errors import Refused, refuse_if
from epo.core.text import fold
from factories import rules
from factories.models import (
    BreakdownReport,
    Factory,
    Label,
    Line,
    Machine,
    MachineKind,
    MachineStatus,
    OutputReading,
    Sector,
)
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from epo.core.types import Actor
    from epo.places.models import Municipality

FIRST_NUMBER = 1001
NUMBERS_TRIED = 10
TOKEN_BYTES = 9
STANDS_OUT = (Condition.STOPPED, Condition.DANGEROUS)


def folded_factory(factory: Factory) -> str:
    return fold(factory.name, factory.place)[:300]


def folded_machine(machine: Machine) -> str:
    return fold(machine.name, machine.kind.name_es, machine.kind.name_en, machine.serial)[:300]


@transaction.atomic
def create_factory(
    *,
    name: str,
    municipality: Municipality,
    sector: Sector,
    by: Actor | None,
    needs_review: bool = False,
    **fields: Any,
) -> Factory:
    """`needs_review` marks a plant that came from a report and that somebody should look at once more."""
    factory = Factory(name=_name(name), municipality=municipality, sector=sector, needs_review=needs_review, **fields)
    factory.folded = folded_factory(factory)
    _save_or_refuse(factory)
    record("factory.created", factory, by=by, name=factory.name)
    return factory


@transaction.atomic
def create_machine(*, factory: Factory, name: str, kind: MachineKind, by: Actor | None, **fields: Any) -> Machine:
    machine = Machine(factory=factory, name=_name(name), kind=kind, **fields)
    machine.folded = folded_machine(machine)
    _save_or_refuse(machine)
    record("machine.created", machine, by=by, name=machine.name)
    return machine


@transaction.atomic
def rename(*, thing: Factory | Machine, name: str, by: Actor | None) -> None:
    was, thing.name = thing.name, _name(name)
    thing.folded = folded_factory(thing) if isinstance(thing, Factory) else folded_machine(thing)
    try:
        _save_or_refuse(thing, update_fields=["name", "folded"])
    except Refused:
        thing.name = was
        raise
    kind = "factory" if isinstance(thing, Factory) else "machine"
    record(f"{kind}.renamed", thing, by=by, was=was, now=thing.name)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(rules.NO_NAME)
    return name


def _save_or_refuse(thing: Factory | Machine, **how: Any) -> None:
    try:
        with transaction.atomic():
            thing.save(**how)
    except IntegrityError:
        raise Refused(rules.NAME_TAKEN) from None


def lock_machines(keys: Iterable[int]) -> None:
    """Those whose state is about to change, in the order of their keys, against deadlock."""
    rows = Machine.objects.select_for_update(no_key=True)
    list(rows.filter(pk__in=list(keys)).order_by("pk").values_list("pk"))


@transaction.atomic
def set_machine_status(
    *, machine: Machine, state: Condition, by: Actor | None, since: datetime | None = None
) -> MachineStatus:
    """How the machine is from `since` (now, unless said). Ends the one before; the same is no change."""
    since = since or now()
    lock_machines([machine.pk])
    current = machine.statuses.filter(until=None).first()
    if current is not None and current.state == state:
        return current
    if current is not None:
        current.until = max(since, current.since)
        current.save(update_fields=["until"])
    status = MachineStatus.objects.create(machine=machine, state=state, since=since, by=by)
    record("machine.status", machine, by=by, state=state.value)
    return status


@transaction.atomic
def say_machine_state(*, machine: Machine, state: Condition, by: Actor, was: str | None = None) -> MachineStatus:
    """By who stands before it. What others have said since `was` was shown stands."""
    lock_machines([machine.pk])
    machine.refresh_from_db(fields=["is_retired"])
    now_is = state_of(machine)
    refuse_if(rules.why_not_say_state(machine, now=now_is, wanted=state, was=was))
    return set_machine_status(machine=machine, state=state, by=by)


def state_of(machine: Machine) -> str:
    """Empty where nobody has said."""
    return machine.statuses.filter(until=None).values_list("state", flat=True).first() or ""


def note_condition(*, report: BreakdownReport) -> None:
    """A report of a stopped or dangerous machine of which nothing is known says how it is, at once.

    Where a status is open already, a stranger's report does not overrule it: the coordinator who deals with
    the report does (`set_machine_status`).
    """
    if (
        report.machine is None
        or report.condition not in STANDS_OUT
        or report.machine.statuses.filter(until=None).exists()
    ):
        return
    try:
        with transaction.atomic():
            MachineStatus.objects.create(machine=report.machine, state=report.condition, since=report.received_at)
    except IntegrityError:
        return


@transaction.atomic
def add_output_reading(
    *, line: Line, day: date, amount: Decimal, by: Actor | None, said_by: str = "", is_confirmed: bool = False
) -> OutputReading:
    """What the line put out that day; a second reading of a day replaces the first.

    The newest reading is the line's output now.
    """
    refuse_if(rules.why_not_read(day=day, amount=amount))
    line = Line.objects.select_for_update(no_key=True).get(pk=line.pk)
    said = {"amount": amount, "by": by, "said_by": said_by, "is_confirmed": is_confirmed}
    reading, created = OutputReading.objects.update_or_create(line=line, day=day, defaults=said)
    if not line.readings.filter(day__gt=day).exists():
        line.current = amount
        line.save(update_fields=["current"])
    record("line.reading", line, by=by, day=day.isoformat(), amount=str(amount), corrected=not created)
    return reading


@transaction.atomic
def new_label(*, thing: Machine | Factory, by: Actor | None) -> Label:
    """A label for a machine or a plant. The one it had is retired: it will say so and lead to the new one."""
    of = _locked(thing)
    Label.objects.in_use().filter(**of).update(retired_at=now())
    for _attempt in range(NUMBERS_TRIED):
        highest = Label.objects.aggregate(highest=Max("number"))["highest"]
        number = FIRST_NUMBER if highest is None else highest + 1
        try:
            with transaction.atomic():
                label = Label.objects.create(number=number, token=secrets.token_urlsafe(TOKEN_BYTES), **of)
        except IntegrityError:
            continue
        record("label.created", label, by=by, number=number)
        return label
    raise RuntimeError("no free label number was found")


def _locked(thing: Machine | Factory) -> dict[str, Any]:
    if isinstance(thing, Machine):
        return {"machine": Machine.objects.select_for_update(no_key=True).get(pk=thing.pk)}
    return {"factory": Factory.objects.select_for_update(no_key=True).get(pk=thing.pk)}


@transaction.atomic
def label_all(*, factory: Factory, by: Actor | None) -> list[Label]:
    """Labels for the plant and for each machine in use that has none."""
    _locked(factory)
    lock_machines(factory.machines.values_list("pk", flat=True))  # all before the first number is taken
    made = [] if factory.labels.in_use().exists() else [new_label(thing=factory, by=by)]
    labelled = Label.objects.in_use().filter(machine__factory=factory).values("machine")
    without = factory.machines.filter(is_retired=False).exclude(pk__in=labelled)
    return made + [new_label(thing=machine, by=by) for machine in without.order_by("pk")]


@transaction.atomic
def renew_label(*, label: Label, by: Actor | None) -> Label:
    """A new label in the place of one that is lost, torn or in the wrong hands."""
    thing = label.machine or label.factory
    if thing is None:
        raise AssertionError("a label names one thing")
    _locked(thing)
    refuse_if(rules.LABEL_RETIRED if Label.objects.get(pk=label.pk).retired_at else None)
    return new_label(thing=thing, by=by)


@transaction.atomic
def retire_label(*, label: Label, by: Actor | None) -> Label:
    label = Label.objects.select_for_update(no_key=True).get(pk=label.pk)
    refuse_if(rules.LABEL_RETIRED if label.retired_at else None)
    label.retired_at = now()
    label.save(update_fields=["retired_at"])
    record("label.retired", label, by=by)
    return label
