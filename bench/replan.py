"""Replanning at the size of the organisation: the next best after a refusal, and a whole run after one change.

python -m bench.replan [--people 2270] [--battles 150] [--seeds 1 2 3]
"""

import argparse
import subprocess
import sys
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from bench import site

SEATS = 20
NOTICE = timedelta(days=4)
BACKENDS = ("sqlite", "postgres")
HEAD = (
    "database", "seed", "proposed", "kept prices KB", "read s", "solve s", "write s", "next best ms", "worst ms",
    "refusal to next offer ms", "worst ms", "queries", "replan read s", "replan solve s", "replan write s",
    "asked to stored s", "changed", "gap %",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2270)
    parser.add_argument("--battles", type=int, default=150)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--backend", choices=BACKENDS)
    wanted = parser.parse_args()
    if wanted.backend is None:
        for backend in BACKENDS:
            again = [sys.executable, "-m", "bench.replan", *sys.argv[1:], "--backend", backend]
            subprocess.run(again, check=True)
        return
    site.prepare_on(wanted.backend)
    rows = [_measure(wanted.backend, wanted.people, wanted.battles, seed) for seed in wanted.seeds]
    title = f"Replanning, {wanted.people} people, {wanted.battles} battles, median of {SEATS} refusals"
    site.table(title, HEAD, rows)


def _measure(backend: str, people: int, battles: int, seed: int) -> tuple[object, ...]:
    from battles.models import Offer
    from bench import rows
    from bench.generate import generate

    site.empty()
    rows.store(generate(people=people, battles=battles, seed=seed))
    first, _took = _run()
    proposed = Offer.objects.filter(state="proposed").count()
    before = _proposals()
    _one_cannot_come()
    again, took = _run()
    changed = len(before - _proposals())
    found, refills, queries = _refusals(again)
    gap = again.gap or 0.0
    return (
        backend, seed, proposed, _kilobytes(first.prices), *_timings(first), *_ms(found), *_ms(refills), queries,
        *_timings(again), f"{took:.2f}", changed, f"{100 * gap:.3f}",
    )  # fmt: skip


def _run() -> tuple[Any, float]:
    """A run of the nation, and the seconds from the button to the stored proposals."""
    from battles.actions import runs

    began = perf_counter()
    run = runs.start_run(by=None)
    runs.carry_out_run(run_id=run.pk)
    took = perf_counter() - began
    run.refresh_from_db()
    if run.state != "done":
        raise SystemExit(f"the run {run.state}: {run.problem}")
    return run, took


def _one_cannot_come() -> None:
    """The one change: somebody who is proposed is absent from now on."""
    from battles.models import Offer
    from epo.core.clock import today
    from volunteers.models import Absence

    chosen = Offer.objects.filter(state="proposed").earliest("pk").volunteer
    Absence.objects.create(volunteer=chosen, first_day=today(), last_day=today() + timedelta(days=90))


def _refusals(run: Any) -> tuple[list[float], list[float], int]:
    """Everybody of some battles is asked, one of each says no: times of finding and of asking the next."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from battles import planning
    from battles.actions.refill import refill_battle
    from battles.models import Battle, Offer

    found, refills, queries = [], [], 0
    for battle in _called(run):
        refused = Offer.objects.filter(battle=battle, state="asked").order_by("pk").first()
        if refused is None or len(found) == SEATS:
            continue
        _say_no(refused)
        fresh = Battle.objects.select_related("factory__municipality__state").get(pk=battle)
        began = perf_counter()
        planning.next_best(fresh, refused.line)
        found.append((perf_counter() - began) * 1000)
        with CaptureQueriesContext(connection) as counted:
            began = perf_counter()
            refill_battle(battle_id=battle)
            refills.append((perf_counter() - began) * 1000)
        queries = max(queries, len(counted))
    return found, refills, queries


def _called(run: Any) -> list[int]:
    """The first battles that begin late enough get the start that the run proposes, and their people are asked."""
    from battles.actions.offers import ask_all
    from battles.models import Agreement, Battle
    from epo.accounts.models import User
    from epo.core.clock import today

    boss = User.objects.get(username="bench")
    starts = {one["battle"]: one["start"] for one in run.result["battles"]}
    late = [pk for pk, start in starts.items() if start > (today() + NOTICE).isoformat()]
    called = []
    for pk in late[: SEATS + SEATS // 2]:
        Battle.objects.filter(pk=pk).update(first_day=starts[pk], state="asking")
        battle = Battle.objects.select_related("factory__municipality__state").get(pk=pk)
        Agreement.objects.create(battle=battle, agreed_on=today())
        ask_all(battle=battle, by=boss)
        called.append(pk)
    return called


def _say_no(offer: Any) -> None:
    from battles.actions import answers
    from battles.states import AnsweredBy, DeclineReason

    answers.decline(offer=offer, by=offer.asked_by, how=AnsweredBy.PHONE, reason=DeclineReason.WORK)


def _proposals() -> set[tuple[int, ...]]:
    from battles.models import Offer

    rows = Offer.objects.filter(state="proposed").values_list("battle", "volunteer", "trade", "level")
    return {tuple(row) for row in rows}


def _timings(run: Any) -> list[str]:
    return [f"{run.timings[part]:.3f}" for part in ("read", "solve", "write")]


def _ms(times: list[float]) -> tuple[str, str]:
    return f"{median(times):.1f}", f"{max(times):.1f}"


def _kilobytes(document: Any) -> str:
    import json

    return f"{len(json.dumps(document)) / 1024:.0f}"


if __name__ == "__main__":
    main()
