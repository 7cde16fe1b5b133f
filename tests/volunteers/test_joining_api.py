"""Applications, certificates, endorsements, and what coordinators keep of others, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from tests.doors import CERTIFICATE, day, peers
from tests.make import (
    make_absence,
    make_application,
    make_application_trade,
    make_certificate,
    make_contact,
    make_coordinator,
    make_endorsement,
    make_municipality,
    make_qualification,
    make_region,
    make_trade,
    make_user,
    make_volunteer,
)
from volunteers.models import Qualification, Volunteer
from volunteers.states import ApplicationState, Basis, CertificateState, EndorsementState, Standing

pytestmark = pytest.mark.django_db


def api(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"api:{name}", args=args)


@pytest.fixture
def client() -> APIClient:
    return api(make_coordinator())


def test_applications_of_ones_region_are_listed_without_phones():
    west, east = make_region("west"), make_region("east")
    contact = make_contact(name="Ana", phone="+584145550000", email="secreta@example.org")
    mine = make_application(home=make_municipality(region=west), contact=contact)
    make_application_trade(mine)
    make_application(home=make_municipality(region=east))

    answer = api(make_coordinator(west)).get(url("applications"))

    rows = answer.json()["results"]
    assert [(row["id"], row["name"], len(row["trades"])) for row in rows] == [(str(mine.pk), "Ana", 1)]
    assert ("5550000" in answer.text, "secreta" in answer.text) == (False, False)


def test_application_is_confirmed_once(client):
    one = make_application()
    make_application_trade(one)

    told = client.post(url("application-confirm", one.pk), {})
    again = client.post(url("application-confirm", one.pk), {})
    listed = client.get(url("applications"), {"state": "confirmed"}).data["results"]

    volunteer = Volunteer.objects.get()
    assert (told.data["state"], told.data["volunteer"]) == (ApplicationState.CONFIRMED, volunteer.pk)
    assert (again.status_code, again.data["code"], len(listed)) == (409, "decided_already", 1)


def test_application_of_somebody_known_adds_what_is_new(client):
    known, one = make_volunteer("welding"), make_application()
    make_application_trade(one)
    make_trade("electricity")

    told = client.post(url("application-confirm", one.pk), {"volunteer": known.pk})

    assert (told.status_code, told.data["volunteer"], Volunteer.objects.count()) == (200, known.pk, 1)


def test_application_is_rejected_with_a_reason_and_opened_again(client):
    one = make_application()

    bare = client.post(url("application-reject", one.pk), {})
    told = client.post(url("application-reject", one.pk), {"reason": "vive lejos"})
    again = client.post(url("application-reopen", one.pk), {})

    assert (bare.status_code, list(bare.data["errors"])) == (400, ["reason"])
    assert (told.data["state"], told.data["reason"], again.data["state"]) == ("rejected", "vive lejos", "waiting")


def test_certificates_wait_until_a_coordinator_confirms_them(client):
    volunteer = make_volunteer("welding")

    added = api(volunteer.user).post(url("my-certificates"), CERTIFICATE | {"trade": "welding"})
    again = api(volunteer.user).post(url("my-certificates"), CERTIFICATE | {"trade": "welding"})
    waiting = client.get(url("certificates")).data["results"]
    told = client.post(url("certificate-confirm", added.data["key"]), {})
    mine = api(volunteer.user).get(url("my-certificates")).data

    assert (added.status_code, added.data["state"], again.status_code) == (201, CertificateState.WAITING, 409)
    assert [row["key"] for row in waiting] == [added.data["key"]]
    assert (told.data["state"], [row["state"] for row in mine]) == ("confirmed", ["confirmed"])
    assert volunteer.qualifications.get().basis == Basis.CERTIFIED


def test_certificate_is_refused_with_a_reason(client):
    one = make_certificate()

    told = client.post(url("certificate-refuse", one.key), {"reason": "no se lee"})

    assert (told.data["state"], told.data["reason"]) == ("refused", "no se lee")


def test_coordinator_adds_a_certificate_that_is_in_force_at_once(client):
    volunteer = make_volunteer("welding")

    added = client.post(url("volunteer-certificates", volunteer.pk), CERTIFICATE | {"trade": "welding"})
    listed = client.get(url("volunteer-certificates", volunteer.pk)).data

    assert (added.status_code, [row["state"] for row in listed]) == (201, ["confirmed"])


def test_peer_is_asked_and_says_yes():
    asking, peer = peers()
    trade = asking.qualifications.earliest("pk").trade.code

    asked = api(asking.user).post(url("my-endorsements"), {"trade": trade, "peer": peer.pk})
    seen = api(peer.user).get(url("my-endorsements")).data["asked_of_me"]
    api(peer.user).post(url("my-endorsement", seen[0]["id"]), {"answer": "yes"})
    told = api(asking.user).get(url("my-endorsements")).data["own"]

    assert (asked.status_code, seen[0]["name"]) == (201, asking.name)
    assert [(row["given"], row["missing"]) for row in told if row["trade"] == trade] == [(1, 1)]


def test_who_says_no_counts_like_who_has_not_answered():
    one = make_endorsement(make_qualification())
    before = api(one.volunteer.user).get(url("my-endorsements")).data

    api(one.peer.user).post(url("my-endorsement", one.pk), {"answer": "no"})

    one.refresh_from_db()
    assert one.state == EndorsementState.DECLINED
    assert api(one.volunteer.user).get(url("my-endorsements")).data == before


def test_only_companions_are_asked_and_only_who_was_asked_answers():
    volunteer, stranger = make_volunteer("welding"), make_volunteer("welding")
    one = make_endorsement()

    asked = api(volunteer.user).post(url("my-endorsements"), {"trade": "welding", "peer": stranger.pk})
    answered = api(stranger.user).post(url("my-endorsement", one.pk), {"answer": "yes"})

    assert (asked.status_code, list(asked.data["errors"]), answered.status_code) == (400, ["peer"], 404)


def test_pause_is_taken_by_oneself_and_by_the_coordinator(client):
    volunteer = make_volunteer()

    mine = api(volunteer.user).put(url("my-standing"), {"standing": "paused"})
    again = api(volunteer.user).put(url("my-standing"), {"standing": "paused"})
    theirs = client.put(url("volunteer-standing", volunteer.pk), {"standing": "active"})

    assert (mine.data["standing"], again.status_code, theirs.data["standing"]) == (
        Standing.PAUSED,
        409,
        Standing.ACTIVE,
    )


def test_coordinator_keeps_profile_trades_and_absences_of_others(client):
    volunteer = make_volunteer("welding")
    make_trade("electricity")

    page = client.patch(url("volunteer", volunteer.pk), {"max_km": 90}).data
    known = client.put(url("volunteer-trade", volunteer.pk, "electricity"), {"level": 4, "basis": "certified"}).data
    gone = client.delete(url("volunteer-trade", volunteer.pk, "welding"))
    added = client.post(url("volunteer-absences", volunteer.pk), {"first_day": day(1), "last_day": day(2)}).data
    listed = client.get(url("volunteer-absences", volunteer.pk)).data
    over = client.delete(url("volunteer-absence", volunteer.pk, added["id"]))

    assert (page["max_km"], known["level"], known["basis"]) == (90, 4, "certified")
    assert (gone.status_code, [row["id"] for row in listed], over.status_code) == (204, [added["id"]], 204)
    assert Qualification.objects.get().trade.code == "electricity"


def test_absence_of_another_is_not_there(client):
    absence = make_absence(make_volunteer())

    assert client.delete(url("volunteer-absence", make_volunteer().pk, absence.pk)).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "volunteer", "another region"])
def test_what_belongs_to_a_region_is_not_there_for_others(who):
    user = {
        "stranger": make_user,
        "volunteer": lambda: make_volunteer("welding").user,
        "another region": lambda: make_coordinator(make_region("other")),
    }[who]()
    application, certificate, person = make_application(), make_certificate(), make_volunteer()
    client = api(user)

    answers = {
        client.post(url("application-confirm", application.pk), {}).status_code,
        client.post(url("application-reject", application.pk), {"reason": "x"}).status_code,
        client.get(url("application", application.pk)).status_code,
        client.post(url("certificate-confirm", certificate.key), {}).status_code,
        client.patch(url("volunteer", person.pk), {"max_km": 1}).status_code,
        client.put(url("volunteer-standing", person.pk), {"standing": "left"}).status_code,
        client.get(url("volunteer-certificates", person.pk)).status_code,
        client.get(url("volunteer-absences", person.pk)).status_code,
    }

    assert answers == {404}


def test_applications_ask_as_often_for_three_as_for_one(client, django_assert_max_num_queries):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_application_trade(make_application())
        with django_assert_max_num_queries(15) as counted:
            client.get(url("applications"))
        counts.append(len(counted))

    assert counts[0] == counts[1]
