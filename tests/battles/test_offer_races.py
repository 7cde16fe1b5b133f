"""Two answers at the same moment, on the real database, with threads and connections of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection
from django.utils.timezone import now

from battles.actions import answers, battles, deadlines, offers
from battles.models import CrewDay, Offer
from battles.rules import offers as rules
from battles.states import AnsweredBy, BattleState, OfferState
from epo.core.errors import Refused
from tests.locks import held_elsewhere, impatient
from tests.make import make_battle, make_offer, make_seat, make_volunteer, make_watch

pytestmark = pytest.mark.django_db(transaction=True)


def accept(offer: Offer) -> str:
    """What the volunteer reads: "accepted", or the code of the refusal."""
    try:
        return answers.accept(offer=offer, by=None, how=AnsweredBy.LINK).state
    except Refused as refused:
        return refused.refusal.code


def at_once(act: Callable[[Offer], str], rows: list[Offer]) -> Counter[str]:
    """Carry out `act` on each row, all threads starting together; how often each outcome came."""
    outcomes: list[str] = []
    together = Barrier(len(rows))

    def run(row: Offer) -> None:
        try:
            together.wait()
            outcomes.append(act(row))
        except Exception as error:  # noqa: BLE001 -- told to the test, which expects none
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return Counter(outcomes)


@contextmanager
def without_unique_days() -> Iterator[None]:
    """The database no longer forbids to give a day twice."""
    kept = CrewDay._meta.constraints
    constraint = next(c for c in kept if c.name == "a_day_is_given_once")
    CrewDay._meta.constraints = [c for c in kept if c is not constraint]  # SQLite makes the table anew from these
    with connection.schema_editor() as editor:
        editor.remove_constraint(CrewDay, constraint)
    try:
        yield
    finally:
        CrewDay.objects.all().delete()
        CrewDay._meta.constraints = kept
        with connection.schema_editor() as editor:
            editor.add_constraint(CrewDay, constraint)


def two_battles_that_overlap_by_a_day() -> list[Offer]:
    volunteer = make_volunteer("welding")
    first = make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer)
    start = first.battle.last_day
    second = make_offer(make_seat(make_battle(state=BattleState.ASKING, first_day=start)), volunteer)
    return [first, second]


def days_given_twice() -> int:
    days = Counter(CrewDay.objects.values_list("volunteer", "day"))
    return sum(1 for times in days.values() if times > 1)


def test_last_seat_accepted_by_two_at_once_goes_to_one():
    seat = make_seat(make_battle(state=BattleState.ASKING, asks_per_seat=2))
    rivals = [make_offer(seat), make_offer(seat)]

    outcomes = at_once(accept, rivals)

    held = Offer.objects.holding().filter(seat=seat).count()
    assert (held, outcomes[OfferState.ACCEPTED], outcomes[rules.WITHDRAWN.code]) == (1, 1, 1)
    seat.battle.refresh_from_db()
    assert seat.battle.state == BattleState.READY


def test_many_accept_few_seats_and_all_of_them_are_filled():
    battle = make_battle(state=BattleState.ASKING, asks_per_seat=4)
    seats = [make_seat(battle) for _n in range(3)]
    rivals = [make_offer(seats[0]) for _n in range(8)]

    outcomes = at_once(accept, rivals)

    assert outcomes == {OfferState.ACCEPTED: 3, rules.WITHDRAWN.code: 5}
    assert set(Offer.objects.holding().values_list("seat", flat=True)) == {seat.pk for seat in seats}


def test_one_volunteer_accepting_two_battles_at_once_gets_one():
    outcomes = at_once(accept, two_battles_that_overlap_by_a_day())

    assert outcomes[OfferState.ACCEPTED] == 1
    assert outcomes[rules.DAY_TAKEN.code] + outcomes[rules.WITHDRAWN.code] == 1
    assert days_given_twice() == 0


def test_unique_days_alone_forbid_to_give_a_day_twice(monkeypatch):
    monkeypatch.setattr(rules, "why_not_give", lambda _volunteer, _days: None)

    outcomes = at_once(accept, two_battles_that_overlap_by_a_day())

    assert outcomes == {OfferState.ACCEPTED: 1, rules.DAY_TAKEN.code: 1}
    assert days_given_twice() == 0


def test_control_without_unique_days_a_day_is_given_twice(monkeypatch):
    monkeypatch.setattr(rules, "why_not_give", lambda _volunteer, _days: None)

    with without_unique_days():
        outcomes = at_once(accept, two_battles_that_overlap_by_a_day())
        found = days_given_twice()

    assert (outcomes, found) == ({OfferState.ACCEPTED: 2}, 1)


def test_accept_waits_for_the_battle():
    offer = make_offer()

    with (
        held_elsewhere(lambda: offers.lock_battle(offer.battle_id)),
        impatient(),
        pytest.raises(OperationalError),
    ):
        answers.accept(offer=offer, by=None, how=AnsweredBy.LINK)

    assert Offer.objects.get(pk=offer.pk).state == OfferState.ASKED


def test_accept_waits_for_the_volunteer():
    first, second = two_battles_that_overlap_by_a_day()

    with held_elsewhere(lambda: offers.lock_offer(first)), impatient(), pytest.raises(OperationalError):
        answers.accept(offer=second, by=None, how=AnsweredBy.LINK)

    assert Offer.objects.get(pk=second.pk).state == OfferState.ASKED


def test_who_comes_too_late_is_told_at_once():
    offer = make_offer(state=OfferState.WITHDRAWN)

    with held_elsewhere(lambda: offers.lock_offer(offer)), impatient():
        outcome = accept_or_wait(offer)

    assert outcome == "withdrawn"


def test_calling_off_waits_for_those_who_gave_days():
    first, second = two_battles_that_overlap_by_a_day()

    with held_elsewhere(lambda: offers.lock_offer(first)), impatient(), pytest.raises(OperationalError):
        battles.call_off(battle=second.battle, reason="sin gas", by=None)

    assert Offer.objects.get(pk=second.pk).state == OfferState.ASKED


def test_accept_does_not_wait_for_whoever_proposes_the_same_person_elsewhere():
    """A run proposes somebody in one battle and waits for the next; that one's answer must not wait for the run."""
    offer = make_offer()
    seat = make_seat()

    with held_elsewhere(lambda: make_offer(seat, offer.volunteer, state=OfferState.PROPOSED)), impatient():
        outcome = accept_or_wait(offer)

    assert outcome == (OfferState.ACCEPTED if connection.vendor == "postgresql" else "waited")


