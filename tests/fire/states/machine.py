"""Everything that people and time can do to requests, battles, offers and days, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from battles.actions import answers, battles, deadlines, field, offers, pins, reports, requests, results, seats
from battles.actions.refill import refill_battle
from battles.models import Battle, Offer, RepairRequest, Seat
from battles.states import AnsweredBy, DeclineReason, OfferState, RequestState, SeatKind
from epo.core.clock import today
from factories.models import BreakdownReport
from tests.fire.states.checker import Watch
from tests.fire.states.world import World, active_links, attempt, let_days_pass

WHICH = st.integers(0, 5)
BATTLE = st.integers(0, 1)
MOST_REQUESTS = 5
LINK = AnsweredBy.LINK


class Broken(AssertionError):
    """An invariant does not hold."""


class Machine(RuleBasedStateMachine):
    world: ClassVar[World]
    refusals: ClassVar[dict[str, int]] = {}
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.watch = Watch()
        self.watch.begin()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def act(self, act: Callable[[], object]) -> None:
        code = attempt(act)
        Machine.steps += 1
        Machine.refusals[code] = Machine.refusals.get(code, 0) + 1
        self.check()

    def check(self) -> None:
        if wrong := self.watch.wrong():
            raise Broken("; ".join(wrong))

    def battle(self, which: int) -> Battle:
        return Battle.objects.get(pk=self.world.battles[which].pk)

    def offer(self, which: int, *states: OfferState) -> Offer | None:
        """One in these states if there is one, else any: what comes too late, or too early, is tried as well."""
        suited = Offer.objects.filter(state__in=states).order_by("-pk")[: which + 1]
        return list(suited)[-1] if suited else Offer.objects.order_by("-pk").first()

    def on(self, offer: Offer | None, act: Callable[[Offer], object]) -> None:
        if offer is not None:
            self.act(lambda: act(offer))

    # Offers

    @rule(battle=BATTLE, who=st.integers(0, 3), which=WHICH)
    def propose(self, battle: int, who: int, which: int) -> None:
        lines = sorted({seat.line for seat in Seat.objects.filter(battle=self.world.battles[battle].pk)})
        if not lines:
            return
        line, volunteer = lines[which % len(lines)], self.world.volunteers[who]
        said: dict[str, Any] = {"volunteer": volunteer, "line": line, "by": self.world.boss}
        self.act(lambda: offers.propose(battle=self.battle(battle), **said))

    @rule(which=WHICH)
    def ask(self, which: int) -> None:
        self.on(self.offer(which, OfferState.PROPOSED), lambda one: offers.ask(offer=one, by=self.world.boss))

    @rule(battle=BATTLE)
    def ask_all(self, battle: int) -> None:
        self.act(lambda: offers.ask_all(battle=self.battle(battle), by=self.world.boss))

    @rule(which=WHICH, who=st.integers(0, 3))
    def swap(self, which: int, who: int) -> None:
        offer, other = self.offer(which, OfferState.PROPOSED), self.world.volunteers[who]
        self.on(offer, lambda one: offers.swap(offer=one, volunteer=other, by=self.world.boss))

    @rule(which=WHICH, is_kept_off=st.booleans())
    def drop(self, which: int, is_kept_off: bool) -> None:
        drop = pins.take_off if is_kept_off else offers.drop
        self.on(self.offer(which, OfferState.PROPOSED), lambda one: drop(offer=one, by=self.world.boss))

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        offer = self.offer(which, OfferState.ASKED, OfferState.EXPIRED)
        self.on(offer, lambda one: answers.accept(offer=one, by=None, how=LINK))

    @rule(which=WHICH, first=st.integers(0, 3), last=st.integers(0, 3))
    def accept_in_part(self, which: int, first: int, last: int) -> None:
        def take(one: Offer) -> object:
            start = one.battle.first_day or today()
            days = {"first": start + timedelta(days=first), "last": start + timedelta(days=last)}
            return answers.accept(offer=one, by=None, how=LINK, **days)

        self.on(self.offer(which, OfferState.ASKED, OfferState.EXPIRED), take)

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        why = DeclineReason.WORK
        offer = self.offer(which, OfferState.ASKED)
        self.on(offer, lambda one: answers.decline(offer=one, by=None, how=LINK, reason=why))

    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        self.on(self.offer(which, OfferState.ASKED), lambda one: offers.withdraw(offer=one, by=self.world.boss))

    @rule(which=WHICH)
    def expire(self, which: int) -> None:
        self.on(self.offer(which, OfferState.ASKED), lambda one: deadlines.expire(offer_id=one.pk))

    @rule(which=WHICH)
    def release(self, which: int) -> None:
        offer = self.offer(which, OfferState.ACCEPTED)
        self.on(offer, lambda one: answers.release(offer=one, by=self.world.boss, reason="no puede"))

    @rule(which=WHICH)
    def arrive(self, which: int) -> None:
        self.on(self.offer(which, OfferState.ACCEPTED), lambda one: field.arrive(offer=one, by=self.world.boss))

    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        offer = self.offer(which, OfferState.ON_SITE)
        self.on(offer, lambda one: answers.leave(offer=one, by=self.world.boss, reason="enferma"))

    @rule(which=WHICH)
    def go_home(self, which: int) -> None:
        self.on(self.offer(which, OfferState.ON_SITE), lambda one: field.go_home(offer=one, by=self.world.boss))

    @rule(battle=BATTLE)
    def ask_the_next_best(self, battle: int) -> None:
        self.act(lambda: refill_battle(battle_id=self.world.battles[battle].pk))

    @rule()
    def withdraw_what_clashes(self) -> None:
        self.act(answers.withdraw_all_clashing)

    # Battles

    @rule(battle=BATTLE)
    def start_asking(self, battle: int) -> None:
        self.act(lambda: battles.start_asking(battle=self.battle(battle), by=self.world.boss))

    @rule(battle=BATTLE)
    def back_to_draft(self, battle: int) -> None:
        self.act(lambda: battles.back_to_draft(battle=self.battle(battle), reason="lluvia", by=self.world.boss))

    @rule(battle=BATTLE, luck=st.integers(0, 5))
    def call_off(self, battle: int, luck: int) -> None:
        """Seldom, since nothing comes after it."""
        if luck == 0:
            self.act(lambda: battles.call_off(battle=self.battle(battle), reason="lluvia", by=self.world.boss))

    @rule(battle=BATTLE)
    def begin(self, battle: int) -> None:
        self.act(lambda: battles.begin(battle=self.battle(battle), by=self.world.boss))

    @rule(battle=BATTLE)
    def close(self, battle: int) -> None:
        self.act(lambda: results.close_battle(battle=self.battle(battle), by=self.world.boss))

    @rule(battle=BATTLE, begins=st.integers(2, 8), days=st.integers(1, 4))
    def redate(self, battle: int, begins: int, days: int) -> None:
        said: dict[str, Any] = {"first_day": today() + timedelta(days=begins), "days": days}
        self.act(lambda: battles.change_battle(battle=self.battle(battle), by=self.world.boss, **said))

    @rule(battle=BATTLE, kind=st.sampled_from([SeatKind.REQUIRED, SeatKind.OPTIONAL]))
    def add_seat(self, battle: int, kind: SeatKind) -> None:
        said: dict[str, Any] = {"trade": self.world.trade, "level": 2, "kind": kind, "by": self.world.boss}
        self.act(lambda: seats.add_seat(battle=self.battle(battle), **said))

    @rule(which=WHICH)
    def remove_seat(self, which: int) -> None:
        found = list(Seat.objects.order_by("pk"))
        if found:
            self.act(lambda: seats.remove_seat(seat=found[which % len(found)], by=self.world.boss))

    @rule(battle=BATTLE)
    def fill_seats(self, battle: int) -> None:
        self.act(lambda: seats.fill_seats(battle=self.battle(battle), by=self.world.boss))

    @rule(battle=BATTLE, who=st.integers(0, 3), how=st.sampled_from([pins.pin_in, pins.pin_out, pins.unpin]))
    def pin(self, battle: int, who: int, how: Callable[..., object]) -> None:
        said = {"volunteer": self.world.volunteers[who], "by": self.world.boss}
        self.act(lambda: how(battle=self.battle(battle), **said))

    # Requests and reports

    def request(self, which: int) -> RepairRequest:
        found = list(RepairRequest.objects.order_by("pk"))
        return found[which % len(found)]

    def report(self, which: int) -> BreakdownReport:
        found = list(BreakdownReport.objects.order_by("number"))
        return found[which % len(found)]

    @rule(which=WHICH)
    def open_request(self, which: int) -> None:
        if RepairRequest.objects.count() < MOST_REQUESTS:
            self.act(lambda: requests.open_request(report=self.report(which), by=self.world.boss))

    @rule(which=WHICH, request=WHICH)
    def join(self, which: int, request: int) -> None:
        said: dict[str, Any] = {"request": self.request(request), "by": self.world.boss}
        self.act(lambda: requests.join_reports(reports=[self.report(which)], **said))

    @rule(which=WHICH)
    def set_aside(self, which: int) -> None:
        self.act(lambda: reports.set_aside(reports=[self.report(which)], reason="no", by=self.world.boss))

    @rule(which=WHICH)
    def reopen_report(self, which: int) -> None:
        self.act(lambda: reports.reopen_report(report=self.report(which), by=self.world.boss))

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self.act(lambda: requests.cancel_request(request=self.request(which), reason="no", by=self.world.boss))

    @rule(which=WHICH)
    def reopen_request(self, which: int) -> None:
        self.act(lambda: requests.reopen_request(request=self.request(which), by=self.world.boss))

    @rule(battle=BATTLE, which=WHICH, is_in=st.booleans())
    def add_or_remove_request(self, battle: int, which: int, is_in: bool) -> None:
        act: Callable[..., object] = battles.add_request if is_in else battles.remove_request
        self.act(lambda: act(battle=self.battle(battle), request=self.request(which), by=self.world.boss))

    @rule(which=WHICH, outcome=st.sampled_from(["", *RequestState.values[3:6]]))
    def judge(self, which: int, outcome: str) -> None:
        links = list(active_links().order_by("pk"))
        if links:
            said: dict[str, Any] = {"outcome": outcome, "barrier": "no_part", "by": self.world.boss}
            self.act(lambda: results.record_outcome(link=links[which % len(links)], **said))

    # Time

    @rule(days=st.integers(1, 2))
    def days_pass(self, days: int) -> None:
        let_days_pass(days)
        self.watch.days_passed(days)
        self.check()
