from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate, now

from battles.actions import answers, battles, diagnosis, field, results
from battles.models import CrewDay, FollowUp, OwnRepair
from battles.rules import field as rules
from battles.rules import results as result_rules
from battles.states import Barrier, BattleKind, BattleState, OfferState, RequestState, Voice
from epo.core.clock import today
from epo.core.errors import Refused
from epo.notifications.models import Notification
from factories.models import BreakdownReport, MachineStatus, OutputReading
from factories.states import Condition, ReportState
from tests.make import (
    make_battle,
    make_battle_request,
    make_coordinator,
    make_crew_day,
    make_demand,
    make_factory,
    make_finding,
    make_follow_up,
    make_line,
    make_machine,
    make_machine_kind,
    make_machine_status,
    make_membership,
    make_offer,
    make_output_reading,
    make_report,
    make_request,
    make_request_report,
    make_seat,
    make_trade,
    make_usual_demand,
)

pytestmark = pytest.mark.django_db

UNDER_WAY = BattleState.UNDER_WAY


def refusal_of(act, **arguments):
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return refused.value.refusal


def in_days(n):
    return today() + timedelta(days=n)


def fight(**fields):
    """A battle under way since two days, with one request under repair."""
    battle = make_battle(**{"state": UNDER_WAY, "first_day": in_days(-2)} | fields)
    make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR))
    return battle


def crew(battle, state=OfferState.ACCEPTED):
    return make_offer(make_seat(battle), state=state)


# There and back


def test_arrive_then_go_home_notes_both_hours():
    offer = crew(fight())

    field.arrive(offer=offer, by=None)
    field.go_home(offer=offer, by=None)

    offer.refresh_from_db()
    assert offer.state == OfferState.DONE
    assert offer.arrived_at < offer.home_at


def test_arrive_said_twice_keeps_the_first_hour():
    offer = crew(fight())
    first = field.arrive(offer=offer, by=None).arrived_at

    assert field.arrive(offer=offer, by=None).arrived_at == first


def test_go_home_said_twice_keeps_the_first_hour():
    offer = crew(fight(), OfferState.ON_SITE)
    first = field.go_home(offer=offer, by=None).home_at

    assert field.go_home(offer=offer, by=None).home_at == first


def test_go_home_is_noted_after_the_battle_was_closed_too():
    battle = fight()
    offer = crew(battle, OfferState.ON_SITE)
    results.close_battle(battle=battle, by=None)

    field.go_home(offer=offer, by=None)

    offer.refresh_from_db()
    assert offer.state == OfferState.DONE


def test_who_was_only_asked_neither_arrives_nor_goes_home():
    offer = make_offer()

    assert refusal_of(field.arrive, offer=offer, by=None) == rules.NOT_EXPECTED
    assert refusal_of(field.go_home, offer=offer, by=None) == rules.NOT_THERE


def test_arrive_all_and_go_home_all_move_everyone_who_is_due():
    battle = fight()
    expected = [crew(battle), crew(battle)]
    there = crew(battle, OfferState.ON_SITE)

    assert field.arrive_all(battle=battle, by=None) == 2
    assert field.go_home_all(battle=battle, by=None) == 3
    assert set(battle.offers.values_list("pk", "state")) == {(o.pk, OfferState.DONE) for o in [*expected, there]}


def test_a_crew_member_who_leaves_mid_battle_opens_a_seat_for_the_rest():
    battle = fight()
    offer = crew(battle, OfferState.ON_SITE)
    for n in range(battle.days):
        make_crew_day(offer, battle.first_day + timedelta(days=n))

    answers.leave(offer=offer, by=make_coordinator(), reason="enfermedad en casa")

    offer.refresh_from_db()
    assert (offer.state, battle.seats.empty().count()) == (OfferState.LEFT, 1)
    assert CrewDay.objects.filter(day__gte=today()).count() == 0


# Diary and machines


