"""Sixteen at a time say yes to more than they can do: no day given twice, no seat with two holders, none left empty."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bench.fire.figures import Figure, percentile
from bench.fire.processes import Failed
from bench.fire.run import Fire
from bench.fire.stack import ROOT, Backend, Stack
from bench.fire.takers import Told

ROWS = ("B1", "B2")
TAKERS = 16
CROSSING, CROSSING_SECONDS = 12, 30
P99: dict[Backend, float] = {"postgres": 0.5, "sqlite": 2.0}
HOLDS = "('accepted', 'on_site', 'done')"
STAYS = (
    "SELECT o.volunteer_id, b.first_day, o.first_offset, o.last_offset, o.travels FROM battles_offer o "
    "JOIN battles_battle b ON b.id = o.battle_id WHERE o.state IN ('accepted', 'on_site', 'done')"
)
LOCKED = ("database is locked", "deadlock detected", "DeadlockDetected")


@dataclass(frozen=True, slots=True)
class Crowd:
    """`people` and `battles` in `groups`: who is in a group is asked for every battle of it."""

    people: int
    battles: int
    groups: int

    @property
    def accepts(self) -> int:
        return self.people * self.battles // self.groups


LARGE, SMALL = Crowd(400, 400, 16), Crowd(10, 1000, 1)
CONTROL = Crowd(24, 24, 2)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it, by the answers and by the database."""

    answers: Counter[str]
    reasons: Counter[str]
    errors: Sequence[str]
    p99: float
    longest: float
    put_off: int
    overlaps: int
    shared_seats: int
    filled: int
    most: int
    disagreements: int
    deadlocks: int
    in_logs: int

    @property
    def is_booked_well(self) -> bool:
        return not (self.overlaps or self.shared_seats or self.disagreements) and self.filled == self.most

    @property
    def failures(self) -> int:
        return self.answers["error"] + self.answers["unclear"] + self.deadlocks + self.in_logs

    @property
    def booking(self) -> str:
        return (
            f"{sum(self.answers.values())} answers: {self.overlaps} days given twice, {self.shared_seats} seats with two "
            f"holders, {self.filled} of {self.most} seats filled, {self.disagreements} answers unknown to the database"
        )

    @property
    def manners(self) -> str:
        why = ", ".join(f"{code} {count}" for code, count in self.reasons.most_common())
        wrong = f" ({'; '.join(sorted(set(self.errors))[:3])})" if self.errors else ""
        return (
            f"{self.answers['error']} errors{wrong}, {self.deadlocks} deadlocks, {self.in_logs} lines of locks in the logs, "
            f"{self.answers['unclear']} unclear refusals of {self.answers['no'] + self.answers['unclear']} ({why}); "
            f"{self.put_off} times 429, and asked again after the wait; "
            f"p99 {self.p99 * 1000:.0f} ms, longest {self.longest * 1000:.0f} ms"
        )


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    for crowd in (LARGE, SMALL):
        for by_line in (False, True):
            yield from _figures(fire, crowd, by_line=by_line)
    yield _crossing(fire)
    yield from _controls(fire)


