"""Lists that grow with the country, and rows for all of them at once."""

from __future__ import annotations

from django.db import transaction

from battles.states import BattleState
from epo.contacts.models import Contact
from tests import make

MOST = 15
LISTS = (
    "/hoy", "/mesa", "/solicitudes", "/plantas", "/batallas", "/propuestas", "/por-llamar", "/voluntarios", "/avisos",
    "/equidad", "/api/v1/reports", "/api/v1/requests", "/api/v1/battles", "/api/v1/runs", "/api/v1/volunteers",
    "/api/v1/fairness",
)  # fmt: skip


@transaction.atomic
def grow(contact: Contact, more: int) -> None:
    """As many plants with a machine, report, request, battle and open ask each, volunteers, runs and notices."""
    home = make.make_municipality()
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
