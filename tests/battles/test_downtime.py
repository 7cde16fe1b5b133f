from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localtime, now

from battles.downtime import downtime
from tests.make import make_common_fault, make_machine, make_machine_status, make_report

pytestmark = pytest.mark.django_db


def stood(machine, days_ago, for_days, state="stopped"):
    since = now() - timedelta(days=days_ago)
    return make_machine_status(machine, state=state, since=since, until=since + timedelta(days=for_days))


def of(machine):
    found = downtime(machine.statuses.all(), list(machine.reports.prefetch_related("faults")))
    return round(found.days), [(cause, round(days)) for cause, days in found.causes]


def test_days_are_added_up_by_the_fault_that_was_reported():
    machine = make_machine()
    fault = make_common_fault(machine.kind)
    stood(machine, 100, 10)
    stood(machine, 50, 4, state="dangerous")
    stood(machine, 30, 9, state="badly")
    report = make_report(machine, received_at=now() - timedelta(days=101))
    report.faults.add(fault)

    assert of(machine) == (14, [(fault.name, 10), ("no se sabe", 4)])


def test_only_the_last_year_counts_and_what_still_stands_counts_until_now():
    machine = make_machine()
    stood(machine, 400, 45)
    make_machine_status(machine, state="stopped", since=now() - timedelta(days=3))

    assert of(machine)[0] == 13


def test_a_span_over_the_end_of_a_month_counts_in_both():
    machine = make_machine()
    month = localtime(now() - timedelta(days=60))
    first = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    make_machine_status(machine, state="stopped", since=first - timedelta(days=2), until=first + timedelta(days=3))

    found = downtime(machine.statuses.all(), [])

    assert [(each.day, round(days, 1)) for each, days in found.months] == [(1, 3.0), (1, 2.0)]


def test_a_machine_that_never_stood_has_none():
    found = downtime(make_machine().statuses.all(), [])

    assert (found.days, found.months, found.causes) == (0, [], [])
