"""Main pages and API at the size of the demonstration: time, queries, bytes.

python -m bench.pages
"""

import gzip
from collections.abc import Iterator
from http import HTTPStatus
from io import StringIO
from statistics import median
from time import perf_counter
from typing import Any

from bench import site

WARM_UP, TIMES = 3, 25
HEAD = ("who", "page", "median ms", "p95 ms", "queries", "KB", "KB gzip")


def main() -> None:
    site.prepare()
    from django.core.management import call_command

    began = perf_counter()
    call_command("make_demo", verbosity=0, stdout=StringIO())
    print(f"# Demonstration organisation loaded in {perf_counter() - began:.1f} s")
    _carry_out_a_run()
    site.table("Pages and API", HEAD, map(_measure, _pages()))


def _carry_out_a_run() -> None:
    from battles.actions import runs

    runs.carry_out_run(run_id=runs.start_run(by=None).pk)


def _pages() -> Iterator[tuple[str, str]]:
    """Who asks, and for which address; rows are taken from the demonstration."""
    from battles.models import Battle, Offer, RepairRequest
    from factories.models import BreakdownReport, Factory, Label, Machine
    from volunteers.models import Volunteer

    report = BreakdownReport.objects.filter(state="new", machine__isnull=False).latest("received_at").pk
    request = RepairRequest.objects.filter(state="open").earliest("pk").pk
    battle = Battle.objects.filter(state="under_way").earliest("pk").pk
    plant = Factory.objects.get(name__icontains="gaviota").pk
    machine = Machine.objects.filter(factory=plant).earliest("pk").pk
    offer = Offer.objects.filter(volunteer__user__username="voluntaria").latest("pk")
    yield from (("nacional", path) for path in (
        "/hoy", "/mesa", "/mesa?q=valvula", f"/mesa/{report}", "/solicitudes", f"/solicitudes/{request}", "/plantas",
        f"/plantas/{plant}", f"/maquinas/{machine}", "/batallas", f"/batallas/{battle}",
        f"/batallas/{battle}?tab=crew", "/propuestas", "/propuestas/1", "/propuestas/pesos", "/por-llamar", "/voluntarios",
        "/voluntarios?q=perez", f"/voluntarios/{Volunteer.objects.earliest('pk').pk}", "/avisos",
    ))  # fmt: skip
    yield from (("voluntaria", path) for path in (
        "/mis-batallas", f"/convocatorias/{offer.pk}", "/mi-mes", "/yo", "/yo/oficios", "/yo/ausencias", "/avisos",
    ))  # fmt: skip
    yield from (("-", path) for path in (
        "/", "/entrar", "/acerca", f"/r/{Label.objects.filter(machine__isnull=False, retired_at=None).earliest('pk').token}",
        "/reportar", f"/c/{_link_of(offer)}",
    ))  # fmt: skip
    yield from (("nacional", f"/api/v1/{path}") for path in (
        "reports", "requests", f"requests/{request}", "battles", f"battles/{battle}", "runs", "runs/1", "volunteers", "trades",
    ))  # fmt: skip
    yield from (("voluntaria", f"/api/v1/{path}") for path in ("offers", f"offers/{offer.pk}", "me/volunteer"))


def _link_of(offer: Any) -> str:
    from battles.links import offer_link

    return str(offer_link(offer)).rsplit("/", 1)[1]


def _measure(asked: tuple[str, str]) -> tuple[object, ...]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from epo.accounts.models import User

    who, path = asked
    client = Client(SERVER_NAME="localhost")
    if who != "-":
        client.force_login(User.objects.get(username=who))
    for _ in range(WARM_UP):
        answer = client.get(path)
    if answer.status_code != HTTPStatus.OK:
        return who, path, f"answers {answer.status_code}", "", "", "", ""
    times = []
    for _ in range(TIMES):
        began = perf_counter()
        client.get(path)
        times.append((perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    size = len(answer.content)
    packed = len(gzip.compress(answer.content, 6))
    return (
        who, path.split("/c/")[0] + ("/c/…" if "/c/" in path else ""), f"{median(times):.0f}", f"{site.p95(times):.0f}",
        len(queries), f"{size / 1024:.1f}", f"{packed / 1024:.1f}",
    )  # fmt: skip


if __name__ == "__main__":
    main()
