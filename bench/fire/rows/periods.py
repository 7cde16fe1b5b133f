"""Two schedulers at once, outages of hours and days, a clock that goes back, and the night."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from bench.fire.clock import CARACAS, Clock
from bench.fire.figures import Figure
from bench.fire.mail import MailServer
from bench.fire.messages import Messages
from bench.fire.processes import Failed, Program, wait_until
from bench.fire.rows.takeover import another_worker
from bench.fire.rows.work import call_off_all, event_of, troubles
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R10",)
PEOPLE = 5
NIGHTS, AWAY = 3, 3
"""Nights in a row, and nights without power after them."""
DUE_IN = [2, 3, 5, 6, 7]
"""Days after which readings fall due: some while there is no power."""
"""Days after which readings fall due: some while there is no power."""
OUTAGE = timedelta(hours=5)
STEP = timedelta(minutes=10)
LOOKS = 3.0
"""Seconds: each of two schedulers asks for each job about three times."""
NO_SIGNS_FOR = 6.0
TOLERANCE = timedelta(minutes=2)
TEST_TOOLS = ("real-time", "pauses")
WITHOUT = ("quiet-hours", "once-per-period", "outage-shift", "clock-check")
SHIFT = "SELECT CAST(MIN(deadline) AS text), CAST(MAX(deadline) AS text) FROM battles_offer WHERE state = 'asked'"


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    with _house(fire) as house:
        for trial in TRIALS:
            seen = trial.carry_out(house)
            yield fire.figure("R10", trial.tried, promised=trial.promised, found=seen.found, ok=seen.ok)
        said = troubles(house.stack)
    what = "the logs of two workers and two schedulers through all of this"
    yield fire.figure("R10", what, promised="no crash, no locked database", found=str(said or "none"), ok=not said)
    with _house(fire, *WITHOUT) as house:
        for trial in TRIALS:
            seen = trial.carry_out(house)
            yield fire.control("R10", trial.protection, must="a miss", found=seen.found, ok=not seen.ok)


@dataclass
class House:
    """A stack with two workers and two schedulers, its clock and its mail."""

    stack: Stack
    clock: Clock
    mail: MailServer
    workers: list[Program]

    @property
    def staff(self) -> list[Program]:
        return [*self.workers, *self.stack.beats]

    def walk(self, by: timedelta) -> None:
        """In steps too short to be taken for an outage."""
        goal = self.clock.now + by
        while self.clock.now < goal:
            self.clock.set(min(goal, self.clock.now + STEP))
            self.wait_for_a_look()

    def wait_for_a_look(self) -> None:
        """Until a scheduler and a worker have looked at the clock as it stands now."""
        since = self.clock.now
        wait_until(lambda: self.last_look() >= since, every=0.2)

    def last_look(self) -> datetime:
        return moment_of(self.stack.rows("SELECT CAST(seen_at AS text) FROM work_watch")[0][0])

    def power_cut(self, length: timedelta) -> None:
        for program in self.staff:
            program.kill()
        self.clock.move(length)
        for program in self.staff:
            program.start()

    def instant(self, moment: datetime) -> str:
        """As the database writes it."""
        zone = "+00:00" if self.stack.backend == "postgres" else ""
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}{zone}"

    def mails_of(self, battle: str) -> int:
        return sum(event_of(one) == f"motivo-{self.stack.seeded[battle]}" for one in list(self.mail.ledger))


def moment_of(text: str) -> datetime:
    """As either database writes it, in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else datetime.fromisoformat(f"{text}+00:00")


@contextmanager
def _house(fire: Fire, *without: str) -> Iterator[House]:
    clock = Clock(fire.ground.folder / f"clock-{uuid4()}")
    clock.go_to(20, 40, days=2)
    said = {"people": PEOPLE, "due_in": DUE_IN}
    with ExitStack() as opened:
        mail = opened.enter_context(MailServer())
        more: dict[str, Any] = {"EMAIL_URL": mail.url, **clock.env}
        stack = opened.enter_context(
            fire.stack(seed="work:periods", said=said, beats=2, without=[*TEST_TOOLS, *without], **more)
        )
        other = opened.enter_context(another_worker(stack))
        house = House(stack, clock, mail, [stack.worker, other])
        wait_until(lambda: stack.count("SELECT count(*) FROM work_watch") == 1)
        yield house


class Seen(NamedTuple):
    found: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Trial:
    tried: str
    promised: str
    protection: str
    carry_out: Callable[[House], Seen]


def _quiet_hours(house: House) -> Seen:
    """One notice is due before the night and the mail server is shut; two are made at night."""
    seeded = house.stack.seeded
    house.mail.is_shut = True
    call_off_all(house.stack, [seeded["delayed"]])
    wait_until(lambda: house.mail.put_off >= PEOPLE)
    house.clock.go_to(22)
    time.sleep(LOOKS)  # what left before nine has come back by now
    house.mail.is_shut = False
    call_off_all(house.stack, [seeded["at_night"], seeded["soon"]])
    with suppress(Failed):
        wait_until(lambda: house.mails_of("soon") >= PEOPLE, seconds=20)
    at_night = house.mails_of("soon")
    house.clock.go_to(6, 45, days=1)
    time.sleep(LOOKS)
    too_soon = house.mails_of("at_night") + house.mails_of("delayed")
    house.clock.go_to(7, 1)
    with suppress(Failed):
        wait_until(lambda: house.mails_of("at_night") + house.mails_of("delayed") >= 2 * PEOPLE, seconds=20)
    by_day = house.mails_of("at_night") + house.mails_of("delayed") - too_soon
    found = (
        f"{at_night} of {PEOPLE} told at once that leave within a day; of the {2 * PEOPLE} others "
        f"{too_soon} told before seven, {by_day} after"
    )
    return Seen(found, (at_night, too_soon, by_day) == (PEOPLE, 0, 2 * PEOPLE))


