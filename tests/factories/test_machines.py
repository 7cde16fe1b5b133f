from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.utils.timezone import now

from epo.core.clock import today
from epo.core.errors import Refused
from factories import actions, rules
from factories.models import Factory, Label, Machine, MachineStatus
from factories.states import Condition
from tests.make import (
    make_factory,
    make_label,
    make_line,
    make_machine,
    make_machine_kind,
    make_municipality,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_plant_is_made_and_found_without_accents() -> None:
    place, sector, by = make_municipality(), make_sector(), make_user()

    factory = actions.create_factory(
        name="  Fábrica   Ñandú ", municipality=place, sector=sector, by=by, needs_review=True
    )

    assert (factory.name, factory.folded, factory.needs_review) == ("Fábrica Ñandú", "fabrica nandu", True)


def test_plant_and_machine_have_one_name_in_one_place() -> None:
    machine = make_machine(name="Horno 1")
    factory, by = machine.factory, make_user()

    for again in (
        lambda: actions.create_factory(
            name=factory.name, municipality=factory.municipality, sector=factory.sector, by=by
        ),
        lambda: actions.create_machine(factory=factory, name="Horno 1", kind=machine.kind, by=by),
        lambda: actions.rename(thing=make_machine(factory), name="Horno 1", by=by),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.refusal == rules.NAME_TAKEN
    assert (Factory.objects.count(), Machine.objects.filter(name="Horno 1").count()) == (1, 1)


def test_name_of_spaces_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        actions.create_machine(factory=make_factory(), name="  ", kind=make_machine_kind(), by=None)

    assert refused.value.refusal == rules.NO_NAME


def test_renaming_renews_what_is_searched() -> None:
    machine, factory = make_machine(), make_factory()

    actions.rename(thing=machine, name="Cámara fría", by=None)
    actions.rename(thing=factory, name="La Sardína", by=None)

    machine.refresh_from_db()
    factory.refresh_from_db()
    assert (machine.name, machine.folded) == ("Cámara fría", "camara fria oven oven")
    assert (factory.name, factory.folded) == ("La Sardína", "la sardina")


def test_status_ends_the_one_before() -> None:
    machine, by, start = make_machine(), make_user(), now() - timedelta(days=3)

    first = actions.set_machine_status(machine=machine, state=Condition.STOPPED, by=by, since=start)
    same = actions.set_machine_status(machine=machine, state=Condition.STOPPED, by=by)
    second = actions.set_machine_status(machine=machine, state=Condition.RUNNING, by=by)

    assert same == first
    assert list(MachineStatus.objects.order_by("pk").values_list("state", "since", "until")) == [
        ("stopped", start, second.since),
        ("running", second.since, None),
    ]


def test_status_before_the_one_that_is_open_ends_it_where_it_began() -> None:
    machine, start = make_machine(), now()
    actions.set_machine_status(machine=machine, state=Condition.STOPPED, by=None, since=start)

    actions.set_machine_status(machine=machine, state=Condition.BADLY, by=None, since=start - timedelta(days=1))

    assert MachineStatus.objects.exclude(until=None).get().until == start


def test_reading_is_the_lines_output_now() -> None:
    line = make_line(current=0)

    actions.add_output_reading(line=line, day=today(), amount=Decimal(40), by=None)
    actions.add_output_reading(line=line, day=today() - timedelta(days=9), amount=Decimal(5), by=None)
    corrected = actions.add_output_reading(line=line, day=today(), amount=Decimal(42), by=None, said_by="delegada")

    line.refresh_from_db()
    assert (line.current, line.readings.count(), corrected.said_by) == (Decimal(42), 2, "delegada")


@pytest.mark.parametrize(("days", "amount", "refusal"), [(1, 5, rules.NOT_YET), (0, -1, rules.NEGATIVE)])
def test_reading_that_cannot_be_is_refused(days: int, amount: int, refusal: object) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_output_reading(
            line=make_line(), day=today() + timedelta(days=days), amount=Decimal(amount), by=None
        )

    assert refused.value.refusal == refusal


def test_new_label_retires_the_old_one() -> None:
    old = make_label(number=4000)

    new = actions.new_label(thing=old.machine, by=make_user())

    old.refresh_from_db()
    assert (old.retired_at is not None, new.number, len(new.token), new.retired_at) == (True, 4001, 12, None)


def test_first_label_has_the_number_1001() -> None:
    assert actions.new_label(thing=make_factory(), by=None).number == 1001


def test_label_is_retired_once() -> None:
    label = make_label()
    actions.retire_label(label=label, by=None)

    with pytest.raises(Refused) as refused:
        actions.retire_label(label=label, by=None)

    assert refused.value.refusal == rules.LABEL_RETIRED


def test_missing_labels_are_made_once() -> None:
    factory = make_factory()
    labelled, without = make_machine(factory), make_machine(factory)
    make_machine(factory, is_retired=True)
    make_label(labelled)

    made = actions.label_all(factory=factory, by=None)

    assert [(label.machine, label.factory) for label in made] == [(None, factory), (without, None)]
    assert actions.label_all(factory=factory, by=None) == []


@pytest.mark.django_db(transaction=True)
def test_labels_made_at_once_have_different_numbers() -> None:
    machines, start = [make_machine() for _ in range(4)], Barrier(5)

    def once(machine: Machine) -> None:
        start.wait()
        try:
            actions.new_label(thing=machine, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(once, [*machines, machines[0]]))

    assert sorted(Label.objects.values_list("number", flat=True)) == [1001, 1002, 1003, 1004, 1005]
    assert Label.objects.in_use().count() == 4