def test_write_diary_ties_the_entry_to_the_request_on_that_machine():
    battle = fight()
    request = battle.battle_requests.get().request

    entry = field.write_diary(
        battle=battle, text="se bajó el quemador", hours=Decimal("6.5"), machine=request.machine, by=None
    )

    assert (entry.request, entry.day, entry.hours) == (request, today(), Decimal("6.5"))


def test_write_diary_is_refused():
    battle = fight()

    assert refusal_of(field.write_diary, battle=make_battle(), text="x", by=None) == rules.NOT_UNDER_WAY
    assert refusal_of(field.write_diary, battle=battle, text="", by=None) == rules.NOTHING_WRITTEN
    assert refusal_of(field.write_diary, battle=battle, text="x", day=in_days(1), by=None) == rules.NOT_THOSE_DAYS
    other = make_machine()
    assert refusal_of(field.write_diary, battle=battle, text="x", machine=other, by=None) == rules.OTHER_PLANTS_MACHINE


def test_a_new_machine_found_broken_becomes_a_request_of_the_battle_with_its_usual_demands():
    battle, kind = fight(), make_machine_kind("mixer")
    make_usual_demand(kind, make_trade("welding"), people=2)

    link = field.note_machine_found(battle=battle, name="Molino 2", kind=kind, what="eje partido", by=None)

    request = link.request
    assert (link.found_on_site, request.state, request.title) == (True, RequestState.UNDER_REPAIR, "eje partido")
    assert (request.machine.name, request.machine.factory) == ("Molino 2", battle.factory)
    assert list(request.demands.values_list("trade__code", "people")) == [("welding", 2)]
    assert MachineStatus.objects.get(machine=request.machine, until=None).state == Condition.STOPPED


def test_a_machine_found_by_a_name_that_the_plant_knows_is_that_machine():
    battle = fight()
    known = make_machine(battle.factory, name="Molino 2")

    link = field.note_machine_found(battle=battle, name="molino 2", kind=known.kind, what="eje partido", by=None)

    assert link.request.machine == known


def test_note_machine_found_is_refused():
    battle, machine = fight(), make_machine()
    kind = make_machine_kind()

    idle = make_battle()
    assert refusal_of(field.note_machine_found, battle=idle, what="x", by=None) == rules.NOT_UNDER_WAY
    assert refusal_of(field.note_machine_found, battle=battle, what="", by=None) == rules.NO_FAULT
    assert refusal_of(field.note_machine_found, battle=battle, what="x", by=None) == rules.NO_MACHINE
    assert refusal_of(field.note_machine_found, battle=battle, what="x", kind=kind, by=None) == rules.NO_MACHINE
    other = refusal_of(field.note_machine_found, battle=battle, what="x", machine=machine, by=None)
    assert other == rules.OTHER_PLANTS_MACHINE


# Diagnosis


def test_hear_voice_keeps_one_word_of_each_voice_the_newest():
    battle = fight(kind=BattleKind.DIAGNOSIS)

    diagnosis.hear_voice(battle=battle, voice=Voice.WORKERS, said="falta gas", by=None)
    diagnosis.hear_voice(battle=battle, voice=Voice.WORKERS, said="falta gas y pernos", by=None)
    diagnosis.hear_voice(battle=battle, voice=Voice.MANAGEMENT, said="falta dinero", by=None)

    assert list(battle.voices.values_list("voice", "said")) == [
        ("workers", "falta gas y pernos"), ("management", "falta dinero")
    ]  # fmt: skip


