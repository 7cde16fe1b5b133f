"""The ledger of calls: what counts, from when on, what is usual in a trade."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware, now

from battles.fairness import (
    FAR,
    LAST,
    LEAST,
    MOST,
    MOST_KM,
    NEVER,
    NOTHING,
    WENT_MOST,
    Ledger,
    Tally,
    account_of,
    columns,
    days_given,
    gini,
    since,
    standard,
    tallies,
    top_share,
)
from battles.states import BattleState, OfferState
from epo.core.clock import today
from tests.make import (
    make_absence,
    make_battle,
    make_crew_day,
    make_offer,
    make_qualification,
    make_seat,
    make_trade,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


def at(day: date, hour: time = time.min) -> datetime:
    return make_aware(datetime.combine(day, hour))


def asked(person, state=OfferState.ASKED, *, battle=BattleState.ASKING, first_day=None, **fields):
    battle = make_battle(state=battle, first_day=first_day or today() - timedelta(days=10))
    return make_offer(make_seat(battle), person, state, **fields)


def calls(counts):
    return [Tally(asked=n) for n in counts]


def test_tally_counts_offers_in_every_state():
    person = make_volunteer("welding")
    for state in OfferState:
        asked(person, state, battle=BattleState.CLOSED, km=100.0)

    found = tallies(since("year"))

    assert found == {
        person.pk: Tally(asked=9, accepted=5, declined=1, unanswered=1, went=4, km=800.0, last_asked=today())
    }


def test_withdrawn_after_a_yes_counts_as_a_yes():
    person = make_volunteer("welding")
    asked(person, OfferState.WITHDRAWN)
    asked(person, OfferState.WITHDRAWN, answered_at=now())

    found = tallies(None)[person.pk]

    assert (found.asked, found.accepted, found.went) == (2, 1, 0)


@pytest.mark.parametrize(
    ("state", "fields", "went"),
    [
        (BattleState.READY, {}, 0),
        (BattleState.UNDER_WAY, {}, 1),
        (BattleState.CLOSED, {}, 1),
        (BattleState.CALLED_OFF, {}, 0),
        (BattleState.CALLED_OFF, {"started_at": now()}, 1),
    ],
)
def test_went_asks_that_the_battle_began(state, fields, went):
    person = make_volunteer("welding")
    battle = make_battle(state=state, first_day=today() - timedelta(days=3), **fields)
    make_offer(make_seat(battle), person, OfferState.ACCEPTED, km=50.0)

    found = tallies(None)[person.pk]

    assert (found.went, found.km) == (went, 100.0 * went)


@pytest.mark.parametrize(("before", "counted"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_call_counts_from_the_first_moment_of_the_years_first_day(before, counted):
    person = make_volunteer("welding")
    asked(person, OfferState.DECLINED, asked_at=at(today() - YEAR) - before)

    found = tallies(since("year"))[person.pk]

    assert (found.asked, found.declined) == (counted, counted)


@pytest.mark.parametrize(("before", "counted"), [(0, 1), (1, 0)])
def test_journey_counts_by_the_battles_first_day(before, counted):
    person = make_volunteer("welding")
    first_day = today() - YEAR - timedelta(days=before)
    asked(person, OfferState.DONE, battle=BattleState.CLOSED, first_day=first_day, asked_at=at(today() - YEAR), km=10.0)

    found = tallies(since("year"))[person.pk]

    assert (found.asked, found.went, found.km) == (1, counted, 20.0 * counted)


def test_last_asked_knows_no_period():
    person = make_volunteer("welding")
    asked(person, OfferState.DECLINED, asked_at=at(today() - timedelta(days=800)))

    found = tallies(since("quarter"))[person.pk]

    assert found == Tally(last_asked=today() - timedelta(days=800))


def test_days_count_until_today_in_battles_that_began():
    person = make_volunteer("welding")
    begun = asked(person, OfferState.ON_SITE, battle=BattleState.UNDER_WAY)
    waits = asked(person, OfferState.ACCEPTED, battle=BattleState.READY)
    for offset in (-366, -365, -1, 0, 1):
        make_crew_day(begun, today() + timedelta(days=offset))
    make_crew_day(waits, today() - timedelta(days=2))

    found = [days_given([person.pk], since(period)) for period in ("year", "quarter", "all")]

    assert found == [{person.pk: 3}, {person.pk: 2}, {person.pk: 4}]


# What is usual


def test_standard_by_a_hand_made_example():
    found = standard(calls([0, 0, 1, 2, 2, 3, 4, 8]))

    assert (found.people, found.total, found.never, found.calls) == (8, 20, 2, {0: 2, 1: 1, 2: 2, 3: 1, 4: 1, 8: 1})
    assert (found.asked.low, found.asked.median, found.asked.high) == (0, 2, 4)
    differences = 82  # of each person's calls to each other's, added up
    assert (found.top_share, found.gini) == (8 / 20, pytest.approx(differences / (8 * 20)))


@pytest.mark.parametrize("counts", [[3], [0, 4], [0, 1, 5], [0, 0, 0, 9], [1, 1, 2, 2, 3, 9, 9]])
def test_at_least_half_of_the_people_lie_in_the_middle_half(counts):
    spread = standard(calls(counts)).asked

    assert sum(spread.low <= n <= spread.high for n in counts) * 2 >= len(counts)


@pytest.mark.parametrize(
    ("counts", "share", "uneven"), [([0, 0], None, None), ([2] * 20, 0.1, 0.0), ([0] * 9 + [5], 1.0, 0.9)]
)
def test_concentration(counts, share, uneven):
    assert (top_share(counts), gini(counts)) == (share, pytest.approx(uneven) if uneven is not None else None)


def test_nobody_has_no_standard():
    assert standard([]) is None


@pytest.mark.parametrize(
    ("counts", "number", "is_far"),
    [([0] * 4, 9, False), ([0] * 5, 2, False), ([0] * 5, 3, True), ([1, 1, 2, 3, 3], 6, False), ([1, 1, 2, 3, 3], 7, True)],
)  # fmt: skip
def test_far_above_the_others(counts, number, is_far):
    assert standard(calls(counts)).is_far_above(number) is is_far


def test_standards_count_who_can_be_sent_and_was_never_asked():
    called = make_volunteer("welding")
    make_volunteer("welding")
    make_volunteer("welding", standing="paused")
    make_volunteer("welding", is_adviser_only=True)
    make_qualification(make_volunteer(), make_trade(), valid_until=today() - timedelta(days=1))
    make_volunteer("rigging")
    make_absence(make_volunteer("welding"), today(), today() + timedelta(days=9))
    asked(called)

    ledger = Ledger(since("year"))
    found = {trade.code: ledger.standards[trade.pk] for trade in (make_trade(), make_trade("rigging"))}

    assert {code: (one.people, one.never) for code, one in found.items()} == {"welding": (3, 2), "rigging": (1, 1)}
    assert (ledger.overall.people, ledger.overall.never) == (4, 3)


def test_people_are_compared_by_the_trade_they_know_best():
    person = make_volunteer("rigging", level=2)
    make_qualification(person, make_trade("welding"), level=4)
    make_qualification(person, make_trade("alignment"), level=1)
    ledger = Ledger(None)

    [account] = ledger.accounts([person])

    assert (account.trade.code, account_of(person).trade.code) == ("welding", "welding")
    assert ledger.accounts([person], make_trade("rigging"))[0].trade.code == "rigging"


def test_account_alone_is_the_same_as_in_the_ledger():
    people = [make_volunteer("welding") for _ in range(6)]
    offer = asked(people[0], OfferState.DONE, battle=BattleState.CLOSED, km=120.0)
    make_crew_day(offer, today() - timedelta(days=9))
    asked(people[0], OfferState.EXPIRED)
    asked(people[1])

    ledger = Ledger(since("year"))

    assert [account_of(one) for one in people] == ledger.accounts(people)


def test_account_of_who_knows_no_trade_has_nothing_to_compare():
    person = make_volunteer()

    account = account_of(person)

    assert (account.tally, account.days, account.trade, account.standard) == (NOTHING, 0, None, None)


def test_own_figures_are_there_for_who_cannot_be_sent_any_more():
    person = make_volunteer("welding", standing="paused")
    asked(person)

    account = account_of(person)

    assert (account.tally.asked, account.standard) == (1, None)


def test_listed_orders_and_narrows():
    ledger = Ledger(None)
    ledger.tallies = {
        1: Tally(asked=5, went=1, km=10.0, last_asked=date(2026, 3, 1)),
        2: Tally(asked=2, went=2, km=900.0, last_asked=date(2026, 2, 1)),
        3: Tally(asked=0, last_asked=date(2025, 1, 1)),
    }
    ledger.main_trades, ledger.standards = {1: 7}, {7: standard(calls([0] * 5))}

    found = {order: ledger.listed([4, 3, 2, 1], order) for order in (MOST, LEAST, WENT_MOST, MOST_KM, LAST)}

    assert found == {
        MOST: [1, 2, 4, 3], LEAST: [4, 3, 2, 1], WENT_MOST: [2, 1, 4, 3], MOST_KM: [2, 1, 4, 3], LAST: [4, 3, 2, 1],
    }  # fmt: skip
    assert (ledger.listed([4, 3, 2, 1], MOST, NEVER), ledger.listed([4, 3, 2, 1], MOST, FAR)) == ([4, 3], [1])


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0], [(0, 0, 1)]),
        ([0, 0, 2], [(0, 0, 2), (1, 1, 0), (2, 2, 1)]),
        ([0] * 9 + [1, 30], [(0, 0, 9), (1, 1, 1), *((n, n, 0) for n in range(2, 8)), (8, 30, 1)]),
        ([2, 4, 4, 8, 60], [(0, 0, 0), (1, 2, 1), (3, 4, 2), *((n, n + 1, int(n == 7)) for n in (5, 7, 9, 11, 13)), (15, 60, 1)]),
    ],
)  # fmt: skip
def test_columns_put_the_unasked_apart_and_the_far_above_together(counts, expected):
    assert columns(standard(calls(counts))) == expected


def test_ledger_asks_two_questions_whatever_the_number(django_assert_num_queries):
    for _ in range(3):
        asked(make_volunteer("welding"))

    with django_assert_num_queries(2):
        Ledger(since("year"))
