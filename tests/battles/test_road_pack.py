"""What somebody takes along: what their pages show them, for each battle they said yes to, and nothing of others."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime, now
from rest_framework.test import APIClient

from battles.models import Battle, ChecklistStep, Offer
from battles.road_pack import owner_of
from battles.states import BattleState, OfferState, RequestState
from epo.contacts.models import ContactView
from epo.core.clock import today
from factories.states import Condition, MemberRole
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_checklist_step,
    make_common_fault,
    make_contact,
    make_coordinator,
    make_demand,
    make_departure,
    make_diary_entry,
    make_factory,
    make_follow_up,
    make_line,
    make_machine,
    make_machine_kind,
    make_machine_status,
    make_membership,
    make_missed_action,
    make_need,
    make_offer,
    make_output_reading,
    make_own_repair,
    make_request,
    make_seat,
    make_trade,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
ROAD_PACKS = "api:road-packs"


def by(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def packs(user: Any) -> dict[str, Any]:
    answer = by(user).get(reverse(ROAD_PACKS))
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


def full(volunteer: Any = None, **fields: Any) -> Offer:
    """A seat in a battle with all that a pack can hold."""
    plant = make_factory(contact=make_contact())
    battle = make_battle(plant, state=BattleState.READY, coordinator=make_coordinator(), **fields)
    make_agreement(battle, sleeping="en el comedor", food="tres comidas", materials="electrodos", isolates="guardia")
    departure = make_departure(battle, place="Terminal", vehicle="autobús")
    offer = make_offer(make_seat(battle), volunteer or make_volunteer(), state=OfferState.ACCEPTED, departure=departure)
    machine = make_machine(plant, kind=make_machine_kind("boiler"), serial="C-7")
    make_machine_status(machine, state=Condition.BADLY)
    request = make_request(machine, state=RequestState.PLANNED, description="pierde vapor")
    make_need(request, what="empacadura")
    make_demand(request)
    make_battle_request(battle, request)
    make_common_fault(machine.kind)
    earlier = make_battle(plant, state=BattleState.CLOSED, first_day=today() - timedelta(days=90))
    old = make_request(machine, title="bomba de agua", state=RequestState.REPAIRED)
    make_battle_request(earlier, old, is_active=False, outcome=RequestState.REPAIRED, note="se cambió el eje")
    make_own_repair(plant, machine=machine, what="niveles", on=today() - timedelta(days=9))
    make_checklist_step(None, text_es="candado")
    make_checklist_step(machine.kind, text_es="purga", position=10)
    make_diary_entry(battle, text="salimos", volunteer=offer.volunteer)
    return offer


def test_pack_holds_the_plan_the_crew_and_what_is_repaired():
    offer = full()
    battle = offer.battle
    Battle.objects.filter(pk=battle.pk).update(responsible=offer.volunteer)
    fellow = make_offer(make_seat(battle), state=OfferState.ACCEPTED)

    said = packs(offer.volunteer.user)

    (pack,) = said["packs"]
    assert (said["owner"], said["name"]) == (owner_of(offer.volunteer.user), str(offer.volunteer.user))
    assert pack["battle"] == {
        "id": battle.pk, "version": 1, "state": "ready", "state_label": battle.get_state_display(), "kind": "repair",
        "kind_label": battle.get_kind_display(), "title": battle.title, "plant": battle.factory.name,
        "municipality": str(battle.factory.municipality), "place": "", "lat": battle.factory.position[0],
        "lon": battle.factory.position[1], "first_day": battle.first_day.isoformat(),
        "last_day": battle.last_day.isoformat(), "sleeping": "en el comedor", "food": "tres comidas", "bring": "",
        "safety": "", "coordinator": str(battle.coordinator), "responsible": str(offer.volunteer),
    }  # fmt: skip
    assert (pack["may_record"], pack["may_call"]) == (True, True)
    departure = offer.departure
    assert pack["offer"]["departure"] == {
        "id": departure.pk, "place": "Terminal", "at": localtime(departure.at).isoformat(), "vehicle": "autobús",
    }  # fmt: skip
    assert {one["offer"]: (one["name"], one["is_me"], one["is_responsible"]) for one in pack["crew"]} == {
        offer.pk: (offer.volunteer.name, True, True), fellow.pk: (fellow.volunteer.name, False, False),
    }  # fmt: skip
    assert pack["agreement"] == {
        "agreed_on": today().isoformat(), "sleeping": "en el comedor", "food": "tres comidas",
        "materials": "electrodos", "isolates": "guardia",
    }  # fmt: skip
    (job,) = pack["jobs"]
    assert (job["description"], job["state"], job["outcome"]) == ("pierde vapor", "planned", "")
    assert [need["what"] for need in job["needs"]] == ["empacadura"]
    assert [(one["people"], one["days"]) for one in job["demands"]] == [(1, 3)]
    assert [(entry["text"], entry["name"]) for entry in pack["diary"]] == [("salimos", offer.volunteer.name)]


def test_machine_comes_with_its_state_history_faults_and_checklist():
    offer = full()

    (pack,) = packs(offer.volunteer.user)["packs"]

    (machine,) = pack["machines"]
    assert (machine["state"], machine["serial"], machine["kind"]) == ("badly", "C-7", "boiler")
    assert [(one["what"], one["note"]) for one in machine["history"]] == [
        ("niveles", ""), ("bomba de agua", "se cambió el eje"),
    ]  # fmt: skip
    assert (machine["checklist"], len(machine["faults"])) == (["candado", "purga"], 1)


def test_who_keeps_the_notes_has_all_machines_of_the_plant_by_name():
    offer = full()
    other = make_machine(offer.battle.factory)
    make_machine(offer.battle.factory, is_retired=True)
    repaired = offer.battle.battle_requests.get().request.machine

    before = packs(offer.volunteer.user)["packs"][0]["machines"]
    Battle.objects.filter(pk=offer.battle_id).update(responsible=offer.volunteer)
    after = packs(offer.volunteer.user)["packs"][0]["machines"]

    assert [one["id"] for one in before] == [repaired.pk]
    assert {one["id"]: len(one["checklist"]) for one in after} == {repaired.pk: 2, other.pk: 0}


@pytest.mark.parametrize(
    ("state", "battle_state", "many"),
    [
        (OfferState.ACCEPTED, BattleState.READY, 1), (OfferState.ON_SITE, BattleState.UNDER_WAY, 1),
        (OfferState.ACCEPTED, BattleState.CLOSED, 0), (OfferState.DONE, BattleState.UNDER_WAY, 0),
        (OfferState.WITHDRAWN, BattleState.CALLED_OFF, 0), (OfferState.RELEASED, BattleState.READY, 0),
        (OfferState.ASKED, BattleState.ASKING, 0),
    ],
)  # fmt: skip
def test_pack_is_there_while_the_seat_is_held_and_the_battle_goes_on(state: Any, battle_state: Any, many: int) -> None:
    offer = make_offer(make_seat(make_battle(state=battle_state)), state=state)

    assert len(packs(offer.volunteer.user)["packs"]) == many


def test_open_ask_comes_with_what_its_page_shows_and_without_names():
    battle = make_battle(state=BattleState.ASKING, responsible=make_volunteer(), sleeping="en la planta")
    make_battle_request(battle)
    make_offer(make_seat(battle), state=OfferState.ACCEPTED)
    offer = make_offer(make_seat(battle, trade=make_trade()), reasons={"had": 3})

    (ask,) = packs(offer.volunteer.user)["asks"]

    assert (ask["offer"]["id"], ask["offer"]["code"], ask["offer"]["state"]) == (offer.pk, offer.code, "asked")
    assert ask["offer"]["deadline"] == localtime(offer.deadline).isoformat()
    assert (ask["battle"]["sleeping"], ask["battle"]["has_responsible"]) == ("en la planta", True)
    assert (ask["crew"]["filled"], ask["crew"]["wanted"], len(ask["jobs"]), len(ask["offer"]["why"])) == (1, 2, 1, 1)
    names = [other.volunteer.name for other in battle.offers.exclude(pk=offer.pk)] + [battle.responsible.name]
    assert [name for name in names if name in json.dumps(ask, ensure_ascii=False)] == []


def test_expired_ask_can_still_be_answered_and_an_answered_one_is_gone():
    volunteer = make_volunteer()
    for state in (OfferState.EXPIRED, OfferState.DECLINED):
        make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer, state=state)

    assert [ask["offer"]["state"] for ask in packs(volunteer.user)["asks"]] == ["expired"]


def test_phones_are_in_no_pack_and_come_by_a_post_that_is_noted():
    offer = full()
    Battle.objects.filter(pk=offer.battle_id).update(responsible=offer.volunteer)
    fellow = make_offer(make_seat(offer.battle), state=OfferState.ACCEPTED)
    plant = offer.battle.factory.contact
    user, address = offer.volunteer.user, reverse("api:battle-contacts", args=[offer.battle_id])

    document = json.dumps(packs(user))
    shown = by(user).post(address).json()

    assert [phone for phone in (fellow.volunteer.contact.phone, plant.phone) if phone in document] == []
    assert {person["offer"]: person["phone"] for person in shown["people"]} == {
        each.pk: each.volunteer.contact.phone for each in (offer, fellow)
    }
    assert shown["plant"] == {"name": str(plant), "phone": plant.phone}
    assert set(ContactView.objects.values_list("contact", "reason")) == {
        (fellow.volunteer.contact_id, "road-pack"), (plant.pk, "road-pack"),
    }  # fmt: skip


def test_phones_are_for_the_responsible_and_who_is_in_charge_only():
    offer = full()
    address = reverse("api:battle-contacts", args=[offer.battle_id])
    others = [offer.volunteer.user, make_user(), make_membership(offer.battle.factory, role=MemberRole.MANAGER).user]

    assert [by(user).post(address).status_code for user in others] == [404] * 3
    assert by(offer.battle.coordinator).post(address).status_code == 200
    assert by(offer.battle.coordinator).get(address).status_code == 405


def test_member_takes_along_lines_machines_and_what_is_asked_of_the_plant():
    plant = make_factory()
    delegate = make_membership(plant, role=MemberRole.DELEGATE).user
    line = make_line(plant, product="harina", nominal=100, current=60)
    make_output_reading(line, day=today() - timedelta(days=9), amount=50)
    make_output_reading(line, day=today() - timedelta(days=2), amount=60)
    machine = make_machine(plant)
    make_machine_status(machine, state=Condition.RUNNING)
    battle = make_battle(plant, state=BattleState.CLOSED)
    make_follow_up(battle, line=line, due_on=today() - timedelta(days=1), after_days=30)
    make_own_repair(plant, what="correa", said_by="mecánica")

    (said,) = packs(delegate)["plants"]

    assert (said["id"], said["role"], said["may_tell"]) == (plant.pk, "delegate", True)
    assert said["lines"] == [
        {
            "id": line.pk, "product": "harina", "unit": "t", "nominal": "100.00", "current": "60.00",
            "last": {"day": (today() - timedelta(days=2)).isoformat(), "amount": "60.00"},
        }
    ]  # fmt: skip
    assert [(one["id"], one["state"]) for one in said["machines"]] == [(machine.pk, "running")]
    assert [(one["line"], one["after_days"]) for one in said["readings_asked"]] == [(line.pk, 30)]
    assert [(one["what"], one["said_by"]) for one in said["own_repairs"]] == [("correa", "mecánica")]
    assert said["learned_from"] == [{"id": battle.pk, "title": battle.title}]


def test_worker_reads_the_plant_and_may_not_tell_of_it():
    member = make_membership(role=MemberRole.WORKER)

    (said,) = packs(member.user)["plants"]

    assert (said["id"], said["may_tell"]) == (member.factory_id, False)


def test_coordinator_without_a_seat_takes_nothing_along():
    full()

    said = packs(make_coordinator())

    assert (said["packs"], said["asks"], said["plants"], said["missed"]) == ([], [], [], [])


def test_what_could_not_be_done_stands_there_for_two_months():
    user = make_user()
    missed = make_missed_action(by=user)
    make_missed_action(by=user, at=now() - timedelta(days=61))
    make_missed_action()

    (said,) = packs(user)["missed"]

    assert (said["id"], said["kind"], said["words"], said["detail"], said["is_handled"], said["battle"]) == (
        missed.received.client_id, "battle.diary", "x", "No se pudo.", False, missed.battle_id,
    )  # fmt: skip


def test_nobody_keeps_the_document_and_strangers_get_none():
    answer = by(make_user()).get(reverse(ROAD_PACKS))

    assert "no-store" in answer["Cache-Control"]
    assert APIClient().get(reverse(ROAD_PACKS)).status_code == 403


def test_number_of_queries_is_the_same_for_one_and_for_three():
    one, three = make_volunteer(), make_volunteer()
    counts = []
    for volunteer, many in ((one, 1), (three, 3)):
        for n in range(many):
            full(volunteer, first_day=today() + timedelta(days=20 * (n + 1)))
            make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer)
            plant = make_membership(user=volunteer.user, role=MemberRole.DELEGATE).factory
            make_output_reading(make_line(plant))
            make_machine_status(make_machine(plant))
            make_missed_action(by=volunteer.user)
        client = by(volunteer.user)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(ROAD_PACKS))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_checklists_of_the_reference_are_loaded_once_and_left_alone():
    call_command("load_reference")
    step = ChecklistStep.objects.filter(kind=None).first()
    ChecklistStep.objects.exclude(pk=step.pk).delete()
    ChecklistStep.objects.update(text_es="nuestro")

    call_command("load_reference")

    assert [one.text_es for one in ChecklistStep.objects.all()] == ["nuestro"]
