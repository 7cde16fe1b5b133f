from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now

from battles import gains
from battles.gains import Basis
from battles.models import LineResult
from epo.core.clock import today
from tests.make import (
    make_battle,
    make_factory,
    make_line,
    make_line_result,
    make_membership,
    make_output_reading,
    make_user,
)

pytestmark = pytest.mark.django_db


def line_of(**fields):
    return make_line(make_factory(), **{"unit": "t", "nominal": 100} | fields)


def battle_over(line, days_ago=60, **result):
    battle = make_battle(line.factory, state="closed", ended_at=now() - timedelta(days=days_ago))
    make_line_result(battle, line, **result)
    return battle


def read(line, amount, days_ago, **fields):
    return make_output_reading(line, day=today() - timedelta(days=days_ago), amount=amount, **fields)


def only_gain():
    (found,) = gains.gains(LineResult.objects.all())
    return found


def test_gain_is_the_last_reading_less_what_was_before_the_battle():
    line = line_of()
    battle_over(line, before=10)
    read(line, 40, days_ago=30)
    read(line, 60, days_ago=3, is_confirmed=True)

    found = only_gain()

    assert (found.gain, found.share, found.spread, found.basis) == (
        Decimal(50),
        Decimal("0.5"),
        (Decimal(40), Decimal(60)),
        Basis.WORKERS,
    )


def test_gain_of_a_line_counts_once_for_two_battles():
    line = line_of()
    first, second = battle_over(line, days_ago=200, before=10), battle_over(line, days_ago=50, before=40)
    read(line, 70, days_ago=10)

    found = only_gain()

    assert (found.gain, [battle.pk for battle in found.battles]) == (Decimal(60), [first.pk, second.pk])


def test_a_line_that_fell_back_shows_the_loss():
    line = line_of()
    battle_over(line, before=30)
    read(line, 80, days_ago=50)
    read(line, 20, days_ago=1)

    assert only_gain().gain == Decimal(-10)


def test_what_was_read_before_the_battle_ended_is_no_result_of_it():
    line = line_of()
    battle_over(line, days_ago=10, before=5)
    read(line, 90, days_ago=11)

    found = only_gain()

    assert (found.now, found.gain, found.basis) == (None, None, Basis.NOBODY)


@pytest.mark.parametrize(
    ("result", "nominal", "gain", "share"), [({}, 100, None, None), ({"before": 10}, None, 30, None)]
)
def test_what_is_unknown_stays_unknown(result, nominal, gain, share):
    line = line_of(nominal=nominal)
    battle_over(line, **result)
    read(line, 40, days_ago=1)

    found = only_gain()

    assert (found.gain, found.share) == (gain, share)


def test_results_of_battles_that_are_not_closed_do_not_count():
    line = line_of()
    make_line_result(make_battle(line.factory, state="under_way"), line, before=1, after=50)

    assert gains.gains(LineResult.objects.all()) == []


def test_a_reading_grows_old():
    line = line_of()
    battle_over(line, days_ago=300, before=1)
    read(line, 5, days_ago=gains.FRESH_DAYS)

    found = only_gain()

    assert (found.is_old(today()), found.is_old(today() + timedelta(days=1))) == (False, True)


def test_totals_never_add_tonnes_and_boxes():
    for unit, nominal, before, after in (
        ("t", 100, 10, 40),
        ("t", None, 0, 5),
        ("cajas", 1000, 0, 500),
        ("l", 10, None, 9),
    ):
        line = line_of(unit=unit, nominal=nominal)
        battle_over(line, before=before)
        read(line, after, days_ago=1, is_confirmed=unit == "cajas")
    found = gains.gains(LineResult.objects.all())

    rows = gains.totals(found)

    assert [(row.unit, row.gain, row.lines, row.confirmed, row.share) for row in rows] == [
        ("t", Decimal(35), 2, 0, Decimal("0.3")),
        ("cajas", Decimal(500), 1, 1, Decimal("0.5")),
    ]
    assert gains.restored_share(found) == Decimal("0.4")


def test_gains_take_as_many_queries_for_six_lines_as_for_one(django_assert_num_queries):
    for many in (1, 5):
        for _ in range(many):
            line = line_of()
            battle_over(line, before=1)
            read(line, 5, days_ago=1)
        with django_assert_num_queries(2):
            gains.gains(LineResult.objects.all())


def test_a_gain_says_who_stands_behind_it_and_why_it_is_uncertain():
    line = line_of()
    battle_over(line, before=10)
    delegate = make_membership(line.factory, role="delegate").user
    read(line, 40, days_ago=30, by=make_user())
    first = only_gain()
    read(line, 90, days_ago=20, by=delegate, is_confirmed=True)
    second = only_gain()

    assert (first.is_first_hand, len(first.doubts(today()))) == (False, 2)
    assert (second.is_first_hand, len(second.doubts(today()))) == (True, 1)
    assert len(second.doubts(today() + timedelta(days=200))) == 2


def test_what_comes_by_a_signed_link_is_first_hand():
    line = line_of()
    battle_over(line, before=10)
    read(line, 40, days_ago=30, by=None, is_confirmed=True)
    read(line, 41, days_ago=20, by=None, is_confirmed=True)

    found = only_gain()

    assert (found.is_first_hand, found.doubts(today())) == (True, [])


def test_an_unknown_gain_has_no_doubts():
    line = line_of()
    battle_over(line, before=None)
    read(line, 40, days_ago=30)

    assert only_gain().doubts(today()) == []