def _crossing(fire: Fire) -> Figure:
    """Answers, withdrawals, battles called off and closed, the deadlines after outages, runs, and the desk, all at once."""
    said = {"count": CROSSING, "seconds": CROSSING_SECONDS, "seed": fire.seed}
    with fire.stack(
        seed="offers:crossing", said={"battles": 60, "people": 60, "seed": fire.seed}, start=False
    ) as stack:
        argv = [sys.executable, "-m", "bench.fire.crossing"]
        done = subprocess.run(
            argv, input=json.dumps(said), env=stack.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(done.stderr[-500:])
        told = json.loads(done.stdout.splitlines()[-1])
        twice, shared, dead = overlaps(stack), shared_seats(stack), deadlocks(stack)
    acts = Counter(act for act, ended, *_ in told if ended == "done")
    wrong = [f"{act}: {why}" for act, ended, why, _ in told if ended == "error"]
    never = sorted({act for act, *_ in told} - set(acts))
    counted = ", ".join(f"{act} {count}" for act, count in acts.most_common())
    found = (
        f"{len(told)} tries ({counted}); {twice} days given twice, {shared} seats with two holders, {dead} deadlocks, "
        f"{len(wrong)} errors{' (' + '; '.join(sorted(set(wrong))[:3]) + ')' if wrong else ''}"
        f"{', never came about: ' + ', '.join(never) if never else ''}"
    )
    tried = (
        f"{CROSSING} processes for {CROSSING_SECONDS} s: answers, releases, battles that end, outages, runs, the desk"
    )
    is_kept = not (twice or shared or dead or wrong or never)
    return fire.figure("B2", tried, promised="0 overlaps, 0 errors, 0 deadlocks", found=found, ok=is_kept)


def _figures(fire: Fire, crowd: Crowd, *, by_line: bool) -> Iterator[Figure]:
    found = answer_at_once(fire, crowd, by_line=by_line)
    door = "by signed links and the API" if by_line else "by the action itself"
    tried = f"{crowd.accepts} times yes of {crowd.people} volunteers, {TAKERS} processes, {door}"
    promised = "0 overlaps, every seat filled that can be"
    yield fire.figure("B1", tried, promised=promised, found=found.booking, ok=found.is_booked_well)
    most = P99[fire.backend]
    promised = f"0 errors, 0 deadlocks, a clear refusal, p99 ≤ {most * 1000:.0f} ms"
    yield fire.figure("B2", tried, promised=promised, found=found.manners, ok=not found.failures and found.p99 <= most)


def _controls(fire: Fire) -> Iterator[Figure]:
    found = answer_at_once(fire, CONTROL, without=["rule-of-the-days"], twice=True)
    what = "the rule about days, and the unique pair of volunteer and day"
    yield fire.control("B1", what, must="≥ 1 day given twice", found=found.booking, ok=found.overlaps > 0)
    found = answer_at_once(fire, CONTROL, without=["locks"])
    must = "errors, or seats with two holders or none"
    told = f"{found.booking}; {found.manners}"
    yield fire.control("B2", "locks", must=must, found=told, ok=found.failures > 0 or not found.is_booked_well)


def answer_at_once(
    fire: Fire, crowd: Crowd, *, by_line: bool = False, without: Sequence[str] = (), twice: bool = False
) -> Found:
    said = {"people": crowd.people, "battles": crowd.battles, "groups": crowd.groups, "seed": fire.seed}
    said |= {"sessions": by_line, "twice": twice}
    with fire.stack(seed="offers:rivals", said=said, without=without, start=False) as stack:
        if by_line:
            stack.start()
        told = _take(stack, by_line=by_line)
        return _found(stack, told)


def _take(stack: Stack, *, by_line: bool) -> list[Told]:
    """Every offer is answered by one of the processes; those of one volunteer and of one battle by many of them."""
    offers = stack.seeded["offers"]
    said = {name: stack.seeded[name] for name in ("sessions", "words")}
    said |= {"url": stack.url if by_line else "", "shares": [offers[number::TAKERS] for number in range(TAKERS)]}
    argv = [sys.executable, "-m", "bench.fire.takers"]
    done = subprocess.run(
        argv, input=json.dumps(said), env=stack.env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(done.stderr[-500:])
    return [Told(*one) for one in json.loads(done.stdout.splitlines()[-1])]


def _found(stack: Stack, told: Sequence[Told]) -> Found:
    times = [one.seconds for one in told]
    held = stack.rows(f"SELECT id FROM battles_offer WHERE state IN {HOLDS}")  # noqa: S608 -- our own words
    yes = {one.offer for one in told if one.outcome == "yes"}
    logs = stack.logs()
    return Found(
        answers=Counter(one.outcome for one in told),
        reasons=Counter(one.why for one in told if one.outcome == "no"),
        errors=[one.why for one in told if one.outcome in ("error", "unclear")],
        p99=percentile(times, 0.99),
        longest=max(times),
        put_off=sum(one.put_off for one in told),
        overlaps=overlaps(stack),
        shared_seats=shared_seats(stack),
        filled=stack.count(f"SELECT count(DISTINCT seat_id) FROM battles_offer WHERE state IN {HOLDS}"),  # noqa: S608
        most=most_filled(stack.seeded["offers"]),
        disagreements=len(yes ^ {key for (key,) in held}),
        deadlocks=deadlocks(stack),
        in_logs=sum(logs.count(word) for word in LOCKED),
    )


def shared_seats(stack: Stack) -> int:
    twice = f"SELECT seat_id FROM battles_offer WHERE state IN {HOLDS} GROUP BY seat_id HAVING count(*) > 1"  # noqa: S608
    return len(stack.rows(twice))


def overlaps(stack: Stack) -> int:
    """Days of a person that are given more than once, by the offers that they said yes to and by the days themselves."""
    held = stack.rows(STAYS)
    days = Counter((who, day) for who, *stay in held for day in _days(*stay))
    by_day = stack.rows("SELECT volunteer_id FROM battles_crewday GROUP BY volunteer_id, day HAVING count(*) > 1")
    return max(sum(count > 1 for count in days.values()), len(by_day))


def _days(start: date | str, first: int, last: int, travels: int) -> list[date]:
    begins = date.fromisoformat(str(start)[:10])
    return [begins + timedelta(days=n) for n in range(first - bool(travels), last + bool(travels) + 1)]


def deadlocks(stack: Stack) -> int:
    if stack.backend == "sqlite":
        return 0
    return stack.count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def most_filled(offers: Sequence[dict[str, Any]]) -> int:
    """The most seats that can be filled, where every battle has one and everybody can do one: augmenting paths."""
    asked: dict[int, list[int]] = {}
    for offer in offers:
        asked.setdefault(offer["volunteer"], []).append(offer["battle"])
    holder: dict[int, int] = {}

    def seat(who: int, seen: set[int]) -> bool:
        for battle in asked[who]:
            if battle in seen:
                continue
            seen.add(battle)
            if battle not in holder or seat(holder[battle], seen):
                holder[battle] = who
                return True
        return False

    return sum(seat(who, set()) for who in asked)
