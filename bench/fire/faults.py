"""Who kills what, and how often (seconds), while the load goes on. Counted is only what died, and what was emptied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread

import redis

from bench.fire.processes import Failed, Program, wait_until
from bench.fire.stack import Stack

WEB, WORKER, BROKER, DATABASE = 1.0, 3.0, 5.0, 7.0
WHOLE_SERVER = 0.1
"""Share of the kills of the web that take the whole server; the others take one of its processes."""


@dataclass
class Faults:
    """What could not be killed is a failure of the run."""

    stack: Stack
    seed: int
    only: tuple[str, ...] = ("web", "worker", "broker", "database")
    kills: dict[str, int] = field(default_factory=dict)
    wiped: int = 0
    problems: list[str] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        plan = self._plan()
        chosen = [(name, *plan[name]) for name in self.only if name in plan]
        self._threads = [Thread(target=self._repeat, args=one, daemon=True) for one in chosen]
        for thread in self._threads:
            thread.start()

    def _plan(self) -> dict[str, tuple[float, Callable[[Random], bool]]]:
        stack = self.stack
        plan: dict[str, tuple[float, Callable[[Random], bool]]] = {
            "web": (WEB, self._web),
            "worker": (WORKER, lambda _: kill_if_alive(stack.worker)),
            "broker": (BROKER, self._broker),
        }
        if (database := stack.database) is not None:
            plan["database"] = (DATABASE, lambda _: kill_if_alive(database))
        return plan

    def finish(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        wait_until(self._all_alive)
        if self.problems:
            raise Failed("; ".join(self.problems))

    def _all_alive(self) -> bool:
        alive = [program.start_again() for program in self.stack.programs]
        return all(alive)

    @property
    def count(self) -> int:
        return sum(self.kills.values())

    def rarest(self) -> int:
        """How often the rarest of the wanted kinds of faults happened; emptying the broker is one of its own."""
        wanted = [self.kills.get(name, 0) for name in self._plan() if name in self.only]
        return min([*wanted, *([self.wiped] if "broker" in self.only else [])])

    def __str__(self) -> str:
        told = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return f"{self.count} kills ({told}), broker emptied {self.wiped} times"

    def _repeat(self, name: str, every: float, fault: Callable[[Random], bool]) -> None:
        chance = Random(f"{self.seed}-{name}")
        while not self._stop.wait(every * chance.uniform(0.7, 1.3)):
            try:
                self.kills[name] = self.kills.get(name, 0) + fault(chance)
            except Exception as error:  # noqa: BLE001 -- whatever it is, from now on this fault is missing
                self.problems.append(f"{name}: {type(error).__name__}: {error}")
                return

    def _web(self, chance: Random) -> bool:
        """A server that is just starting has no processes yet and is left alone, mostly."""
        if chance.random() < WHOLE_SERVER:
            return kill_if_alive(self.stack.web)
        return self.stack.web.kill_a_child(chance.choice)

    def _broker(self, chance: Random) -> bool:
        """Killed, or emptied while it lives, or both."""
        what = chance.choice(("kill", "empty", "both"))
        if what != "kill":
            self.wiped += empty_broker(self.stack)
        return what != "empty" and kill_if_alive(self.stack.broker)


def kill_if_alive(program: Program) -> bool:
    """Whether it was; one that is starting again at this moment is dead already."""
    if not program.is_alive:
        return False
    program.kill_and_start()
    return True


def empty_broker(stack: Stack) -> bool:
    """Whether it was; one that is down at this moment kept nothing."""
    client = redis.Redis.from_url(stack.env["REDIS_URL"], socket_timeout=2)
    try:
        return bool(client.flushall())
    except redis.RedisError:
        return False
    finally:
        client.close()
