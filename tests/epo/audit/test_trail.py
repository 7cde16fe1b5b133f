"""The audit trail in words, one way for every page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from battles.trail import WORDS as OF_BATTLES
from epo.audit.actions import record
from epo.audit.models import AuditEvent
from epo.audit.trail import has_words_for, trail_of
from factories.actions import set_machine_status
from factories.states import Condition
from tests.make import (
    make_battle,
    make_coordinator,
    make_machine,
    make_offer,
    make_region,
    make_report,
    make_request,
    make_seat,
    make_trade,
    make_volunteer,
    now,
)
from volunteers import actions
from volunteers.states import APPLICATION_MOVES, Standing
from volunteers.trail import WORDS as OF_PEOPLE

pytestmark = pytest.mark.django_db


def _said(row):
    with translation.override("en"):
        return [(str(step.what), step.text) for step in trail_of(row)]


def test_trail_tells_who_did_what_the_newest_first():
    person, boss = make_volunteer("welding", level=2), make_coordinator()

    actions.update_profile(volunteer=person, by=person.user, max_km=300)
    actions.declare_trade(volunteer=person, trade=make_trade(), level=3, by=person.user)
    actions.set_standing(volunteer=person, to=Standing.PAUSED, by=boss)

    assert [step.who for step in trail_of(person)] == [boss, person.user, person.user]
    assert _said(person) == [
        ("Paused", ""), ("Trade declared", "welding · 2 → 3"), ("Profile changed", "greatest distance (km by road)"),
    ]  # fmt: skip


def test_trail_never_tells_contact_details():
    person = make_volunteer()

    actions.update_contact(volunteer=person, by=person.user, phone="+584149999999")

    assert _said(person) == [("Contact details changed", "phone")]


def test_steps_without_words_are_left_out():
    battle = make_battle()
    record("battle.something_small", battle, by=None)

    assert trail_of(battle) == []


def test_trail_of_several_rows_is_one():
    one, other = make_machine(), make_machine()
    for machine in (one, other):
        record("machine.created", machine, by=None)

    assert (len(trail_of(one)), len(trail_of(one, other))) == (1, 2)


def test_state_of_a_machine_is_said_in_words():
    machine = make_machine()

    set_machine_status(machine=machine, state=Condition.STOPPED, since=now(), by=make_coordinator())

    assert _said(machine) == [("Its state was noted", "stopped")]


def test_damaged_data_break_no_page():
    """What stood in an event once stays there for ever."""
    rows = [make_request(), make_volunteer(), make_offer(), make_battle(), make_report()]
    kinds = [*OF_BATTLES, *OF_PEOPLE]
    for row in rows:
        for kind in kinds[:59]:
            record(kind, row, by=None, trade="gone", level=9, days="x", was=None, state="?", fields=["gone"], trades=7)

    assert {len(trail_of(row)) for row in rows} == {59}


def test_every_move_of_applications_has_words():
    assert [state for state in APPLICATION_MOVES if not has_words_for(f"application.{state}")] == []


@pytest.mark.parametrize("kind", ["report", "request", "battle", "offer", "machine", "volunteer"])
def test_page_of_each_shows_its_trail_to_the_coordinator(client, kind):
    row, address, event = _page(kind)
    record(event, row, by=None)
    client.force_login(make_coordinator())

    page = client.get(address).content.decode()

    assert page.count('class="timeline"') >= 1
    assert str((OF_BATTLES | OF_PEOPLE)[event][1]) in page


def _page(kind):
    if kind == "report":
        row = make_report(make_machine())
        return row, reverse("battles:report", args=[row.pk]), "report.received"
    if kind == "request":
        row = make_request()
        return row, reverse("battles:request", args=[row.pk]), "repairrequest.opened"
    if kind == "battle":
        row = make_battle()
        return row, reverse("battles:battle", args=[row.pk]) + "?tab=plan", "battle.planned"
    if kind == "offer":
        row = make_offer(make_seat())
        return row, reverse("battles:offer", args=[row.pk]), "offer.asked"
    if kind == "machine":
        row = make_machine()
        return row, reverse("battles:machine", args=[row.pk]), "machine.created"
    row = make_volunteer()
    return row, reverse("volunteers:volunteer", args=[row.pk]), "volunteer.joined"


def test_trail_is_not_shown_to_other_regions_nor_to_oneself(client):
    person = make_volunteer()
    record("volunteer.joined", person, by=None)
    shown = {}
    for name, user in {"other": make_coordinator(make_region("andes")), "own": person.user}.items():
        client.force_login(user)
        address = "/yo" if name == "own" else f"/voluntarios/{person.pk}"
        shown[name] = 'class="timeline"' in client.get(address).content.decode()

    assert shown == {"other": False, "own": False}
    assert AuditEvent.objects.count() == 1
