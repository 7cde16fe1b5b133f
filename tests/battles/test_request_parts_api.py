"""One repair request over the API: what it is about, its demands and needs, whose it is, how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from battles.states import RequestState
from tests.make import (
    make_coordinator,
    make_demand,
    make_factory,
    make_machine,
    make_membership,
    make_need,
    make_region,
    make_request,
    make_trade,
    make_user,
)

pytestmark = pytest.mark.django_db
LINE = {"trade": "welding", "level": 3, "people": 2, "days": 4}


def api(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"api:request{name}", args=args)


@pytest.fixture
def boss() -> Any:
    return make_coordinator()


@pytest.fixture
def client(boss: Any) -> APIClient:
    return api(boss)


def test_request_is_described_anew_and_the_rest_stays(client):
    request = make_request(title="Horno", description="no enciende")

    answer = client.patch(url("", request.pk), {"title": "Quemador", "output_lost": "40", "version": 1})

    assert answer.status_code == 200
    assert (answer.data["title"], answer.data["output_lost"], answer.data["version"]) == ("Quemador", "40.00", 2)
    request.refresh_from_db()
    assert request.description == "no enciende"


@pytest.mark.parametrize(
    "said",
    [{"title": ""}, {"output_lost": 101}, {"output_lost": -1}, {"condition": "x"}, {"stopped_since": "0001-01-01"}],
)
def test_description_that_cannot_be_so_is_400(client, said):
    request = make_request()

    answer = client.patch(url("", request.pk), said)

    assert (answer.status_code, list(answer.data["errors"])) == (400, list(said))


def test_machine_of_another_plant_is_not_there_for_a_request(client):
    answer = client.patch(url("", make_request().pk), {"machine": make_machine().pk})

    assert (answer.status_code, list(answer.data["errors"])) == (400, ["machine"])


def test_description_of_an_older_version_is_409(client):
    answer = client.patch(url("", make_request(version=3).pk), {"title": "x", "version": 2})

    assert (answer.status_code, answer.data["code"]) == (409, "changed")


def test_request_is_taken_cancelled_and_one_half_done_opened_again(client, boss):
    request, partly = make_request(), make_request(state=RequestState.PARTLY_REPAIRED)

    taken = client.post(url("-take", request.pk), {})
    cancelled = client.post(url("-cancel", request.pk), {"reason": "doble"})
    again = client.post(url("-cancel", request.pk), {"reason": "doble"})
    opened = client.post(url("-reopen", partly.pk), {})

    assert taken.data["in_hand_of"] == boss.username
    assert cancelled.data["state"] == RequestState.CANCELLED
    assert (again.status_code, again.headers["Content-Type"]) == (409, "application/problem+json")
    assert opened.data["state"] == RequestState.OPEN


def test_demands_are_added_changed_and_removed(client):
    request = make_request()
    make_trade("welding")

    added = client.post(url("-demands", request.pk), LINE).data["demands"]
    changed = client.put(url("-demand", request.pk, added[0]["id"]), LINE | {"people": 5}).data["demands"]
    removed = client.delete(url("-demand", request.pk, added[0]["id"])).data["demands"]

    assert [{name: row[name] for name in LINE} for row in added] == [LINE]
    assert [row["people"] for row in changed] == [5]
    assert removed == []


def test_needs_are_added_changed_settled_and_removed(client):
    request = make_request()

    added = client.post(url("-needs", request.pk), {"what": "rodamiento", "measures": "6204"}).data["needs"]
    key = added[0]["id"]
    changed = client.patch(url("-need", request.pk, key), {"brings": "plant"}).data["needs"]
    bare = client.post(url("-need-state", request.pk, key), {"state": "waived"})
    waived = client.post(url("-need-state", request.pk, key), {"state": "waived", "reason": "hay otro"}).data["needs"]
    removed = client.delete(url("-need", request.pk, key)).data["needs"]

    assert (added[0]["what"], added[0]["state"]) == ("rodamiento", "missing")
    assert (changed[0]["measures"], changed[0]["brings"]) == ("6204", "plant")
    assert (bare.status_code, bare.data["code"]) == (409, "no_reason")
    assert [row["state"] for row in waived] == ["waived"]
    assert removed == []


def test_line_of_another_request_is_not_there(client):
    request = make_request()
    demand, need = make_demand(make_request()), make_need(make_request())

    answers = [
        client.put(url("-demand", request.pk, demand.pk), LINE | {"trade": demand.trade.code}),
        client.delete(url("-demand", request.pk, demand.pk)),
        client.patch(url("-need", request.pk, need.pk), {"what": "x"}),
        client.post(url("-need-state", request.pk, need.pk), {"state": "got"}),
        client.delete(url("-need", request.pk, need.pk)),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


def test_members_read_a_request_and_change_nothing():
    request = make_request(make_machine(make_factory(region=make_region("west"))))
    demand, need = make_demand(request), make_need(request)
    member, far = make_user(), make_coordinator(make_region("east"))
    make_membership(request.factory, member)
    calls = [
        ("patch", url("", request.pk)),
        ("post", url("-take", request.pk)),
        ("post", url("-cancel", request.pk)),
        ("post", url("-demands", request.pk)),
        ("delete", url("-demand", request.pk, demand.pk)),
        ("delete", url("-need", request.pk, need.pk)),
    ]

    answers = {getattr(api(user), how)(to, {}).status_code for user in (member, far) for how, to in calls}

    assert answers == {404}


def test_demand_sent_twice_with_a_key_is_added_once(client):
    request = make_request()
    make_trade("welding")
    headers = {"Idempotency-Key": "d-1"}

    answers = [client.post(url("-demands", request.pk), LINE, headers=headers).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert request.demands.count() == 1
