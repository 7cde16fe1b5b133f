"""Lists that grow with the country, and rows for all of them at once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from battles.states import BattleState, OfferState, RequestState
from epo.contacts.models import Contact
from epo.core.clock import today
from factories.models import Factory
from tests import make
from volunteers.models import Volunteer

MOST, MOST_OF_A_SUM = 15, 25
LISTS = (
    "/hoy", "/mesa", "/solicitudes", "/plantas", "/batallas", "/propuestas", "/por-llamar", "/voluntarios", "/avisos",
    "/equidad", "/api/v1/reports", "/api/v1/requests", "/api/v1/battles", "/api/v1/runs", "/api/v1/volunteers",
    "/api/v1/fairness", "/postulaciones", "/certificados", "/cuentas",
    "/logros", "/logros/produccion", "/logros/batallas", "/logros/reparaciones", "/logros/reparaciones-propias",
    "/logros/jornadas",
)  # fmt: skip
SUMS = ("/panorama",)
"""Pages that put many lists together."""
LIMITS = dict.fromkeys(LISTS, MOST) | dict.fromkeys(SUMS, MOST_OF_A_SUM)


@transaction.atomic
def grow(contact: Contact, more: int) -> None:
    """As many plants with a machine, report, request, battle, open ask and battle fought each, volunteers, runs, notices."""
    home = make.make_municipality()
    for _ in range(more):
        factory = make.make_factory(municipality=home)
        machine = make.make_machine(factory)
        make.make_report(machine)
        make.make_demand(make.make_request(machine))
        seat = make.make_seat(make.make_battle(factory, state=BattleState.ASKING))
        volunteer = make.make_volunteer("welding", user=None, home=home)
        make.make_offer(seat, volunteer)
        _fight(factory, volunteer)
        make.make_application_trade(make.make_application(home=home), make.make_trade("welding"))
        make.make_certificate(volunteer, make.make_trade("welding"), added_by=contact.user)
        make.make_user()
        make.make_matching_run(state="done", result={"battles": []}, status="optimal", cost=1, bound=1)
        make.make_notification(contact)
        make.make_missed_action(seat.battle)


def _fight(factory: Factory, volunteer: Volunteer) -> None:
    """A battle that is over, with all that it left behind."""
    first = today() - timedelta(days=40)
    battle = make.make_battle(factory, state=BattleState.CLOSED, first_day=first, ended_at=now())
    make.make_agreement(battle, may_publish=True)
    machine = make.make_machine(factory)
    request = make.make_repair_request(machine, state=RequestState.REPAIRED)
    make.make_battle_request(battle, request, outcome=RequestState.REPAIRED, is_active=False)
    line = make.make_line(factory)
    make.make_line_result(battle, line, before=0, after=9)
    make.make_output_reading(line)
    make.make_follow_up(battle, line)
    make.make_own_repair(factory, machine=machine, learned_from=battle)
    make.make_crew_day(make.make_offer(make.make_seat(battle), volunteer, OfferState.DONE), first)