def test_voices_and_findings_belong_to_a_diagnosis_that_has_begun():
    repair, draft = fight(), make_battle(kind=BattleKind.DIAGNOSIS)
    visit = fight(kind=BattleKind.DIAGNOSIS)
    words = {"voice": Voice.WORKERS, "said": "x", "by": None}

    assert refusal_of(diagnosis.hear_voice, battle=repair, **words) == rules.NOT_A_DIAGNOSIS
    assert refusal_of(diagnosis.hear_voice, battle=draft, **words) == rules.NOT_UNDER_WAY
    assert refusal_of(diagnosis.hear_voice, battle=visit, **words | {"said": ""}) == rules.NOTHING_WRITTEN
    assert refusal_of(diagnosis.add_finding, battle=repair, what="x", by=None) == rules.NOT_A_DIAGNOSIS
    assert refusal_of(diagnosis.add_finding, battle=visit, what="", by=None) == rules.NO_FAULT
    other = refusal_of(diagnosis.add_finding, battle=visit, what="x", machine=make_machine(), by=None)
    assert other == rules.OTHER_PLANTS_MACHINE


def test_make_requests_turns_findings_into_open_requests_in_one_step():
    battle = fight(kind=BattleKind.DIAGNOSIS)
    machine = make_machine(battle.factory)
    make_usual_demand(machine.kind, make_trade("welding"))
    findings = [
        diagnosis.add_finding(battle=battle, what="horno apagado", machine=machine, by=None),
        diagnosis.add_finding(battle=battle, what="no hay gas", by=None),
    ]

    made = diagnosis.make_requests(battle=battle, findings=findings, by=None)

    assert [(request.title, request.state, request.demands.count()) for request in made] == [
        ("horno apagado", RequestState.OPEN, 1), ("no hay gas", RequestState.OPEN, 0)
    ]  # fmt: skip
    assert refusal_of(diagnosis.make_requests, battle=battle, findings=findings, by=None) == rules.FINDING_IS_REQUEST


def test_make_requests_leaves_findings_of_other_battles_alone():
    battle, elsewhere = fight(kind=BattleKind.DIAGNOSIS), make_finding()

    assert diagnosis.make_requests(battle=battle, findings=[elsewhere], by=None) == []


# Outcomes and output


def test_record_outcome_is_noted_and_stands_only_once_the_battle_closes():
    battle = fight()
    link = battle.battle_requests.get()

    results.record_outcome(link=link, outcome=RequestState.NOT_REPAIRABLE, barrier=Barrier.NO_PART, by=None)
    results.record_outcome(link=link, outcome=RequestState.REPAIRED, barrier=Barrier.NO_PART, by=None)

    link.refresh_from_db()
    assert (link.outcome, link.barrier, link.request.state) == ("repaired", "", RequestState.UNDER_REPAIR)


def test_record_outcome_is_refused():
    link = fight().battle_requests.get()
    early = make_battle_request(make_battle())

    assert refusal_of(results.record_outcome, link=link, outcome="not_repairable", by=None) == result_rules.NO_BARRIER
    assert refusal_of(results.record_outcome, link=early, outcome="repaired", by=None) == result_rules.NOT_UNDER_WAY


def test_record_output_keeps_one_result_a_line_and_reads_the_line():
    battle = fight()
    line = make_line(battle.factory, current=0)

    results.record_output(battle=battle, line=line, before=Decimal(0), by=None)
    result = results.record_output(
        battle=battle, line=line, before=Decimal(0), after=Decimal(260), is_confirmed=True,
        confirmed_by="delegado de producción", by=None,
    )  # fmt: skip

    line.refresh_from_db()
    assert battle.line_results.get() == result
    assert (result.after, result.confirmed_by, line.current) == (260, "delegado de producción", 260)
    assert list(OutputReading.objects.values_list("amount", "is_confirmed", "said_by")) == [
        (260, True, "delegado de producción")
    ]


def test_record_output_is_refused():
    battle, line = fight(), make_line()
    own = make_line(battle.factory)
    draft = make_battle(battle.factory)
    record = results.record_output

    assert refusal_of(record, battle=battle, line=line, by=None) == result_rules.OTHER_PLANTS_LINE
    assert refusal_of(record, battle=draft, line=own, after=Decimal(1), by=None) == result_rules.NOT_BEGUN
    assert refusal_of(record, battle=battle, line=own, is_confirmed=True, by=None) == result_rules.NOBODY_CONFIRMED


