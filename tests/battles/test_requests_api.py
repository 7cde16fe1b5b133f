"""Reports at the desk and repair requests over the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from battles.models import RepairRequest
from factories.states import Condition, ReportState
from tests.make import (
    make_common_fault,
    make_coordinator,
    make_demand,
    make_factory,
    make_machine,
    make_membership,
    make_municipality,
    make_need,
    make_region,
    make_report,
    make_request,
    make_trade,
    make_user,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def boss():
    return make_coordinator()


@pytest.fixture
def client(boss) -> APIClient:
    return client_of(boss)


def post(client, report, what: str, **data: Any):
    return client.post(f"{ROOT}/reports/{report.pk}/{what}", data)


def ids(response) -> list[Any]:
    return [row["id"] for row in response.json()["results"]]


def test_reports_over_the_api_need_sign_in():
    assert APIClient().get(f"{ROOT}/reports").status_code == 403


def test_reports_over_the_api_are_those_of_ones_region():
    west = make_region("west")
    mine = make_report(make_machine(make_factory(region=west)))
    make_report()

    assert ids(client_of(make_coordinator(west)).get(f"{ROOT}/reports")) == [str(mine.pk)]


def test_reports_over_the_api_are_none_for_members_and_strangers():
    report = make_report()
    member = make_user()
    make_membership(report.factory, member)

    assert ids(client_of(member).get(f"{ROOT}/reports")) == []
    assert client_of(member).get(f"{ROOT}/reports/{report.pk}/triage").status_code == 404


def test_reports_over_the_api_come_by_score_and_take_filters(client):
    low, high = make_report(text="válvula"), make_report(condition=Condition.DANGEROUS)

    assert ids(client.get(f"{ROOT}/reports")) == [str(high.pk), str(low.pk)]
    assert ids(client.get(f"{ROOT}/reports", {"q": "valvula"})) == [str(low.pk)]
    assert client.get(f"{ROOT}/reports", {"region": "x"}).status_code == 400


def test_report_over_the_api_shows_its_score_with_unknown_parts_as_null(client):
    report = make_report(plant_name="?")

    score = client.get(f"{ROOT}/reports/{report.pk}/triage").json()["score"]

    assert score["parts"]["sector"] == {"points": None, "most": 25}
    assert score["parts"]["danger"] == {"points": 0.0, "most": 15}


@pytest.mark.parametrize("what", ["open", "join", "answer", "reject"])
def test_actions_of_another_region_are_not_there(what):
    report = make_report()

    assert post(client_of(make_coordinator(make_region("east"))), report, what).status_code == 404


def test_open_over_the_api(client):
    report = make_report()
    make_trade("welding")
    demands = [{"trade": "welding", "level": 3, "people": 2, "days": 4}]

    response = post(client, report, "open", title="Quemador", demands=demands)

    body = response.json()
    assert response.status_code == 201
    assert (body["title"], body["state"]) == ("Quemador", "open")
    assert [{key: line[key] for key in demands[0]} for line in body["demands"]] == demands


def test_open_over_the_api_with_a_bad_demand_says_where(client):
    response = post(client, make_report(), "open", demands=[{"trade": "x", "level": 9, "people": 0, "days": 1}])

    assert response.status_code == 400
    assert response.json()["errors"].keys() == {"demands"}


def test_join_over_the_api(client):
    report = make_report()
    request = make_request(report.machine)

    body = post(client, report, "join", request=request.pk).json()

    assert (body["state"], body["request"]) == ("joined", request.pk)


def test_join_over_the_api_to_a_request_of_another_region_is_not_there():
    west = make_region("west")
    report = make_report(make_machine(make_factory(region=west)))

    response = post(client_of(make_coordinator(west)), report, "join", request=make_request().pk)

    assert response.status_code == 404


def test_answer_and_reject_over_the_api(client):
    answered, rejected = make_report(), make_report()

    states = [
        post(client, answered, "answer", answer="girar la llave").json()["state"],
        post(client, rejected, "reject", reason="falta gente").json()["state"],
    ]

    assert states == ["answered", "rejected"]


def test_refusals_over_the_api_are_409_with_a_code(client):
    report = make_report(state=ReportState.REJECTED)

    response = post(client, report, "open")

    assert response.status_code == 409
    assert response.json()["code"] == "not_new"
    assert not RepairRequest.objects.exists()


def test_old_version_over_the_api_is_409(client):
    report = make_report(version=2)

    response = post(client, report, "answer", answer="x", version=1)

    assert (response.status_code, response.json()["code"]) == (409, "changed")


def test_requests_over_the_api_are_shown_to_members_of_the_plant():
    request = make_request()
    member = make_user()
    make_membership(request.factory, member)
    client = client_of(member)

    assert ids(client.get(f"{ROOT}/requests")) == [request.pk]
    assert client.get(f"{ROOT}/requests/{request.pk}").status_code == 200
    assert client_of(make_user()).get(f"{ROOT}/requests/{request.pk}").status_code == 404


def test_lists_over_the_api_ask_as_often_for_three_rows_as_for_one(client, django_assert_max_num_queries):
    counts = []
    for _round in range(2):
        for _row in range(1 + len(counts)):
            machine = make_machine()
            make_report(machine).faults.add(make_common_fault(machine.kind))
            request = make_request(machine)
            make_demand(request)
            make_need(request)
        for path in ("reports", "requests"):
            with django_assert_max_num_queries(15) as counted:
                client.get(f"{ROOT}/{path}")
            counts.append(len(counted))

    assert counts[:2] == counts[2:]


def test_a_request_is_not_opened_on_a_machine_of_another_region():
    """A report without a plant would else be a door into every plant."""
    west = make_region("west")
    report = make_report(plant_name="Taller", municipality=make_municipality(region=west))
    elsewhere = make_machine()

    answer = post(client_of(make_coordinator(west)), report, "open", machine=elsewhere.pk)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["machine"])
    assert RepairRequest.objects.count() == 0