def test_accept_stands_although_the_other_offers_cannot_be_withdrawn_now():
    first, second = two_battles_that_overlap_by_a_day()

    with held_elsewhere(lambda: offers.lock_battle(second.battle_id)), impatient():
        outcome = accept_or_wait(first)

    assert outcome == (OfferState.ACCEPTED if connection.vendor == "postgresql" else "waited")
    assert Offer.objects.get(pk=second.pk).state == OfferState.ASKED


def accept_or_wait(offer: Offer) -> str:
    """SQLite has one writer at a time: there everybody waits."""
    try:
        return accept(offer)
    except OperationalError:
        return "waited"


def test_an_outage_that_could_not_move_deadlines_is_noticed_again():
    make_watch(seen_at=now() - timedelta(hours=5))
    offer = make_offer()

    with held_elsewhere(lambda: Offer.objects.update(km=1)), impatient(), pytest.raises(OperationalError):
        deadlines.mind_the_deadlines()
    deadlines.mind_the_deadlines()

    moved = Offer.objects.get(pk=offer.pk).deadline - offer.deadline
    assert timedelta(hours=5) <= moved < timedelta(hours=5, minutes=2)


def test_rest_between_battles_holds_when_both_are_accepted_at_once():
    volunteer = make_volunteer("welding")
    first = make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer)
    start = first.battle.last_day + timedelta(days=2)
    second = make_offer(make_seat(make_battle(state=BattleState.ASKING, first_day=start)), volunteer)

    outcomes = at_once(accept, [first, second])

    assert outcomes[OfferState.ACCEPTED] == 1
    assert outcomes[rules.TOO_LITTLE_REST.code] + outcomes[rules.WITHDRAWN.code] == 1
