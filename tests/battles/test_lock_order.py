"""Whoever needs several rows locks them in one order: nobody waits while holding what the other still wants."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils.timezone import now

from battles.actions import deadlines, diagnosis, offers, results
from battles.models import Offer
from battles.states import BattleState, RequestState
from factories import actions
from factories.models import BreakdownReport, Machine
from factories.states import Condition, ReportState
from tests.locks import held_elsewhere, impatient, waits_empty_handed
from tests.make import (
    make_battle,
    make_battle_request,
    make_coordinator,
    make_factory,
    make_finding,
    make_machine,
    make_offer,
    make_report,
    make_request,
    make_request_report,
    make_seat,
    make_watch,
)

pytestmark = pytest.mark.django_db(transaction=True)


def lock(row: Any) -> None:
    type(row).objects.select_for_update().get(pk=row.pk)


def root_and_child_before_it() -> Sequence[BreakdownReport]:
    """The child's key comes before the root's, and so does its lock."""
    first, second = sorted((make_report(), make_report()), key=lambda report: report.pk)
    actions.move_report(report=first, to=ReportState.SAME_AS, same_as=second, by=None)
    return second, first


def test_closing_a_report_waits_for_its_family_in_the_order_of_the_keys():
    root, child = root_and_child_before_it()

    is_free = waits_empty_handed(
        hold=lambda: lock(child),
        act=lambda: actions.close_report(report=root, by=None),
        want=lambda: lock(root),
    )

    assert is_free
    assert BreakdownReport.objects.filter(closed_at=None).count() == 0


def test_two_families_become_one_in_the_order_of_the_keys():
    root, child = root_and_child_before_it()
    other = make_report()

    is_free = waits_empty_handed(
        hold=lambda: lock(child),
        act=lambda: actions.move_report(report=root, to=ReportState.SAME_AS, same_as=other, by=None),
        want=lambda: lock(root),
    )

    assert is_free
    assert set(BreakdownReport.objects.filter(same_as=other)) == {root, child}


def machines_crosswise() -> tuple[Machine, Machine, Any]:
    """Of one plant; the battle's first request is about the second machine."""
    plant = make_factory()
    first, second = make_machine(plant), make_machine(plant)
    battle = make_battle(plant, state=BattleState.UNDER_WAY)
    for machine in (second, first):
        request = make_request(machine, state=RequestState.UNDER_REPAIR)
        make_battle_request(battle, request, outcome=RequestState.REPAIRED)
    return first, second, battle


def test_closing_a_battle_waits_for_machines_in_the_order_of_the_keys():
    first, second, battle = machines_crosswise()

    is_free = waits_empty_handed(
        hold=lambda: lock(first),
        act=lambda: results.close_battle(battle=battle, by=None),
        want=lambda: lock(second),
    )

    assert is_free
    battle.refresh_from_db()
    assert battle.state == BattleState.CLOSED


def test_closing_a_battle_waits_for_reports_in_the_order_of_the_keys():
    early, late = sorted((make_report(), make_report()), key=lambda report: report.pk)
    battle = make_battle(state=BattleState.UNDER_WAY)
    for report in (late, early):
        request = make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR)
        make_request_report(request, report)
        make_battle_request(battle, request, outcome=RequestState.REPAIRED)

    is_free = waits_empty_handed(
        hold=lambda: lock(early),
        act=lambda: results.close_battle(battle=battle, by=None),
        want=lambda: lock(late),
    )

    assert is_free


def test_findings_become_requests_in_the_order_of_their_machines():
    first, second, _battle = machines_crosswise()
    visit = make_battle(first.factory, kind="diagnosis", state=BattleState.UNDER_WAY)
    findings = [make_finding(visit, machine=second), make_finding(visit, machine=first)]

    is_free = waits_empty_handed(
        hold=lambda: lock(first),
        act=lambda: diagnosis.make_requests(battle=visit, findings=findings, by=make_coordinator()),
        want=lambda: lock(second),
    )

    assert is_free


def test_labels_of_a_plant_take_no_number_before_all_machines_are_theirs():
    plant = make_factory()
    machine = make_machine(plant)

    is_free = waits_empty_handed(
        hold=lambda: lock(machine),
        act=lambda: actions.label_all(factory=plant, by=None),
        want=lambda: actions.new_label(thing=make_machine(), by=None),
    )

    assert is_free


def test_an_outage_moves_deadlines_once_the_battles_are_its_own():
    make_watch(seen_at=now() - timedelta(hours=5))
    seat = make_seat(make_battle(state=BattleState.ASKING, asks_per_seat=2))
    first, second = make_offer(seat), make_offer(seat)

    def withdraw_the_second() -> None:
        offers.lock_battle(seat.battle_id)
        Offer.objects.filter(pk=second.pk).update(km=1)

    is_free = waits_empty_handed(hold=withdraw_the_second, act=deadlines.mind_the_deadlines, want=lambda: lock(first))

    assert is_free
    assert Offer.objects.get(pk=first.pk).deadline > first.deadline + timedelta(hours=4)


def test_a_machine_whose_state_is_being_noted_can_be_named_meanwhile():
    """What names a machine is checked at the commit, when everything else is locked: it must not wait then."""
    machine = make_machine()

    with (
        held_elsewhere(lambda: actions.set_machine_status(machine=machine, state=Condition.STOPPED, by=None)),
        impatient(),
    ):
        made = report_or_wait(machine)

    assert made == (1 if connection.vendor == "postgresql" else 0)


def report_or_wait(machine: Machine) -> int:
    """How many reports came of it. SQLite has one writer at a time: there everybody waits."""
    with suppress(OperationalError):
        make_report(machine)
    return BreakdownReport.objects.count()
