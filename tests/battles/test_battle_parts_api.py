"""What a battle is put together from, and what is noted in the plant and afterwards, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from battles.models import FollowUp
from battles.states import BattleKind, BattleState, OfferState, RequestState
from epo.core.clock import today
from tests.doors import NEED, REASON, day
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_coordinator,
    make_departure,
    make_follow_up,
    make_line,
    make_line_result,
    make_machine,
    make_need,
    make_offer,
    make_output_correction,
    make_region,
    make_request,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
ROOM = {"place": "Terminal", "at": f"{day(19)}T06:00:00-04:00", "places": 4}


def api(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"api:battle-{name}", args=args)


@pytest.fixture
def client() -> APIClient:
    return api(make_coordinator())


def fought(**fields: Any) -> Any:
    battle = make_battle(**{"state": BattleState.UNDER_WAY, "first_day": today()} | fields)
    make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR))
    make_agreement(battle)
    return battle


def led(battle: Any) -> Any:
    """Somebody of the crew leads it, and is no coordinator."""
    battle.responsible = make_volunteer("welding")
    battle.save()
    make_offer(make_seat(battle), battle.responsible, OfferState.ON_SITE)
    return battle.responsible.user


def test_request_and_seats_are_taken_out_of_a_plan_and_changed(client):
    battle = make_battle()
    request = make_request(make_machine(battle.factory), state=RequestState.PLANNED)
    make_battle_request(battle, request)
    seat, other = make_seat(battle), make_seat(battle)
    said = {"level": 4, "kind": "learner", "first_offset": 1, "last_offset": 2}

    changed = client.put(url("seat", battle.pk, seat.pk), said).data["seats"]
    client.delete(url("seat", battle.pk, other.pk))
    client.delete(url("request", battle.pk, request.pk))
    wrong = client.put(url("seat", battle.pk, seat.pk), said | {"last_offset": 0})

    request.refresh_from_db()
    assert [{name: row[name] for name in said} for row in changed if row["id"] == seat.pk] == [said]
    assert (list(battle.seats.values_list("pk", flat=True)), request.state) == ([seat.pk], RequestState.OPEN)
    assert wrong.status_code == 409


def test_departures_are_planned_with_who_travels(client):
    battle = make_battle()
    offer = make_offer(make_seat(battle), state=OfferState.ACCEPTED)
    said = ROOM | {"driver": offer.volunteer_id, "travellers": [offer.pk]}

    added = client.post(url("departures", battle.pk), said).data
    changed = client.put(url("departure", battle.pk, added[0]["id"]), ROOM | {"place": "Plaza"}).data
    full = client.put(url("departure", battle.pk, added[0]["id"]), ROOM | {"places": 0})
    read = client.get(url("departures", battle.pk)).data
    left = client.delete(url("departure", battle.pk, added[0]["id"])).data

    assert (added[0]["driver"], added[0]["travellers"]) == (offer.volunteer_id, [offer.pk])
    assert (changed[0]["place"], changed[0]["travellers"], read) == ("Plaza", [offer.pk], changed)
    assert (full.status_code, list(full.data["errors"]), left) == (400, ["places"], [])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "mañana"])
def test_departure_at_no_hour_of_ours_is_400(client, at):
    answer = client.post(url("departures", make_battle().pk), ROOM | {"at": at})

    assert (answer.status_code, list(answer.data["errors"])) == (400, ["at"])


def test_traveller_of_another_battle_is_not_there(client):
    battle, elsewhere = make_battle(), make_offer(state=OfferState.ACCEPTED)

    answer = client.post(url("departures", battle.pk), ROOM | {"travellers": [elsewhere.pk]})

    assert (answer.status_code, list(answer.data["errors"])) == (400, ["travellers"])


def test_somebody_goes_home_early_is_let_go_or_signed_off(client):
    battle = fought()
    leaving, coming, done = (
        make_offer(make_seat(battle), state=state)
        for state in (OfferState.ON_SITE, OfferState.ACCEPTED, OfferState.ON_SITE)
    )
    client.post(url("home", battle.pk), {"offer": done.pk})

    answers = [
        client.post(url("left", battle.pk, leaving.pk), REASON),
        client.post(url("release", battle.pk, coming.pk), REASON),
        client.post(url("sign-off", battle.pk, done.pk), {"level": 4}),
        client.post(url("left", battle.pk, coming.pk), REASON),
    ]

    states = [offer.__class__.objects.get(pk=offer.pk).state for offer in (leaving, coming, done)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert states == [OfferState.LEFT, OfferState.RELEASED, OfferState.DONE]
    assert done.volunteer.qualifications.get(trade=done.trade).level == 4


def test_diagnosis_hears_voices_and_makes_requests_of_findings(client):
    battle = fought(kind=BattleKind.DIAGNOSIS)
    client.post(url("voices", battle.pk), {"voice": "workers", "said": "falta"})
    told = client.post(url("voices", battle.pk), {"voice": "workers", "said": "falta gas"}).data
    found = client.post(url("findings", battle.pk), {"what": "sin gas"}).data["findings"]

    made = client.post(url("findings-requests", battle.pk), {"findings": [found[0]["id"]]}).data
    again = client.post(url("findings-requests", battle.pk), {"findings": [found[0]["id"]]})

    assert [(voice["voice"], voice["said"]) for voice in told["voices"]] == [("workers", "falta gas")]
    assert made["findings"][0]["request"] is not None
    assert client.get(url("diagnosis", battle.pk)).data == made
    assert again.status_code == 400


def test_voices_belong_to_a_diagnosis(client):
    answer = client.post(url("voices", fought().pk), {"voice": "workers", "said": "falta gas"})

    assert (answer.status_code, answer.data["code"]) == (409, "not_a_diagnosis")


def test_responsible_notes_needs_and_lessons_and_reads_the_diary():
    battle = fought()
    client, tie = api(led(battle)), battle.battle_requests.get()

    added = client.post(url("needs", battle.pk), NEED | {"request": tie.request_id})
    need = tie.request.needs.get()
    settled = client.post(url("need-state", battle.pk, need.pk), {"state": "got"})
    lessons = client.put(url("lessons", battle.pk), {"lessons": "más electrodos"}).data
    client.post(url("diary", battle.pk), {"text": "se desmontó", "volunteer": battle.responsible_id})
    diary = client.get(url("diary", battle.pk)).data

    need.refresh_from_db()
    assert (added.status_code, settled.status_code, need.state) == (200, 200, "got")
    assert (lessons["lessons"], lessons["output"]) == ("más electrodos", [])
    assert [(entry["text"], entry["volunteer"]) for entry in diary] == [("se desmontó", battle.responsible_id)]


def test_what_remains_of_a_battle_is_read_and_told(client):
    battle = fought(state=BattleState.CLOSED)
    line = make_line(battle.factory)
    result = make_line_result(battle, line, before=0, after=9)
    due, correction = make_follow_up(battle, line), make_output_correction(result)
    reading = {"amount": "12.5", "day": day(0), "said_by": "delegada"}

    told = client.post(url("follow-up", battle.pk, due.pk), reading).data
    again = client.post(url("follow-up", battle.pk, due.pk), reading)
    client.post(url("own-repairs", battle.pk), {"what": "molino"})
    client.post(url("correction-answer", battle.pk, correction.pk), {"answer": "se pesó"})
    read = client.get(url("results", battle.pk)).data

    assert [(one["amount"], one["day"]) for one in told["follow_ups"]] == [("12.50", day(0))]
    assert again.status_code == 409
    assert [one["what"] for one in read["own_repairs"]] == ["molino"]
    assert read["output"][0]["corrections"][0]["answer"] == "se pesó"
    assert FollowUp.objects.get().reading is not None


def test_figures_that_the_plant_says_are_taken_over(client):
    correction = make_output_correction()
    result = correction.result

    told = client.post(url("correction-take", result.battle_id, correction.pk), {}).data
    again = client.post(url("correction-take", result.battle_id, correction.pk), {})

    result.refresh_from_db()
    assert told["output"][0]["corrections"][0]["is_taken"] is True
    assert result.after == correction.after
    assert (again.status_code, again.data["code"]) == (409, "answered_already")


def test_things_of_another_battle_are_not_there(client):
    battle, other = fought(), fought()
    seat, need = make_seat(other), make_need(other.battle_requests.get().request)
    offer, departure = make_offer(make_seat(other), state=OfferState.ON_SITE), make_departure(other)
    correction = make_output_correction()

    answers = [
        client.delete(url("seat", battle.pk, seat.pk)),
        client.delete(url("request", battle.pk, other.battle_requests.get().request_id)),
        client.delete(url("departure", battle.pk, departure.pk)),
        client.post(url("left", battle.pk, offer.pk), REASON),
        client.post(url("need-state", battle.pk, need.pk), {"state": "got"}),
        client.post(url("correction-take", battle.pk, correction.pk), {}),
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("who", [make_user, lambda: make_coordinator(make_region("other")), lambda: None])
def test_parts_of_a_battle_are_not_there_for_strangers(who):
    battle = fought()
    user = who() or make_offer(make_seat(battle), state=OfferState.ON_SITE).volunteer.user
    client = api(user)

    reads = {client.get(url(name, battle.pk)).status_code for name in ("departures", "diary", "diagnosis", "results")}
    writes = {client.post(url(name, battle.pk), {}).status_code for name in ("departures", "voices", "needs")}

    assert (reads, writes) == ({404}, {404})
