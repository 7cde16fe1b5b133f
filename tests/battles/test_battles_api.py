from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from battles.models import Battle
from battles.states import BattleState, OfferState, RequestState
from epo.core.clock import today
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_coordinator,
    make_demand,
    make_factory,
    make_line,
    make_machine,
    make_machine_kind,
    make_membership,
    make_offer,
    make_region,
    make_request,
    make_seat,
    make_trade,
    make_user,
)

pytestmark = pytest.mark.django_db


def api(user=None):
    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client


def url(name, *args):
    return reverse(f"api:{name}", args=args)


@pytest.fixture
def boss():
    return make_coordinator()


def fight(**fields):
    battle = make_battle(**{"state": BattleState.UNDER_WAY, "first_day": today()} | fields)
    make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.UNDER_REPAIR))
    return battle


def test_the_api_is_closed_to_who_is_not_signed_in():
    battle = make_battle()

    assert api().get(url("battles")).status_code == 403
    assert api().get(url("battle", battle.pk)).status_code == 403


def test_a_stranger_and_another_regions_coordinator_get_404():
    battle = make_battle()
    for user in (make_user(), make_coordinator(make_region("other"))):
        client = api(user)
        assert client.get(url("battle", battle.pk)).status_code == 404
        assert client.get(url("battles")).data["results"] == []
        for name in ("battle-ask", "battle-call-off", "battle-close", "battle-diary", "battle-seats"):
            assert client.post(url(name, battle.pk), {}, format="json").status_code == 404


def test_the_list_takes_the_same_filters_as_the_page(boss, django_assert_max_num_queries):
    open_one, closed = make_battle(), make_battle(state=BattleState.CLOSED)
    client = api(boss)

    def found(**chosen):
        return [row["id"] for row in client.get(url("battles"), chosen).data["results"]]

    assert (found(), found(state="closed")) == ([open_one.pk], [closed.pk])
    make_battle()
    make_battle()
    with django_assert_max_num_queries(8):
        assert len(found()) == 3


def test_a_coordinator_reads_a_battle_in_full_and_the_plant_in_short(boss):
    battle, member = make_battle(state=BattleState.ASKING), make_user()
    make_membership(battle.factory, member)
    make_offer(make_seat(battle), state=OfferState.ACCEPTED)
    make_agreement(battle)

    full, short = (api(user).get(url("battle", battle.pk)).data for user in (boss, member))

    assert [seat["is_held"] for seat in full["seats"]] == [True]
    assert (len(full["crew"]), full["agreement"]["agreed_on"]) == (1, str(today()))
    assert ("crew" in short, short["title"]) == (False, battle.title)


def test_a_battle_is_planned_dated_agreed_and_opened_for_calls(boss):
    request = make_request(make_machine())
    make_demand(request, make_trade("welding"), people=2, days=5)
    client = api(boss)
    plan = {
        "factory": request.factory_id,
        "title": "Horno",
        "requests": [request.pk],
        "first_day": today() + timedelta(days=9),
    }

    made = client.post(url("battles"), plan, format="json")
    key = made.data["id"]
    client.patch(url("battle", key), {"days": 4, "food": "comedor"}, format="json")
    refused = client.post(url("battle-ask", key), {}, format="json")
    client.post(url("battle-waive", key), {"reason": "urgencia"}, format="json")
    asked = client.post(url("battle-ask", key), {}, format="json")

    assert (made.status_code, len(made.data["seats"])) == (201, 2)
    assert (refused.status_code, refused.data["code"]) == (409, "no_agreement")
    assert (asked.status_code, asked.data["state"], asked.data["days"]) == (200, "asking", 4)


def test_a_plant_of_another_region_cannot_be_named(boss):
    elsewhere = make_factory()
    client = api(make_coordinator(make_region("other")))

    answer = client.post(url("battles"), {"factory": elsewhere.pk, "title": "x", "first_day": today()}, format="json")

    assert (answer.status_code, list(answer.data["errors"])) == (400, ["factory"])


