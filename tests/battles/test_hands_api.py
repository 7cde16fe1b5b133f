"""Over the API: a report taken in hand, an answer heard on the telephone, one's own way, and labels."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from battles.states import AnsweredBy, BattleState, OfferState
from factories.models import Label
from factories.states import MemberRole, ReportState
from tests.make import (
    make_battle,
    make_coordinator,
    make_label,
    make_machine,
    make_membership,
    make_offer,
    make_region,
    make_report,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db


def by(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def at(name: str, *keys: Any) -> str:
    return reverse(f"api:{name}", args=keys)


def test_report_is_taken_in_hand_put_to_its_plant_and_opened_again():
    boss, machine = make_coordinator(), make_machine()
    report, answered = make_report(plant_name="Taller"), make_report(state="answered")

    taken = by(boss).post(at("report-take", report.pk), {"version": 1})
    put = by(boss).post(at("report-put", report.pk), {"factory": machine.factory_id, "machine": machine.pk})
    again = by(boss).post(at("report-reopen", answered.pk), {"version": 1})

    for row in (report, answered):
        row.refresh_from_db()
    assert [answer.status_code for answer in (taken, put, again)] == [200] * 3
    assert (report.in_hand_of, report.machine, answered.state) == (boss, machine, ReportState.NEW)


def test_report_is_not_put_to_a_machine_of_another_plant_nor_changed_by_a_stale_view():
    boss, report = make_coordinator(), make_report(plant_name="Taller")
    said = {"factory": make_machine().factory_id, "machine": make_machine().pk}

    elsewhere = by(boss).post(at("report-put", report.pk), said)
    stale = by(boss).post(at("report-take", report.pk), {"version": 7})

    report.refresh_from_db()
    assert (elsewhere.status_code, stale.status_code, report.in_hand_of, report.factory) == (404, 409, None, None)


@pytest.mark.parametrize(
    ("says", "words", "state"),
    [("accept", {}, OfferState.ACCEPTED), ("decline", {"reason": "work", "note": "turno"}, OfferState.DECLINED)],
)
def test_coordinator_notes_what_was_said_on_the_telephone(says, words, state):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)))

    answer = by(make_coordinator()).post(at(f"battle-{says}", offer.battle_id, offer.pk), words)

    offer.refresh_from_db()
    assert (answer.status_code, offer.state, offer.answered_by) == (200, state, AnsweredBy.PHONE)


def test_others_find_no_offer_to_answer_on_the_telephone():
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)))
    others = [offer.volunteer.user, make_coordinator(make_region("far")), make_user()]

    answers = [by(user).post(at("battle-accept", offer.battle_id, offer.pk), {}).status_code for user in others]

    offer.refresh_from_db()
    assert (answers, offer.state) == ([404] * 3, OfferState.ASKED)


def test_volunteer_notes_that_they_arrived_and_that_they_are_home():
    offer = make_offer(make_seat(make_battle(state=BattleState.UNDER_WAY)), state=OfferState.ACCEPTED)
    client = by(offer.volunteer.user)

    early = client.post(at("offer-home", offer.pk))
    arrived, home = client.post(at("offer-arrived", offer.pk)), client.post(at("offer-home", offer.pk))
    other = by(make_user()).post(at("offer-arrived", offer.pk))

    offer.refresh_from_db()
    assert [answer.status_code for answer in (early, arrived, home, other)] == [409, 200, 200, 404]
    assert (offer.arrived_at is not None, offer.state) == (True, OfferState.DONE)


def test_labels_are_made_renewed_and_retired():
    machine = make_machine()
    boss = by(make_coordinator())

    made = boss.post(at("plant-labels", machine.factory_id))
    first = Label.objects.get(machine=machine)
    renewed = boss.post(at("plant-label-renew", machine.factory_id, first.pk))
    retired = boss.post(at("plant-label-retire", machine.factory_id, renewed.json()["id"]))
    twice = boss.post(at("plant-label-retire", machine.factory_id, first.pk))
    left = boss.get(at("plant-labels", machine.factory_id))

    assert [answer.status_code for answer in (made, renewed, retired, twice, left)] == [201, 200, 200, 409, 200]
    assert {one["machine"] for one in made.json()} == {None, machine.pk}
    assert renewed.json()["url"].endswith(f"/r/{Label.objects.get(pk=renewed.json()['id']).token}")
    assert [one["machine"] for one in left.json()] == [None]


def test_labels_are_renewed_by_the_delegate_and_by_no_other_worker():
    label = make_label(make_machine())
    plant = label.machine.factory
    workers = [make_membership(plant, role=MemberRole.WORKER).user, make_user()]
    delegate = make_membership(plant, role=MemberRole.DELEGATE).user

    refused = [by(user).post(at("plant-label-renew", plant.pk, label.pk)).status_code for user in workers]
    done = by(delegate).post(at("plant-label-renew", plant.pk, label.pk))

    assert (refused, done.status_code) == ([404, 404], 200)
