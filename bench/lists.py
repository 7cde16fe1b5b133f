"""Whether lists take as many queries at 1,000 rows as at 10, and at most 15.

python -m bench.lists
"""

import sys
from http import HTTPStatus
from statistics import median
from time import perf_counter

from bench import site

SIZES = (10, 1000)
MOST = 15
TIMES = 5
LISTS = (
    "/hoy", "/mesa", "/solicitudes", "/plantas", "/batallas", "/propuestas", "/por-llamar", "/voluntarios", "/avisos",
    "/api/v1/reports", "/api/v1/requests", "/api/v1/battles", "/api/v1/runs", "/api/v1/volunteers",
)  # fmt: skip


def main() -> None:
    site.prepare(TESTING="true")
    from tests.make import make_contact, make_coordinator

    boss = make_coordinator(username="boss")
    make_contact(user=boss)
    found: dict[str, list[tuple[int, float]]] = {path: [] for path in LISTS}
    there = 0
    for size in SIZES:
        _grow(size - there)
        there = size
        for path in LISTS:
            found[path].append(_measure(path))
    rows = [
        (path, *(count for count, _ms in counts), *(f"{ms:.0f}" for _count, ms in counts), _verdict(counts))
        for path, counts in found.items()
    ]
    head = ("list", *(f"queries at {size:,}" for size in SIZES), *(f"ms at {size:,}" for size in SIZES), "verdict")
    site.table("Lists as they grow", head, rows)
    if any(row[-1] != "ok" for row in rows):
        sys.exit("A list takes more queries than it may.")


def _grow(more: int) -> None:
    """As many plants with a machine, report, request, battle and open ask each, volunteers, runs and notices."""
    from django.db import transaction

    from battles.states import BattleState
    from epo.contacts.models import Contact
    from tests import make

    with transaction.atomic():
        home = make.make_municipality()
        contact = Contact.objects.get(user__username="boss")
        for _ in range(more):
            factory = make.make_factory(municipality=home)
            machine = make.make_machine(factory)
            make.make_report(machine)
            make.make_demand(make.make_request(machine))
            seat = make.make_seat(make.make_battle(factory, state=BattleState.ASKING))
            volunteer = make.make_volunteer("welding", user=None, home=home)
            make.make_offer(seat, volunteer)
            make.make_matching_run(state="done", result={"battles": []}, status="optimal", cost=1, bound=1)
            make.make_notification(contact)


def _measure(path: str) -> tuple[int, float]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from epo.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="boss"))
    if (status := client.get(path).status_code) != HTTPStatus.OK:
        raise SystemExit(f"{path} answers {status}")
    times = []
    for _ in range(TIMES):
        began = perf_counter()
        client.get(path)
        times.append((perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries), median(times)


def _verdict(counts: list[tuple[int, float]]) -> str:
    numbers = [count for count, _ms in counts]
    if len(set(numbers)) > 1:
        return "GROWS"
    return "ok" if max(numbers) <= MOST else "TOO MANY"


if __name__ == "__main__":
    main()