def test_only_a_coordinator_in_charge_can_be_given_a_battle(boss):
    battle = make_battle()
    others = [make_user(), make_coordinator(make_region("other")), make_coordinator(), boss]

    answers = [api(boss).patch(url("battle", battle.pk), {"coordinator": one.pk}, format="json") for one in others]

    assert [answer.status_code for answer in answers] == [400, 400, 200, 200]


def test_a_window_without_its_beginning_is_refused(boss):
    battle = make_battle()

    answer = api(boss).patch(url("battle", battle.pk), {"latest": "2031-02-01"}, format="json")

    assert (answer.status_code, answer.data["code"]) == (409, "no_window")


def test_dates_that_make_no_sense_are_refused_by_code(boss):
    battle = make_battle()

    answer = api(boss).patch(
        url("battle", battle.pk), {"earliest": "2030-02-02", "latest": "2030-02-01"}, format="json"
    )

    assert (answer.status_code, answer.data["code"]) == (409, "bad_window")


def test_seats_requests_agreement_draft_and_calling_off(boss):
    battle, client = make_battle(), api(boss)
    request = make_request(make_machine(battle.factory))
    make_demand(request, make_trade("welding"), people=1, days=5)
    terms = {"agreed_on": str(today()), "management": "gerente", "council": "asamblea", "may_publish": True}

    client.post(url("battle-requests", battle.pk), {"request": request.pk}, format="json")
    client.post(url("battle-seats-fill", battle.pk), {}, format="json")
    client.post(url("battle-seats", battle.pk), {"trade": "welding", "level": 3, "kind": "optional"}, format="json")
    agreed = client.post(url("battle-agreement", battle.pk), terms, format="json")
    client.post(url("battle-ask", battle.pk), {}, format="json")
    draft = client.post(url("battle-draft", battle.pk), {"reason": "x"}, format="json")
    off = client.post(url("battle-call-off", battle.pk), {"reason": "x"}, format="json")

    assert [(seat["level"], seat["kind"]) for seat in agreed.data["seats"]] == [(3, "optional"), (2, "required")]
    assert (agreed.data["agreement"]["may_publish"], draft.data["state"], off.data["state"]) == (
        True,
        "draft",
        "called_off",
    )


def test_the_responsible_notes_the_field_and_the_coordinator_closes(boss):
    battle = fight()
    lead = make_offer(make_seat(battle), state=OfferState.ACCEPTED)
    Battle.objects.update(responsible=lead.volunteer)
    line, kind = make_line(battle.factory), make_machine_kind("saw")
    client = api(lead.volunteer.user)
    link = battle.battle_requests.get()

    answers = [
        client.post(url("battle-arrivals", battle.pk), {}, format="json"),
        client.post(url("battle-diary", battle.pk), {"text": "se bajó el quemador", "hours": "6.5"}, format="json"),
        client.post(
            url("battle-found", battle.pk), {"what": "eje", "name": "Sierra", "kind": kind.code}, format="json"
        ),
        client.post(
            url("battle-outcomes", battle.pk), {"request": link.request_id, "outcome": "repaired"}, format="json"
        ),
        client.post(url("battle-output", battle.pk), {"line": line.pk, "before": 0, "after": 260}, format="json"),
        client.post(url("battle-home", battle.pk), {"offer": lead.pk}, format="json"),
    ]
    not_theirs = client.post(url("battle-close", battle.pk), {}, format="json")
    closed = api(boss).post(url("battle-close", battle.pk), {"lessons": "bien"}, format="json")

    assert [answer.status_code for answer in answers] == [200] * 6
    assert (not_theirs.status_code, closed.data["state"], closed.data["lessons"]) == (404, "closed", "bien")
    assert [(row["state"], row["found_on_site"]) for row in closed.data["requests"]] == [
        ("repaired", False),
        ("open", True),
    ]
    assert closed.data["results"][0]["after"] == "260.00"


def test_begin_and_an_outcome_for_another_battles_request(boss):
    battle, client = make_battle(state=BattleState.READY), api(boss)
    foreign = make_request(make_machine(battle.factory))

    begun = client.post(url("battle-begin", battle.pk), {}, format="json")
    outcome = {"request": foreign.pk, "outcome": "repaired"}

    assert begun.data["state"] == "under_way"
    assert client.post(url("battle-outcomes", battle.pk), outcome, format="json").status_code == 404
