from __future__ import annotations

import pytest
from django.utils.timezone import now

from epo.audit.models import AuditEvent
from epo.core.errors import Refused
from factories import actions, rules
from factories.models import MachineStatus
from factories.states import Condition, ReportState
from tests.make import make_coordinator, make_machine, make_report, make_user

pytestmark = pytest.mark.django_db


def test_report_is_moved_with_its_reason_and_comes_back_without() -> None:
    by, report = make_coordinator(), make_report()

    moved = actions.move_report(report=report, to=ReportState.REJECTED, by=by, reason="no hay repuesto")
    back = actions.move_report(report=report, to=ReportState.NEW, by=by)

    assert (moved.state, moved.reason, moved.version) == (ReportState.REJECTED, "no hay repuesto", 2)
    assert (back.state, back.reason, back.version) == (ReportState.NEW, "", 3)
    assert [event.by for event in AuditEvent.objects.about(report)] == [by, by]


def test_report_that_somebody_dealt_with_is_not_moved_again() -> None:
    report = make_report(state=ReportState.ANSWERED)

    with pytest.raises(Refused) as refused:
        actions.move_report(report=report, to=ReportState.REJECTED, by=make_coordinator())

    assert refused.value.refusal == rules.DEALT_WITH


def test_same_reports_hang_on_one_and_not_in_a_chain() -> None:
    machine, by = make_machine(), make_coordinator()
    first, second, third = (make_report(machine) for _ in range(3))

    actions.move_report(report=third, to=ReportState.SAME_AS, same_as=second, by=by)
    actions.move_report(report=second, to=ReportState.SAME_AS, same_as=first, by=by)

    assert {report.pk for report in first.same.all()} == {second.pk, third.pk}


def test_report_is_not_the_same_as_itself() -> None:
    report = make_report()
    same = make_report(report.machine, state=ReportState.SAME_AS, same_as=report)

    for other in (report, same):
        with pytest.raises(Refused) as refused:
            actions.move_report(report=report, to=ReportState.SAME_AS, same_as=other, by=None)
        assert refused.value.refusal == rules.SAME_AS_ITSELF


def test_taking_in_hand_says_who() -> None:
    by, report = make_coordinator(), make_report()

    assert actions.take_in_hand(report=report, by=by).in_hand_of == by
    assert actions.take_in_hand(report=report, by=None).in_hand_of is None


def test_closing_closes_the_same_ones_as_well() -> None:
    report = make_report(state=ReportState.REQUESTED)
    same = make_report(report.machine, state=ReportState.SAME_AS, same_as=report)

    first = actions.close_report(report=report, by=None).closed_at
    again = actions.close_report(report=report, by=None).closed_at

    same.refresh_from_db()
    assert first == again == same.closed_at


@pytest.mark.parametrize("state", [ReportState.ANSWERED, ReportState.REJECTED])
def test_broken_again_makes_a_finished_report_new(state: ReportState) -> None:
    report = make_report(state=state)

    again = actions.say_broken_again(report=report, text="Otra vez la válvula", by=None)

    assert (again.state, again.again_at is not None) == (ReportState.NEW, True)
    assert again.text.startswith("no enciende\n\n")
    assert again.text.endswith(": Otra vez la válvula")
    assert "valvula" in again.folded


def test_broken_again_after_the_repair_makes_it_new() -> None:
    report = make_report(state=ReportState.REQUESTED, closed_at=now())

    again = actions.say_broken_again(report=report, text="", by=None)

    assert (again.state, again.closed_at, again.text) == (ReportState.NEW, None, "no enciende")


def test_broken_again_stands_by_itself_where_it_was_the_same() -> None:
    other = make_report()
    report = make_report(other.machine, state=ReportState.SAME_AS, same_as=other)

    again = actions.say_broken_again(report=report, text="", by=None)

    assert (again.state, again.same_as) == (ReportState.NEW, None)


@pytest.mark.parametrize("state", [ReportState.NEW, ReportState.JOINED, ReportState.REQUESTED])
def test_broken_again_leaves_an_open_report_where_it_is(state: ReportState) -> None:
    report = make_report(state=state)

    again = actions.say_broken_again(report=report, text="sigue igual", by=None)

    assert (again.state, again.text.endswith(": sigue igual")) == (state, True)


def test_broken_again_tapped_twice_is_said_once() -> None:
    report = make_report()

    once = actions.say_broken_again(report=report, text="sigue igual", by=None)
    twice = actions.say_broken_again(report=report, text="sigue igual", by=None)
    other = actions.say_broken_again(report=report, text="ahora humea", by=None)

    assert (once.text, once.again_at) == (twice.text, twice.again_at)
    assert other.text.endswith(": ahora humea")


def test_placing_a_report_ties_it_to_plant_and_machine() -> None:
    report = make_report(plant_name="Taller Sur", machine_name="Torno")
    machine = make_machine()

    placed = actions.place_report(report=report, factory=machine.factory, machine=machine, by=make_user())

    assert (placed.factory, placed.machine, placed.kind) == (machine.factory, machine, machine.kind)
    assert MachineStatus.objects.get().state == Condition.STOPPED


def test_placing_a_report_at_a_machine_of_another_plant_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="another plant"):
        actions.place_report(
            report=make_report(), factory=make_machine().factory, machine=make_machine(), by=make_user()
        )
