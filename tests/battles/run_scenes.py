"""What tests of runs share: a run carried out here, a battle to which people may be called."""

from __future__ import annotations

from battles.actions import runs
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_seat,
)


def carried_out(**scope):
    run = runs.start_run(by=scope.pop("by", None), **scope)
    runs.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def make_sendable(**fields):
    """A battle to which people may be called, with one empty seat for a welder."""
    battle = make_battle(**fields)
    make_battle_request(battle)
    make_agreement(battle)
    make_seat(battle)
    return battle


def texts(response):
    return [str(message) for message in response.context["messages"]]


def people(response):
    return [
        person.offer.volunteer.name
        for battle in response.context["battles"]
        for line in battle.lines
        for person in line.people
    ]
