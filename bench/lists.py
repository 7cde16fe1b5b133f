"""Whether lists take as many queries at 1,000 rows as at 10, and no more than each may.

python -m bench.lists
"""

import sys
from http import HTTPStatus
from statistics import median
from time import perf_counter

from bench import site

SIZES = (10, 1000)
TIMES = 5


def main() -> None:
    site.prepare(TESTING="true")
    from battles.actions.figures import keep_figures
    from tests.fire.queries.lists import LIMITS, grow
    from tests.make import make_contact, make_coordinator

    contact = make_contact(user=make_coordinator(username="boss"))
    found: dict[str, list[tuple[int, float]]] = {path: [] for path in LIMITS}
    there = 0
    for size in SIZES:
        grow(contact, size - there)
        there = size
        keep_figures()
        for path in LIMITS:
            found[path].append(_measure(path))
    rows = [
        (
            path,
            *(count for count, _ms in counts),
            *(f"{ms:.0f}" for _count, ms in counts),
            _verdict(counts, LIMITS[path]),
        )
        for path, counts in found.items()
    ]
    head = ("list", *(f"queries at {size:,}" for size in SIZES), *(f"ms at {size:,}" for size in SIZES), "verdict")
    site.table("Lists as they grow", head, rows)
    if any(row[-1] != "ok" for row in rows):
        sys.exit("A list takes more queries than it may.")


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
        client.get(path).getvalue()
        times.append((perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(path).getvalue()
    return len(queries), median(times)


def _verdict(counts: list[tuple[int, float]], most: int) -> str:
    numbers = [count for count, _ms in counts]
    if len(set(numbers)) > 1:
        return "GROWS"
    return "ok" if max(numbers) <= most else "TOO MANY"


if __name__ == "__main__":
    main()
