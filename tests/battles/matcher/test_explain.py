import pytest

from battles.matcher import Change, CostParts, Keep, Pin, explain, rank, solve, why_not
from tests.battles.matcher.builders import at, battle, line, person, problem


def explained(asked):
    return explain(asked, solve(asked))


def changes_of(asked):
    (empty,) = explained(asked).empties
    return [
        (one.kind, one.person, pytest.approx(one.amount), pytest.approx(one.cost), one.battle) for one in empty.changes
    ]


def test_a_pick_says_what_was_asked_and_what_it_costs():
    asked = problem([person(1, km=200, level=3, fought=2)], [battle()])

    (pick,) = explained(asked).picks

    assert (pick.battle, pick.line, pick.person, pick.asked, pick.had) == (9, 0, 1, 2, 3)
    assert (pick.km, pick.days_away, pick.fought, pick.also_in) == (pytest.approx(200), 5, 2, ())
    assert pick.cost == CostParts(km=pytest.approx(200), load=50, over=15)
    assert pick.runners_up == ()


def test_the_three_cheapest_others_are_runners_up_with_what_speaks_against_them():
    people = [
        person(1, km=50),
        person(2, km=10, free=()),
        person(3, km=20, max_km=5),
        person(4, km=60),
        person(5, km=70),
        person(6, level=1),
    ]

    (pick,) = explained(problem(people, [battle()])).picks

    assert [(one.person, one.why) for one in pick.runners_up] == [
        (2, "not_free"),
        (3, "too_far"),
        (4, "farther"),
    ]
    assert [one.more for one in pick.runners_up] == pytest.approx([-40, -30, 10])


def test_a_runner_up_is_needed_elsewhere_or_rests_and_the_battle_is_named():
    home, away = battle(9), battle(8, line(2), place=at(-100), weight=5)
    later = battle(7, place=at(-100), start=15, weight=5)
    people = [person(1, km=-100), person(2, km=-110), person(3, km=400), person(4, km=-120, free=((15, 18),))]

    picks = explained(problem(people, [home, away, later])).picks

    ours = next(pick for pick in picks if pick.battle == 9)
    last = next(pick for pick in picks if pick.battle == 7)
    assert [(one.person, one.why, one.battle) for one in ours.runners_up] == [
        (1, "needed_elsewhere", 8),
        (2, "needed_elsewhere", 8),
        (4, "not_free", None),
    ]
    assert [(one.person, one.why, one.battle) for one in last.runners_up] == [
        (1, "resting", 8),
        (2, "resting", 8),
        (3, "resting", 9),
    ]


def test_what_made_a_runner_up_dearer_is_told():
    people = [person(1), person(2, km=1, fought=1), person(3, level=4), person(4)]

    (pick,) = explained(problem(people, [battle()])).picks

    assert [(one.person, one.why) for one in pick.runners_up] == [
        (4, "equal"),
        (2, "more_load"),
        (3, "over_qualified"),
    ]


def test_a_pick_that_was_pinned_or_kept_says_so():
    people = [person(1), person(2, km=50)]

    (pinned,) = explained(problem(people, [battle()], pins=(Pin(9, into=(2,)),))).picks
    (kept,) = explained(problem(people, [battle()], keep=(Keep(9, 0, 2, 60),))).picks
    (barred,) = explained(problem(people, [battle()], pins=(Pin(9, out=(1,)),))).picks

    assert [one.runners_up[0].why for one in (pinned, kept, barred)] == ["pinned_in", "kept", "pinned_out"]


def test_an_empty_place_counts_who_has_the_trade_by_what_stands_against_them():
    people = [
        person(1, free=()),
        person(2, km=50, max_km=40),
        person(3, max_days=1),
        person(4, battles_left=0),
        person(5, trades={"boilers": 4}),
        person(6, level=1),
        person(7, free=((10, 12),)),
    ]
    asked = problem(people, [battle(9), battle(8, weight=3)])

    (empty,) = explained(asked).empties

    assert (empty.battle, empty.line, empty.people, empty.why) == (9, 0, 1, "needed_elsewhere")
    assert empty.qualified == 5
    assert empty.counts == {
        "not_free": 1,
        "too_far": 1,
        "too_long": 1,
        "no_battles_left": 1,
        "needed_elsewhere": 1,
    }
    assert empty.worth == pytest.approx(3500)


def test_one_level_lower_would_do():
    assert changes_of(problem([person(1, km=30, level=1)], [battle()])) == [("lower_level", 1, 1, 30, None)]


def test_one_level_lower_is_asked_of_one_place_only():
    asked = problem([person(1, km=400), person(2, km=30, level=1)], [battle(9, line(2))])

    assert changes_of(asked) == [("lower_level", 2, 1, 30, None)]


def test_a_later_or_earlier_start_would_do_and_lateness_is_counted():
    later = problem([person(1, free=((12, 20),))], [battle(weight=2)])
    earlier = problem([person(1, km=10, free=((8, 10),))], [battle(weight=2)])

    assert changes_of(later) == [("later", 1, 2, 2 * 2 * 40, None)]
    assert changes_of(earlier) == [("earlier", 1, 2, 10, None)]


def test_a_start_that_the_crew_cannot_follow_is_not_offered():
    bound_crew = person(2, free=((10, 12),))

    assert changes_of(problem([person(1, free=((12, 20),)), bound_crew], [battle(9, line(2))])) == []


def test_so_many_kilometres_or_days_more_would_do():
    assert changes_of(problem([person(1, km=120, max_km=100)], [battle()])) == [
        ("farther_than_accepted", 1, 20, 120, None)
    ]
    assert changes_of(problem([person(1, max_days=1)], [battle()])) == [("longer_than_accepted", 1, 2, 0, None)]


def test_somebody_could_be_taken_from_another_battle_at_its_loss():
    asked = problem([person(1, km=40, free=((10, 12),))], [battle(9), battle(8, weight=3)])

    assert changes_of(asked) == [("take", 1, 0, 3 * 3500, 8)]


def test_somebody_could_be_sent_although_the_plan_is_cheaper_without():
    assert changes_of(problem([person(1, km=300)], [battle(9, line(required=False))])) == [("send", 1, 0, 300, None)]


def test_changes_come_cheapest_first():
    people = [person(1, km=90, level=1), person(2, km=140, max_km=100), person(3, free=((11, 30),))]

    (empty,) = explained(problem(people, [battle()])).empties

    assert [one.kind for one in empty.changes] == ["later", "lower_level", "farther_than_accepted"]
    assert empty.changes[1] == Change("lower_level", 1, 1, pytest.approx(90))


def test_rank_orders_who_may_come_by_what_it_costs():
    people = [
        person(1, km=90),
        person(2, km=60, fought=2),
        person(3, level=1),
        person(4, free=()),
        person(5, km=90),
    ]
    asked = problem(people, [battle()])

    ranked = rank(asked, asked.battles[0], asked.battles[0].seats[0], 10, people)

    assert [(who, cost.total) for who, cost in ranked] == [
        (1, pytest.approx(90)),
        (5, pytest.approx(90)),
        (2, pytest.approx(110)),
    ]


def test_why_not_names_the_first_reason():
    asked = problem([], [battle()])
    seat = (asked.battles[0], asked.battles[0].seats[0], 10)

    assert why_not(asked, person(free=(), max_km=0, km=9), *seat) == "not_free"
    assert why_not(asked, person(), *seat) is None