# Closing


def test_close_battle_lets_outcomes_stand_and_the_repaired_machine_runs():
    delegate, battle = make_coordinator(), fight()
    make_membership(battle.factory, delegate)
    offer = crew(battle, OfferState.DONE)
    link = battle.battle_requests.get()
    make_machine_status(link.request.machine)
    line = make_line(battle.factory)
    results.record_output(battle=battle, line=line, before=Decimal(0), after=Decimal(9), by=None)
    results.record_outcome(link=link, outcome=RequestState.REPAIRED, by=None)

    results.close_battle(battle=battle, lessons="traer más electrodos", taught="soldadura a dos mecánicos", by=None)

    battle.refresh_from_db()
    link.refresh_from_db()
    assert (battle.state, battle.lessons, battle.taught) == (
        BattleState.CLOSED, "traer más electrodos", "soldadura a dos mecánicos"
    )  # fmt: skip
    assert (link.is_active, link.request.state) == (False, RequestState.REPAIRED)
    assert MachineStatus.objects.get(until=None).state == Condition.RUNNING
    assert list(FollowUp.objects.values_list("line", "after_days", "due_on")) == [
        (line.pk, 30, in_days(30)), (line.pk, 90, in_days(90))
    ]  # fmt: skip
    told = Notification.objects.filter(kind="battle.closed").values_list("contact__user", flat=True)
    assert sorted(told) == sorted([delegate.pk, offer.volunteer.user_id])


def test_close_battle_closes_the_reports_of_what_is_repaired_and_of_nothing_else():
    battle = fight()
    make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR))
    done, undone = battle.battle_requests.all()
    told = [make_report(link.request.machine, state=ReportState.REQUESTED) for link in (done, undone)]
    same = make_report(done.request.machine, state=ReportState.SAME_AS, same_as=told[0])
    for link, report in zip((done, undone), told, strict=True):
        make_request_report(link.request, report)
    results.record_outcome(link=done, outcome=RequestState.REPAIRED, by=None)

    results.close_battle(battle=battle, by=None)

    closed = BreakdownReport.objects.exclude(closed_at=None).values_list("pk", flat=True)
    assert (set(closed), list(BreakdownReport.objects.open())) == ({told[0].pk, same.pk}, [told[1]])


def test_close_with_work_unfinished_opens_it_again_and_a_second_battle_follows():
    battle = fight()
    request = battle.battle_requests.get().request
    make_demand(request, people=1, days=5)

    results.close_battle(battle=battle, by=None)
    second = battles.plan_battle(
        factory=battle.factory, kind=BattleKind.REPAIR, title="segunda visita", requests=[request], follows=battle,
        first_day=in_days(30), by=None,
    )  # fmt: skip

    request.refresh_from_db()
    assert (request.state, second.follows, second.seats.count()) == (RequestState.PLANNED, battle, 1)
    assert list(request.battle_requests.values_list("battle", "is_active")) == [(battle.pk, False), (second.pk, True)]


def test_close_takes_back_what_is_still_asked():
    battle = fight()
    offer = make_offer(make_seat(battle))

    results.close_battle(battle=battle, by=None)

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN


def test_close_is_refused_while_nobody_knows_who_arrived_and_before_it_began():
    battle = fight()
    crew(battle)

    assert refusal_of(results.close_battle, battle=battle, by=None).code == "arrivals_unknown"
    assert refusal_of(results.close_battle, battle=make_battle(), by=None) == result_rules.NOT_UNDER_WAY


def test_output_recorded_after_closing_gets_its_follow_ups_too():
    battle = fight()
    results.close_battle(battle=battle, by=None)

    results.record_output(battle=battle, line=make_line(battle.factory), after=Decimal(4), by=None)

    assert list(FollowUp.objects.values_list("after_days", flat=True)) == [30, 90]