def _once_per_period(house: House) -> Seen:
    """Nights one by one, and then some without power."""
    expected = [_night(house) for _ in range(NIGHTS)]
    house.power_cut(timedelta(days=AWAY))
    expected.append(_wait_for_the_run(house))
    house.clock.go_to(8)
    with suppress(Failed):
        wait_until(lambda: _mails_for_readings(house) >= _notices_of_readings(house) >= len(DUE_IN), seconds=20)
    runs = house.stack.rows("SELECT CAST(asked_at AS text) FROM battles_matchingrun")
    found = Counter(moment_of(at).astimezone(CARACAS).date().isoformat() for (at,) in runs)
    asked = house.stack.count("SELECT count(*) FROM battles_followup WHERE asked_at IS NOT NULL")
    notices = _notices_of_readings(house)
    mails = _mails_for_readings(house)
    said = f"runs by day: {dict(sorted(found.items()))}; {asked} readings due, {notices} notices with reminders, {mails} messages"
    is_once = max(found.values()) == 1 and set(expected) <= set(found) and len(found) <= len(expected) + 2
    return Seen(said, is_once and asked == len(DUE_IN) and mails == notices)


def _mails_for_readings(house: House) -> int:
    return sum("/lectura/" in one.text for one in list(house.mail.ledger))


def _notices_of_readings(house: House) -> int:
    return house.stack.count("SELECT count(*) FROM notifications_notification WHERE kind = 'battle.reading_due'")


def _night(house: House) -> str:
    house.clock.go_to(3, days=1)
    house.stack.beats[0].kill_and_start()
    return _wait_for_the_run(house)


def _wait_for_the_run(house: House) -> str:
    """The day, once its run is done and both schedulers have asked for it again a few times."""
    day = house.clock.now.astimezone(CARACAS).date().isoformat()
    done = "SELECT count(*) FROM battles_matchingrun WHERE state = 'done' AND asked_at >= %s"
    since = house.instant(house.clock.now - timedelta(hours=1))
    wait_until(lambda: house.stack.count(done, since) > 0, every=0.2)
    time.sleep(LOOKS)
    return day


def _after_an_outage(house: House) -> Seen:
    """The hour of answering would be over soon after the power is back, and then within the first hour."""
    house.clock.go_to(10, days=1)
    house.wait_for_a_look()
    stack, due = house.stack, house.clock.now + timedelta(minutes=30)
    stack.execute("UPDATE battles_offer SET deadline = %s WHERE state = 'asked'", house.instant(due))
    house.power_cut(OUTAGE)
    house.wait_for_a_look()
    moved = [moment_of(one) - due - OUTAGE for one in stack.rows(SHIFT)[0] if one]
    house.walk(timedelta(minutes=50))
    time.sleep(LOOKS)
    too_soon = _expired(stack)
    house.walk(timedelta(minutes=20))
    with suppress(Failed):
        wait_until(lambda: _expired(stack) >= PEOPLE, seconds=20)
    told = stack.count("SELECT count(*) FROM notifications_notification WHERE kind = 'offer.expired'")
    shift = max((abs(one.total_seconds()) for one in moved), default=-1.0)
    found = f"deadlines moved by 5 h to within {shift:.0f} s, {too_soon} expired in the first hour, {told} afterwards"
    is_moved = bool(moved) and shift <= TOLERANCE.total_seconds()
    return Seen(found, is_moved and too_soon == 0 and told == _expired(stack) == PEOPLE)


def _expired(stack: Stack) -> int:
    return stack.count("SELECT count(*) FROM battles_offer WHERE state = 'expired'")


def _clock_goes_back(house: House) -> Seen:
    house.clock.go_to(15, days=1)
    house.wait_for_a_look()
    back = timedelta(days=2)
    house.clock.move(-back)
    time.sleep(LOOKS)
    with Messages(house.stack) as messages:
        time.sleep(NO_SIGNS_FOR)
        sent = len(messages.seen)
        says = house.stack.client().get("/readyz").json["clock"]["ok"]
        house.clock.move(back)
        began = time.monotonic()
        with suppress(Failed):
            wait_until(lambda: len(messages.of("mind_the_deadlines")) > 0 and len(messages.seen) > sent, seconds=40)
        after = time.monotonic() - began
    found = (
        f"{sent} jobs started in {NO_SIGNS_FOR:.0f} s, the page for monitors says clock ok={says}; "
        f"set right, work goes on after {after:.0f} s"
    )
    return Seen(found, sent == 0 and not says and after < 30)  # noqa: PLR2004 -- seconds


TRIALS = (
    Trial(
        "notices made before the night that could not leave, notices made at night, and of a battle that leaves tomorrow",
        "none between 21:00 and 7:00 but the urgent ones; none lost",
        "quiet hours",
        _quiet_hours,
    ),
    Trial(
        f"two schedulers and two workers, {NIGHTS} nights (a scheduler killed in each), then {AWAY} days without power",
        "one nightly run a night, missed nights not made up; each reading asked for once, though late",
        "once per period",
        _once_per_period,
    ),
    Trial(
        "offers with half an hour left, five hours without power",
        "deadlines move by 5 h, nothing expires in the first hour, then each once",
        "minding outages",
        _after_an_outage,
    ),
    Trial(
        "the clock goes back two days, and later is set right",
        "no job starts, /readyz says so; work goes on by itself",
        "minding the clock",
        _clock_goes_back,
    ),
)
