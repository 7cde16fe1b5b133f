"""python -m bench.fire.crossing: processes of the product that do everything at once to the same few battles.

JSON in: `count` processes, `seconds`, `seed`; JSON out: how often each thing was done or refused, what went wrong, and how
long each took.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

PROCESSES = multiprocessing.get_context("fork")


def main() -> None:
    import django

    django.setup()
    said = json.load(sys.stdin)
    gate = PROCESSES.Barrier(said["count"])
    with PROCESSES.Pool(said["count"], _prepare, (gate, said)) as pool:
        told = pool.map(_go_on, range(said["count"]), chunksize=1)
    print(json.dumps([one for share in told for one in share]))


def _prepare(gate: Any, said: dict[str, Any]) -> None:
    global _gate, _said
    _gate, _said = gate, said


def _go_on(number: int) -> list[tuple[str, str, str, float]]:
    """What was done, how it ended (done, refused, nothing, error), why, and the seconds that it took."""
    from epo.core.errors import Refused

    chance, told = Random(f"{_said['seed']}-{number}"), []
    _gate.wait()
    until = time.monotonic() + _said["seconds"]
    while time.monotonic() < until:
        act = chance.choices(list(ACTS), list(ACTS.values()))[0]
        began, ended, why = time.perf_counter(), "done", ""
        try:
            ended = "nothing" if act(chance) is None else "done"
        except Refused as refused:
            ended, why = "refused", refused.refusal.code
        except Exception as error:  # noqa: BLE001 -- told to the harness, which expects none
            ended, why = "error", f"{type(error).__name__}: {error}".splitlines()[0]
        told.append((act.__name__, ended, why, round(time.perf_counter() - began, 4)))
    return told


def _one(rows: Any, chance: Random) -> Any:
    keys = list(rows.values_list("pk", flat=True))
    return rows.model.objects.filter(pk=chance.choice(keys)).first() if keys else None


def accept(chance: Random) -> Any:
    from battles.actions import answers
    from battles.models import Offer
    from battles.states import AnsweredBy

    offer = _one(Offer.objects.filter(state__in=["asked", "expired"]), chance)
    return offer and answers.accept(offer=offer, by=None, how=AnsweredBy.LINK)


def decline(chance: Random) -> Any:
    from battles.actions import answers
    from battles.models import Offer
    from battles.states import AnsweredBy, DeclineReason

    offer = _one(Offer.objects.asked(), chance)
    return offer and answers.decline(offer=offer, by=None, how=AnsweredBy.LINK, reason=DeclineReason.FAMILY)


def withdraw(chance: Random) -> Any:
    from battles.actions import offers
    from battles.models import Offer

    offer = _one(Offer.objects.asked(), chance)
    return offer and offers.withdraw(offer=offer, by=None, reason="prueba")


def release(chance: Random) -> Any:
    from battles.actions import answers
    from battles.models import Offer

    offer = _one(Offer.objects.filter(state="accepted"), chance)
    return offer and answers.release(offer=offer, by=_coordinator(), reason="prueba")


def propose_and_ask(chance: Random) -> Any:
    from battles.actions import offers
    from battles.models import Battle, Seat
    from volunteers.models import Volunteer

    battle = _one(Battle.objects.filter(state__in=["asking", "ready"]), chance)
    if battle is None:
        return None
    seat = Seat.objects.filter(battle=battle).first()
    volunteer = _one(Volunteer.objects.all(), chance)
    if seat is None:
        return None
    made = offers.propose(battle=battle, volunteer=volunteer, line=seat.line, by=None)
    return offers.ask(offer=made, by=None)


def call_off(chance: Random) -> Any:
    from battles.actions import battles
    from battles.models import Battle

    battle = _one(Battle.objects.filter(state__in=["asking", "ready"]), chance)
    return battle and battles.call_off(battle=battle, reason="prueba", by=None)


def begin_and_close(chance: Random) -> Any:
    from battles.actions import answers, battles, results
    from battles.models import Battle

    battle = _one(Battle.objects.filter(state="ready"), chance)
    if battle is None:
        return None
    battles.begin(battle=battle, by=None)
    for offer in battle.offers.filter(state="accepted"):
        answers.release(offer=offer, by=_coordinator(), reason="prueba")
    for link in battle.battle_requests.filter(is_active=True):
        results.record_outcome(link=link, outcome="repaired", by=None)
    return results.close_battle(battle=battle, by=None)


def mind_the_deadlines(_chance: Random) -> Any:
    """As after an outage."""
    from datetime import timedelta

    from django.utils.timezone import now

    from battles.actions import deadlines
    from epo.work.models import Watch

    Watch.objects.update(seen_at=now() - timedelta(minutes=20))
    return deadlines.mind_the_deadlines() + 1


def expire(chance: Random) -> Any:
    from datetime import timedelta

    from django.utils.timezone import now

    from battles.actions import deadlines
    from battles.models import Offer

    offer = _one(Offer.objects.asked(), chance)
    if offer is None:
        return None
    Offer.objects.filter(pk=offer.pk, state="asked").update(deadline=now() - timedelta(minutes=1))
    return deadlines.expire(offer_id=offer.pk) or None


def refill(chance: Random) -> Any:
    from battles.actions import refill as actions

    keys = actions.battles_to_refill()
    return actions.refill_battle(battle_id=chance.choice(keys)) + 1 if keys else None


def withdraw_clashing(_chance: Random) -> Any:
    from battles.actions import answers

    return answers.withdraw_all_clashing() + 1


def run(_chance: Random) -> Any:
    from battles.actions import runs

    started = runs.start_run(by=None)
    runs.carry_out_run(run_id=started.pk)
    return started


def set_aside(chance: Random) -> Any:
    from battles.actions import reports
    from factories.models import BreakdownReport

    rows = list(BreakdownReport.objects.filter(state__in=["new", "same_as"], closed_at=None)[:50])
    chosen = chance.sample(rows, min(3, len(rows)))
    return reports.set_aside(reports=chosen, reason="prueba", by=_coordinator()) if chosen else None


def take_back(chance: Random) -> Any:
    from battles.actions import reports
    from factories.models import BreakdownReport

    report = _one(BreakdownReport.objects.filter(state="rejected"), chance)
    return report and reports.reopen_report(report=report, by=_coordinator())


def same_as(chance: Random) -> Any:
    from factories.actions import move_report
    from factories.models import BreakdownReport
    from factories.states import ReportState

    open_ones = BreakdownReport.objects.filter(state="new", closed_at=None)
    one, other = _one(open_ones, chance), _one(open_ones, chance)
    return one and other and move_report(report=one, to=ReportState.SAME_AS, same_as=other, by=None)


def close_report(chance: Random) -> Any:
    from factories import actions
    from factories.models import BreakdownReport

    report = _one(BreakdownReport.objects.filter(same_as=None), chance)
    return report and actions.close_report(report=report, by=None)


def _coordinator() -> Any:
    from epo.accounts.models import User

    return User.objects.get(username="rosa")


ACTS: dict[Callable[[Random], Any], int] = {
    accept: 30, propose_and_ask: 30, decline: 6, withdraw: 6, release: 6, call_off: 1, begin_and_close: 3,
    mind_the_deadlines: 3, expire: 4, refill: 4, withdraw_clashing: 4, run: 2,
    set_aside: 3, take_back: 3, same_as: 3, close_report: 2,
}  # fmt: skip


if __name__ == "__main__":
    main()