def test_write_lessons_later_is_allowed_but_not_before_the_battle():
    battle = make_battle(state=BattleState.CLOSED)

    results.write_lessons(battle=battle, lessons="una más", taught="", by=None)

    battle.refresh_from_db()
    assert battle.lessons == "una más"
    early = refusal_of(results.write_lessons, battle=make_battle(), lessons="x", taught="", by=None)
    assert early == result_rules.NOT_UNDER_WAY


# Afterwards


def test_record_follow_up_reads_the_line_once():
    due = make_follow_up()

    done = results.record_follow_up(follow_up=due, amount=Decimal(120), day=today(), said_by="delegada", by=None)

    due.line.refresh_from_db()
    assert (done.reading.amount, due.line.current) == (120, 120)
    again = refusal_of(results.record_follow_up, follow_up=due, amount=Decimal(1), day=today(), by=None)
    assert again == result_rules.READ_ALREADY


def test_record_follow_up_in_the_future_is_refused():
    why = refusal_of(results.record_follow_up, follow_up=make_follow_up(), amount=Decimal(1), day=in_days(1), by=None)

    assert why == result_rules.IN_FUTURE


def test_record_follow_up_leaves_what_the_workers_confirmed():
    due = make_follow_up()
    make_output_reading(due.line, day=today(), amount=Decimal(120), is_confirmed=True)

    why = refusal_of(results.record_follow_up, follow_up=due, amount=Decimal(7), day=today(), by=None)
    same = results.record_follow_up(follow_up=due, amount=Decimal(120), day=today(), is_confirmed=True, by=None)

    assert (why.code, same.reading.amount, same.reading.is_confirmed) == ("told_by_workers", 120, True)


def test_record_own_repair_of_days_ago_does_not_say_that_what_broke_since_runs():
    battle = make_battle(state=BattleState.CLOSED)
    broke, stands = make_machine(battle.factory), make_machine(battle.factory)
    make_machine_status(broke, since=now() - timedelta(days=1))
    make_machine_status(stands, since=now() - timedelta(days=9))

    for machine in (broke, stands):
        results.record_own_repair(factory=battle.factory, what="correa", machine=machine, on=in_days(-3), by=None)

    states = {status.machine: status for status in MachineStatus.objects.filter(until=None)}
    assert (states[broke].state, states[stands].state) == (Condition.STOPPED, Condition.RUNNING)
    assert localdate(states[stands].since) == in_days(-3)


def test_record_own_repair_remembers_the_battle_and_the_machine_runs():
    battle = make_battle(state=BattleState.CLOSED)
    machine = make_machine(battle.factory)
    make_machine_status(machine)

    results.record_own_repair(factory=battle.factory, what="moledora", machine=machine, learned_from=battle, by=None)

    repair = OwnRepair.objects.get()
    assert (repair.learned_from, repair.machine, repair.on) == (battle, machine, today())
    assert MachineStatus.objects.get(until=None).state == Condition.RUNNING


def test_record_own_repair_is_refused():
    factory, record = make_factory(), results.record_own_repair

    assert refusal_of(record, factory=factory, what="", by=None) == result_rules.NO_WORK_DONE
    elsewhere = {"factory": factory, "what": "x", "by": None}
    assert refusal_of(record, machine=make_machine(), **elsewhere) == result_rules.OTHER_PLANTS_MACHINE
    assert refusal_of(record, learned_from=make_battle(), **elsewhere) == result_rules.OTHER_PLANTS_BATTLE
    assert refusal_of(record, on=in_days(1), **elsewhere) == result_rules.IN_FUTURE


def test_diary_and_machine_found_sent_twice_are_one():
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today())
    by, kind = make_coordinator(), make_machine_kind("pump")

    for _time in range(2):
        field.write_diary(battle=battle, text="se cambió el sello", by=by)
        field.note_machine_found(battle=battle, what="no gira", name="Bomba 3", kind=kind, by=by)

    assert (battle.diary.count(), battle.battle_requests.count(), battle.factory.machines.count()) == (1, 1, 1)
