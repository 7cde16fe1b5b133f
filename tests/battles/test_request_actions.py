"""Actions on reports, requests and the decided order: each once as it should be, and once for each refusal."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from battles.actions import demands, order, reports, requests
from battles.actions.requests import DemandLine
from battles.models import Demand, PlantDecision, RequestReport
from battles.rules import requests as rules
from battles.states import NeedState, RequestState
from epo.audit.models import AuditEvent
from epo.core.errors import Refused
from factories.states import Condition, ReportState
from tests.locks import held_elsewhere, impatient
from tests.make import (
    make_battle_request,
    make_coordinator,
    make_demand,
    make_factory,
    make_machine,
    make_machine_kind,
    make_municipality,
    make_need,
    make_report,
    make_request,
    make_request_report,
    make_sector,
    make_trade,
    make_usual_demand,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_coordinator()


def refusal_of(action, **arguments):
    with pytest.raises(Refused) as caught:
        action(**arguments)
    return caught.value.refusal


def kinds_about(row) -> list[str]:
    return [event.kind for event in AuditEvent.objects.about(row).order_by("pk")]


def again(row):
    row.refresh_from_db()
    return row


# Opening


def test_open_request_takes_everything_from_the_report(boss):
    report = make_report(text="no enciende", received_at=now() - timedelta(days=3))
    make_usual_demand(report.kind, make_trade("welding"), level=3, people=2, days=4)

    request = requests.open_request(report=report, by=boss)

    (demand,) = request.demands.all()
    assert (request.factory, request.machine, request.title) == (
        report.factory,
        report.machine,
        report.machine.name,
    )
    assert (request.condition, request.description) == (Condition.STOPPED, "no enciende")
    assert request.stopped_since == localdate(report.received_at)
    assert (request.opened_by, request.in_hand_of, request.state) == (boss, boss, RequestState.OPEN)
    assert (demand.trade.code, demand.level, demand.people, demand.days) == ("welding", 3, 2, 4)
    assert again(report).state == ReportState.REQUESTED
    assert report.request_link.request == request
    assert report.in_hand_of == boss
    assert kinds_about(request) == ["repairrequest.opened", "repairrequest.report_joined"]


def test_open_request_says_how_the_machine_is(boss):
    report = make_report(condition=Condition.DANGEROUS)

    requests.open_request(report=report, by=boss)

    assert report.machine.statuses.get(until=None).state == Condition.DANGEROUS


def test_open_request_takes_the_demands_that_are_said(boss):
    report = make_report()
    make_usual_demand(report.kind)

    request = requests.open_request(report=report, by=boss, demands=[DemandLine(make_trade("boilers"), 4, 1, 2)])

    assert [demand.trade.code for demand in request.demands.all()] == ["boilers"]


def test_open_request_without_a_report_is_for_what_was_found_on_site(boss):
    machine = make_machine()

    request = requests.open_request(machine=machine, by=boss, condition=Condition.BADLY)

    assert (request.factory, request.title, request.condition) == (
        machine.factory,
        machine.name,
        Condition.BADLY,
    )


def test_open_request_without_a_machine_uses_the_kind_that_the_reporter_chose(boss):
    kind = make_machine_kind("press")
    make_usual_demand(kind, make_trade("hydraulics"))
    report = make_report(factory=make_factory(), machine_name="la prensa", kind=kind)

    request = requests.open_request(report=report, by=boss)

    assert request.title == "la prensa"
    assert [demand.trade.code for demand in request.demands.all()] == ["hydraulics"]


def test_open_request_with_a_machine_ties_the_report_to_it(boss):
    factory = make_factory()
    machine = make_machine(factory)
    report = make_report(factory=factory, machine_name="la de atrás")

    requests.open_request(report=report, machine=machine, by=boss)

    assert again(report).machine == machine


def test_open_request_refuses(boss):
    unknown = make_report(plant_name="?")
    nameless = make_report(factory=make_factory())
    done = make_report(state=ReportState.ANSWERED)
    report = make_report()
    elsewhere = make_machine()

    refusals = [
        refusal_of(requests.open_request, report=unknown, by=boss),
        refusal_of(requests.open_request, report=nameless, by=boss),
        refusal_of(requests.open_request, report=done, by=boss),
        refusal_of(requests.open_request, report=report, machine=elsewhere, by=boss),
        refusal_of(requests.open_request, report=report, factory=elsewhere.factory, by=boss),
        refusal_of(requests.open_request, report=report, version=7, by=boss),
    ]

    assert refusals == [
        rules.NO_PLANT, rules.NO_TITLE, rules.NOT_NEW, rules.OTHER_PLANT, rules.OTHER_PLANT, rules.CHANGED,
    ]  # fmt: skip


def test_open_request_twice_from_one_report_is_refused(boss):
    report = make_report()
    requests.open_request(report=report, by=boss)

    assert refusal_of(requests.open_request, report=report, by=boss) == rules.NOT_NEW


# Joining


def test_join_reports_ties_them_all(boss):
    request = make_request()
    first, second = make_report(request.machine), make_report(request.machine)

    requests.join_reports(reports=[first, second], request=request, by=boss)

    assert {again(first).state, again(second).state} == {ReportState.JOINED}
    assert request.report_links.count() == 2
    assert again(request).version == 2


def test_join_says_which_plant_an_unknown_one_is(boss):
    request = make_request()
    report = make_report(plant_name="donde sea")

    requests.join_reports(reports=[report], request=request, by=boss)

    assert (again(report).factory, report.machine) == (request.factory, request.machine)


def test_join_moves_the_tie_of_a_report_that_came_back(boss):
    old = make_request(state=RequestState.REPAIRED)
    tie = make_request_report(old)
    request = make_request(old.machine)

    requests.join_reports(reports=[tie.report], request=request, by=boss)

    assert RequestReport.objects.get().request == request


def test_join_refuses(boss):
    request = make_request()
    over = make_request(state=RequestState.CANCELLED)
    fits = make_report(request.machine)
    done = make_report(request.machine, state=ReportState.REJECTED)

    refusals = [
        refusal_of(requests.join_reports, reports=[], request=request, by=boss),
        refusal_of(requests.join_reports, reports=[fits], request=over, by=boss),
        refusal_of(requests.join_reports, reports=[fits, done], request=request, by=boss),
        refusal_of(requests.join_reports, reports=[fits, make_report()], request=request, by=boss),
        refusal_of(requests.join_reports, reports=[fits], request=request, by=boss, versions={fits.pk: 9}),
    ]

    assert refusals == [
        rules.NOTHING_CHOSEN, rules.REQUEST_OVER, rules.NOT_NEW, rules.OTHER_PLANT, rules.CHANGED,
    ]  # fmt: skip
    assert again(fits).state == ReportState.NEW


# Not now, answer, back, in hand, which plant


def test_set_aside_tells_the_reason(boss):
    first, second = make_report(), make_report()

    reports.set_aside(reports=[first, second], reason=" falta gente ", by=boss)

    assert [(again(row).state, row.reason) for row in (first, second)] == [(ReportState.REJECTED, "falta gente")] * 2
    assert kinds_about(first) == ["breakdownreport.rejected"]


def test_set_aside_refuses(boss):
    report, done = make_report(), make_report(state=ReportState.ANSWERED)

    refusals = [
        refusal_of(reports.set_aside, reports=[], reason="x", by=boss),
        refusal_of(reports.set_aside, reports=[report], reason=" ", by=boss),
        refusal_of(reports.set_aside, reports=[report, done], reason="x", by=boss),
        refusal_of(reports.set_aside, reports=[report], reason="x", by=boss, versions={report.pk: 5}),
    ]

    assert refusals == [rules.NOTHING_CHOSEN, rules.NO_REASON, rules.NOT_NEW, rules.CHANGED]
    assert again(report).state == ReportState.NEW


def test_answer_report_keeps_with_whom(boss):
    report = make_report()

    reports.answer_report(report=report, answer="girar la llave", answered_with="Luisa, calderas", by=boss)

    assert again(report).state == ReportState.ANSWERED
    assert (report.reason, report.answered_with) == ("girar la llave", "Luisa, calderas")


def test_answer_report_refuses(boss):
    refusals = [
        refusal_of(reports.answer_report, report=make_report(), answer="", by=boss),
        refusal_of(reports.answer_report, report=make_report(state=ReportState.REJECTED), answer="x", by=boss),
        refusal_of(reports.answer_report, report=make_report(), answer="x", version=4, by=boss),
    ]

    assert refusals == [rules.NO_ANSWER, rules.NOT_NEW, rules.CHANGED]


@pytest.mark.parametrize("state", [ReportState.ANSWERED, ReportState.REJECTED])
def test_reopen_report_undoes_what_was_decided(boss, state):
    report = make_report(state=state, reason="x", answered_with="y", closed_at=now())

    reports.reopen_report(report=report, by=boss)

    assert (again(report).state, report.reason, report.answered_with) == (ReportState.NEW, "", "")
    assert report.closed_at is None


def test_reopen_report_leaves_its_request(boss):
    tie = make_request_report(report=make_report(state=ReportState.JOINED))

    reports.reopen_report(report=tie.report, by=boss)

    assert not RequestReport.objects.exists()
    assert again(tie.request).state == RequestState.OPEN


def test_reopen_report_stands_by_itself_again(boss):
    main = make_report()
    same = make_report(main.machine, state=ReportState.SAME_AS, same_as=main)

    reports.reopen_report(report=same, by=boss)

    assert (again(same).state, same.same_as) == (ReportState.NEW, None)


def test_reopen_report_refuses(boss):
    old = make_report(state=ReportState.REJECTED, version=3)

    refusals = [
        refusal_of(reports.reopen_report, report=make_report(), by=boss),
        refusal_of(reports.reopen_report, report=old, version=2, by=boss),
    ]

    assert refusals == [rules.STILL_NEW, rules.CHANGED]


def test_take_report_refuses_who_saw_it_before_another_took_it(boss):
    report = make_report()
    seen = report.version
    reports.take_report(report=report, by=make_coordinator(), version=seen)

    assert refusal_of(reports.take_report, report=report, by=boss, version=seen) == rules.CHANGED


def test_put_plant_with_a_new_plant_and_machine(boss):
    report = make_report(plant_name="La Nueva")
    plant = reports.NewFactory("La Nueva", make_municipality(), make_sector())

    reports.put_plant(report=report, factory=plant, machine=reports.NewMachine("Prensa", make_machine_kind()), by=boss)

    assert (again(report).factory.name, report.machine.name) == ("La Nueva", "Prensa")


def test_put_plant_refuses(boss):
    machine = make_machine()
    taken = reports.NewFactory(machine.factory.name, machine.factory.municipality, make_sector())

    refusals = [
        refusal_of(reports.put_plant, report=make_report(), factory=make_factory(), machine=machine, by=boss),
        refusal_of(
            reports.put_plant,
            report=make_report(state=ReportState.REJECTED),
            factory=machine.factory,
            by=boss,
        ),
        refusal_of(reports.put_plant, report=make_report(), factory=machine.factory, version=8, by=boss),
    ]

    assert refusals == [rules.OTHER_PLANT, rules.NOT_NEW, rules.CHANGED]
    assert refusal_of(reports.put_plant, report=make_report(), factory=taken, by=boss).code == "name_taken"


# A request: description, demands, needs, end


def test_describe_request_changes_what_is_said(boss):
    request = make_request()

    requests.describe_request(request=request, by=boss, title="Quemador", output_lost=40, version=1)

    assert (again(request).title, request.output_lost, request.version) == ("Quemador", 40, 2)
    assert AuditEvent.objects.about(request).get().data == {"fields": ["output_lost", "title"]}


def test_describe_request_of_nothing_new_writes_nothing(boss):
    request = make_request(title="Quemador")

    requests.describe_request(request=request, by=boss, title="Quemador")

    assert again(request).version == 1
    assert kinds_about(request) == []


def test_describe_request_refuses(boss):
    over = make_request(state=RequestState.REPAIRED)

    refusals = [
        refusal_of(requests.describe_request, request=over, by=boss, title="x"),
        refusal_of(requests.describe_request, request=make_request(), by=boss, machine=make_machine()),
        refusal_of(requests.describe_request, request=make_request(version=3), by=boss, title="x", version=2),
    ]

    assert refusals == [rules.REQUEST_OVER, rules.OTHER_PLANT, rules.CHANGED]


def test_demands_are_added_changed_and_removed(boss):
    request = make_request()
    welding, boilers = make_trade("welding"), make_trade("boilers")

    demand = demands.add_demand(request=request, trade=welding, level=2, people=1, days=3, by=boss)
    demands.change_demand(demand=demand, trade=boilers, level=3, people=2, days=4, by=boss)
    changed = Demand.objects.get()
    demands.remove_demand(demand=demand, by=boss)

    assert (changed.trade, changed.level, changed.people, changed.days) == (boilers, 3, 2, 4)
    assert not Demand.objects.exists()
    assert again(request).version == 4
    assert kinds_about(request) == [f"repairrequest.demand_{what}" for what in ("added", "changed", "removed")]


def test_demands_refuse(boss):
    line = {"trade": make_trade(), "level": 2, "days": 1, "people": 1, "by": boss}
    over = make_request(state=RequestState.CANCELLED)

    refusals = [
        refusal_of(demands.add_demand, request=make_request(), **line | {"people": 0}),
        refusal_of(demands.add_demand, request=over, **line),
        refusal_of(demands.change_demand, demand=make_demand(), **line | {"days": 0}),
        refusal_of(demands.change_demand, demand=make_demand(over), **line),
        refusal_of(demands.remove_demand, demand=make_demand(over), by=boss),
    ]

    assert refusals == [
        rules.BAD_DEMAND, rules.REQUEST_OVER, rules.BAD_DEMAND, rules.REQUEST_OVER, rules.REQUEST_OVER,
    ]  # fmt: skip


def test_needs_are_added_changed_got_missing_waived_and_removed(boss):
    request = make_request()

    need = demands.add_need(request=request, what="rodamiento", by=boss)
    demands.change_need(need=need, measures="6204", by=boss)
    got = demands.settle_need(need=need, to=NeedState.GOT, by=boss).state
    missing = demands.settle_need(need=need, to=NeedState.MISSING, by=boss).state
    waived = demands.settle_need(need=need, to=NeedState.WAIVED, reason="se adapta", by=boss)
    demands.remove_need(need=need, by=boss)

    assert (got, missing, waived.state) == (NeedState.GOT, NeedState.MISSING, NeedState.WAIVED)
    assert (waived.note, waived.measures) == ("se adapta", "6204")
    assert not request.needs.exists()
    assert again(request).version == 7


def test_needs_refuse(boss):
    over = make_request(state=RequestState.REPAIRED)
    settle = partial(refusal_of, demands.settle_need, by=boss)

    refusals = [
        refusal_of(demands.add_need, request=over, what="x", by=boss),
        refusal_of(demands.change_need, need=make_need(over), what="x", by=boss),
        refusal_of(demands.remove_need, need=make_need(over), by=boss),
        settle(need=make_need(over), to=NeedState.GOT),
        settle(need=make_need(), to=NeedState.WAIVED),
        settle(need=make_need(), to=NeedState.MISSING),
        settle(need=make_need(state=NeedState.GOT), to=NeedState.WAIVED, reason="x"),
    ]

    assert refusals == [
        rules.REQUEST_OVER, rules.REQUEST_OVER, rules.REQUEST_OVER, rules.REQUEST_OVER,
        rules.NO_REASON, rules.NOT_MISSING_NOW, rules.WAIVED_ALREADY,
    ]  # fmt: skip


def test_cancel_request_sends_its_reports_back_to_the_desk(boss):
    tie = make_request_report(report=make_report(state=ReportState.JOINED))

    requests.cancel_request(request=tie.request, reason="se repitió", by=boss)

    assert (again(tie.request).state, tie.request.cancel_reason) == (RequestState.CANCELLED, "se repitió")
    assert again(tie.report).state == ReportState.NEW
    assert not RequestReport.objects.exists()


def test_cancel_request_refuses(boss):
    taken_up = make_battle_request().request

    refusals = [
        refusal_of(requests.cancel_request, request=make_request(), reason="", by=boss),
        refusal_of(requests.cancel_request, request=make_request(state=RequestState.REPAIRED), reason="x", by=boss),
        refusal_of(requests.cancel_request, request=taken_up, reason="x", by=boss),
        refusal_of(requests.cancel_request, request=make_request(), reason="x", version=5, by=boss),
    ]

    assert refusals == [rules.NO_REASON, rules.REQUEST_OVER, rules.IN_A_BATTLE, rules.CHANGED]


@pytest.mark.parametrize("state", [RequestState.PARTLY_REPAIRED, RequestState.NOT_REPAIRABLE])
def test_reopen_request_is_open_again(boss, state):
    request = make_request(state=state, finished_at=now())

    requests.reopen_request(request=request, by=boss)

    assert (again(request).state, request.finished_at) == (RequestState.OPEN, None)


def test_reopen_request_refuses(boss):
    taken_up = make_battle_request(request=None).request
    taken_up.state = RequestState.PARTLY_REPAIRED
    taken_up.save()

    refusals = [
        refusal_of(requests.reopen_request, request=make_request(state=RequestState.REPAIRED), by=boss),
        refusal_of(requests.reopen_request, request=taken_up, by=boss),
    ]

    assert refusals == [rules.CANNOT_REOPEN, rules.IN_A_BATTLE]


def test_take_request_says_who_has_it_in_hand(boss):
    request = make_request()

    requests.take_request(request=request, by=boss)

    assert (again(request).in_hand_of, request.version) == (boss, 2)


# The decided order


def positions() -> list[str]:
    return [decision.factory.name for decision in PlantDecision.objects.order_by("position")]


def decide(boss, name_or_factory, position, **said):
    factory = make_factory(name=name_or_factory) if isinstance(name_or_factory, str) else name_or_factory
    return order.decide_order(factory=factory, position=position, by=boss, **{"weight": 5, "why": "porque sí"} | said)


def test_decide_order_puts_a_plant_between_others(boss):
    decide(boss, "A", 1)
    decide(boss, "B", 2)

    decision = decide(boss, "C", 2, weight=9, why="da de comer")

    assert positions() == ["A", "C", "B"]
    assert (decision.by, decision.weight, decision.why) == (boss, 9, "da de comer")
    assert list(PlantDecision.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_decide_order_moves_a_plant_up_and_down(boss):
    first = decide(boss, "A", 1).factory
    decide(boss, "B", 2)
    decide(boss, "C", 3)

    decide(boss, first, 99)
    down = positions()
    decide(boss, first, 1)

    assert down == ["B", "C", "A"]
    assert positions() == ["A", "B", "C"]
    assert AuditEvent.objects.filter(kind="plantdecision.decided").first().data["was"] == 3


def test_decide_order_refuses(boss):
    refuse = partial(refusal_of, order.decide_order, factory=make_factory(), by=boss)

    refusals = [
        refuse(position=0, weight=5, why="x"),
        refuse(position=1, weight=11, why="x"),
        refuse(position=1, weight=5, why=" "),
    ]

    assert refusals == [rules.BAD_POSITION, rules.BAD_WEIGHT, rules.NO_REASON]


def test_drop_from_order_closes_up(boss):
    first = decide(boss, "A", 1).factory
    decide(boss, "B", 2)

    order.drop_from_order(factory=first, why="ya produce", by=boss)

    assert list(PlantDecision.objects.values_list("factory__name", "position")) == [("B", 1)]
    assert refusal_of(order.drop_from_order, factory=first, why="", by=boss) == rules.NO_REASON


# Locks


@pytest.mark.django_db(transaction=True)
def test_open_request_waits_for_whoever_holds_the_report(boss):
    report = make_report()

    with (
        held_elsewhere(lambda: requests.lock_reports([report.pk])),
        impatient(),
        pytest.raises(OperationalError),
    ):
        requests.open_request(report=report, by=boss)

    report.refresh_from_db()
    assert report.state == ReportState.NEW


def test_the_order_of_the_plants_is_locked_by_its_keys_whoever_is_moved(boss):
    """Each in its own order, two coordinators would wait for one another."""
    first = decide(boss, "A", 1)
    decide(boss, "B", 1)

    with CaptureQueriesContext(connection) as asked:
        decide(boss, "C", 1)
        decide(boss, first.factory, 1)

    reads = [one["sql"] for one in asked if one["sql"].startswith("SELECT") and "WHERE" not in one["sql"]]
    of_order = [sql for sql in reads if 'FROM "battles_plantdecision"' in sql]
    assert [sql.split("ORDER BY ")[1].split(" ")[0] for sql in of_order] == ['"battles_plantdecision"."id"'] * 2
