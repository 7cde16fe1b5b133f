from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from battles import overview
from battles.shortages import needs
from epo.core import say
from epo.core.clock import today
from tests.make import (
    make_absence,
    make_audit_event,
    make_battle,
    make_coordinator,
    make_demand,
    make_factory,
    make_follow_up,
    make_line,
    make_machine,
    make_machine_status,
    make_offer,
    make_region,
    make_repair_request,
    make_report,
    make_seat,
    make_sector,
    make_trade,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def region_and_boss():
    region = make_region("oriental")
    return region, make_coordinator(region)


def test_late_counts_what_waits_in_ones_own_region():
    region, boss = region_and_boss()
    plant, elsewhere = make_factory(region=region), make_factory()
    for factory in (plant, elsewhere):
        for hours in (1, 49):
            make_report(make_machine(factory), received_at=now() - timedelta(hours=hours))
        make_follow_up(make_battle(factory, state="closed"), due_on=today() - timedelta(days=1))
        soon = make_battle(factory, state="asking", first_day=today() + timedelta(days=3))
        make_seat(soon)
        make_seat(soon, kind="optional")
        make_offer(make_seat(soon), state="asked", deadline=now() - timedelta(hours=1))

    found = overview.late(boss)

    assert (found.reports, found.unasked, found.readings, found.unanswered, found.overdue) == (1, 2, 1, 1, 1)


def test_empty_seats_stand_in_the_week_in_which_their_battle_begins():
    region, boss = region_and_boss()
    monday = overview.monday_of(today())
    later = make_battle(make_factory(region=region), state="asking", first_day=monday + timedelta(days=15))
    make_seat(later)
    make_offer(make_seat(later), state="accepted")

    weeks = dict(overview.empty_by_week(boss))

    assert (len(weeks), weeks[monday + timedelta(days=14)], sum(weeks.values())) == (overview.WEEKS_AHEAD, 1, 1)


def test_standstill_tells_machines_and_output_by_sector():
    region, boss = region_and_boss()
    food, gas = make_sector("food"), make_sector("gas")
    plant = make_factory(region=region, sector=food)
    for state in ("stopped", "dangerous", "running"):
        make_machine_status(make_machine(plant), state=state)
    make_machine_status(make_machine(plant, is_retired=True), state="stopped")
    make_line(plant, unit="t", nominal=100, current=25)
    make_line(plant, unit="cajas", nominal=10, current=10)
    make_line(make_factory(region=region, sector=gas), unit="t", nominal=None, current=5)
    make_machine_status(make_machine(make_factory(sector=gas)), state="stopped")

    (found,) = overview.standstill(boss)

    assert (found.sector, found.machines, found.lost, found.share) == (food, 2, {"t": 75}, 0.375)


def test_times_are_medians_of_the_week_in_which_reports_came():
    region, boss = region_and_boss()
    plant = make_factory(region=region)
    came = now() - timedelta(days=8)
    for hours, days in ((2, 1), (4, 3), (30, None)):
        closed = came + timedelta(days=days) if days else None
        report = make_report(make_machine(plant), received_at=came, closed_at=closed)
        for later in (hours, hours + 50):
            event = make_audit_event(
                kind="breakdownreport.requested", about_type="factories.breakdownreport", about_id=str(report.pk)
            )
            type(event).objects.filter(pk=event.pk).update(at=came + timedelta(hours=later))

    weeks = {week.monday: week for week in overview.times(boss)}

    week = weeks[overview.monday_of(localdate(came))]
    assert (week.reports, week.dealt_with, week.hours_to_triage) == (3, 3, 4.0)
    assert (week.repaired, week.days_to_repair) == (2, 2.0)
    assert sum(week.reports for week in weeks.values()) == 3


def test_supply_sets_people_against_what_requests_ask_for():
    region, boss = region_and_boss()
    welding, boilers = make_trade("welding"), make_trade("boilers")
    for _ in range(3):
        make_volunteer("welding", level=2)
    make_volunteer("welding", level=1)
    make_volunteer("welding", level=3, standing="paused")
    make_absence(make_volunteer("boilers", level=4))
    request = make_repair_request(make_machine(make_factory(region=region)))
    make_demand(request, welding, people=2)
    make_demand(request, boilers, people=4)
    make_demand(make_repair_request(state="cancelled"), boilers, people=9)

    rows = needs(boss).by_trade()

    assert [(row.trade.code, row.people, row.wanted, row.is_short) for row in rows] == [
        ("boilers", 1, 4, True),
        ("welding", 3, 2, False),
    ]


def test_shortages_tell_by_trade_and_state_who_lives_there_and_who_is_wanted():
    region, boss = region_and_boss()
    here, there = make_factory(region=region), make_factory(region=region)
    welding, boilers = make_trade("welding"), make_trade("boilers")
    at_home = make_volunteer("welding", home=here.municipality)
    make_volunteer("boilers", home=there.municipality)
    make_demand(make_repair_request(make_machine(here)), welding, people=2)
    make_demand(make_repair_request(make_machine(here)), boilers, people=4)
    make_seat(make_battle(there, state="asking"), trade=welding)
    make_demand(make_repair_request(make_machine(make_factory())), boilers, people=9)

    counted = needs(boss)
    rows = counted.by_place()
    of_trade, of_state = counted.by_place(trade=boilers), counted.by_place(state=here.municipality.state)

    told = [(row.trade.code, row.state, row.people, row.wanted, row.missing, row.empty) for row in rows]
    assert told == [
        ("boilers", at_home.home.state, 0, 4, 4, 0),
        ("welding", at_home.home.state, 1, 2, 1, 0),
        ("welding", there.municipality.state, 0, 0, 0, 1),
    ]
    assert [(row.state, row.people) for row in of_trade] == [
        (here.municipality.state, 0),
        (there.municipality.state, 1),
    ]
    assert [row.trade.code for row in of_state] == ["boilers", "welding"]


def test_overview_draws_how_long_things_take_and_has_the_numbers_in_its_table(client):
    region, boss = region_and_boss()
    came = now() - timedelta(days=8)
    make_report(make_machine(make_factory(region=region)), received_at=came, closed_at=came + timedelta(days=3))
    client.force_login(boss)

    page = client.get(reverse("battles:overview")).content.decode()

    assert (page.count("Días hasta repararlo</figcaption>"), page.count("Horas hasta atenderlo</figcaption>")) == (1, 0)
    assert f"{say.day(overview.monday_of(localdate(came)))}: 3 días" in page


def test_overview_shows_what_there_is_and_what_there_is_not(client):
    region, boss = region_and_boss()
    client.force_login(boss)
    empty = client.get(reverse("battles:overview"))
    plant = make_factory(region=region)
    make_machine_status(make_machine(plant), state="stopped")
    make_demand(make_repair_request(make_machine(plant)), make_trade("welding"), people=2)
    make_offer(make_seat(make_battle(plant, state="asking")), state="asked", asked_at=now())

    full = client.get(reverse("battles:overview"), {"trade": "welding"})
    strange = client.get(reverse("battles:overview"), {"trade": "\x00'; DROP", "state": "\x00nada"})

    assert (empty.status_code, full.status_code, strange.status_code) == (200, 200, 200)
    assert full.context["trade"].code == "welding"


def test_overview_takes_as_many_queries_for_many_rows(client):
    region, boss = region_and_boss()
    client.force_login(boss)
    counts = []
    for many in (1, 6):
        for _ in range(many):
            plant = make_factory(region=region)
            make_machine_status(make_machine(plant), state="stopped")
            make_line(plant, nominal=10, current=1)
            make_demand(make_repair_request(make_machine(plant)), make_trade("welding"), people=1)
            make_offer(make_seat(make_battle(plant, state="asking")), state="asked", asked_at=now())
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("battles:overview"), {"state": plant.municipality.state.code})
        counts.append(len(queries))

    assert counts[0] == counts[1]
