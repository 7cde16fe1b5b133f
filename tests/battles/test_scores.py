from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from battles.models import RepairRequest
from battles.scores import score_of, scored_reports, scored_requests
from factories.models import BreakdownReport
from factories.states import Condition
from tests.make import make_factory, make_line, make_machine, make_report, make_request, make_sector

pytestmark = pytest.mark.django_db


def points(score) -> list[float | None]:
    return [part.points for part in score.parts]


def score_of_only_report():
    return score_of(scored_reports(BreakdownReport.objects.all()).get())


def score_of_only_request():
    return score_of(scored_requests(RepairRequest.objects.all()).get())


def test_score_of_a_report_names_each_part_with_its_points():
    factory = make_factory(people_depend=1_000, sector=make_sector(weight=8))
    machine = make_machine(factory, line=make_line(factory, nominal=200, current=50))
    make_report(machine, condition=Condition.DANGEROUS, received_at=now() - timedelta(days=8))

    score = score_of_only_report()

    assert points(score) == [20, 22.5, 12, 15, 6]
    assert score.total == pytest.approx(75.5)
    assert score.unknown == []


def test_score_without_a_plant_counts_what_is_unknown_half():
    make_report(plant_name="La Nueva", condition=Condition.DANGEROUS, received_at=now() - timedelta(days=40))

    score = score_of_only_report()

    assert points(score) == [None, None, None, 15, 10]
    assert score.total == pytest.approx(75 / 2 + 25)
    assert len(score.unknown) == 3


def test_score_that_does_not_know_the_output_says_so():
    factory = make_factory(people_depend=100_000, sector=make_sector(weight=10))
    make_report(make_machine(factory, line=make_line(factory, nominal=None, current=None)))

    score = score_of_only_report()

    assert points(score) == [25, None, 20, 0, 0]
    assert score.total == pytest.approx(25 + 15 + 20)


def test_score_of_nobody_depending_is_known_and_nothing():
    make_report(make_machine(make_factory(people_depend=0)))

    assert points(score_of_only_report())[2] == 0


def test_score_of_a_machine_that_still_runs_loses_no_output():
    factory = make_factory()
    make_report(make_machine(factory, line=make_line(factory, nominal=100, current=0)), condition=Condition.RUNNING)

    assert points(score_of_only_report())[1] == 0


def test_score_of_a_line_above_its_nominal_output_is_not_negative():
    factory = make_factory()
    make_report(make_machine(factory, line=make_line(factory, nominal=100, current=150)))

    assert points(score_of_only_report())[1] == 0


def test_score_of_a_request_takes_what_the_coordinator_wrote_before_the_line():
    factory = make_factory(people_depend=1, sector=make_sector(weight=10))
    machine = make_machine(factory, line=make_line(factory, nominal=100, current=0))
    make_request(machine, output_lost=20)

    assert points(score_of_only_request()) == [25, 6, 4, 0, 0]


def test_score_of_a_request_falls_back_on_the_line():
    factory = make_factory()
    make_request(make_machine(factory, line=make_line(factory, nominal=100, current=25)))

    assert points(score_of_only_request())[1] == 22.5


def test_score_of_an_unknown_plant_is_not_the_last_of_the_queue():
    known = make_report(make_machine(make_factory(people_depend=10, sector=make_sector("light", weight=1))))
    unknown = make_report(plant_name="La Nueva")

    assert list(scored_reports(BreakdownReport.objects.all()).order_by("-score")) == [unknown, known]


def test_scored_reports_sort_by_score():
    light, heavy = make_sector("light", weight=1), make_sector("food", weight=10)
    low = make_report(make_machine(make_factory(sector=light)))
    high = make_report(make_machine(make_factory(sector=heavy)))

    assert list(scored_reports(BreakdownReport.objects.all()).order_by("-score")) == [high, low]
