from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from epo.core.clock import today
from tests.make import (
    make_absence,
    make_contact,
    make_coordinator,
    make_municipality,
    make_qualification,
    make_region,
    make_trade,
    make_volunteer,
)
from volunteers.models import Absence
from volunteers.states import Basis

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(client):
    contact = make_contact(phone="+584145550000", email="secreta@example.org")
    volunteer = make_volunteer("welding", name="Ana", contact=contact)
    client.force_login(volunteer.user)
    return volunteer


def _put(client, url, **body):
    return client.put(url, body, content_type="application/json")


@pytest.mark.parametrize("name", ["my-profile", "my-absences", "volunteers", "trades"])
def test_api_is_closed_to_strangers(client, name):
    assert client.get(reverse(f"api:{name}")).status_code == 403


def test_profile_holds_no_contact_details(client, volunteer):
    response = client.get(reverse("api:my-profile"))

    assert response.json()["name"] == "Ana"
    assert [one["trade"]["code"] for one in response.json()["qualifications"]] == ["welding"]
    assert "5550000" not in response.text
    assert "secreta@example.org" not in response.text


def test_profile_of_who_is_no_volunteer_is_not_there(client):
    client.force_login(make_coordinator())

    assert client.get(reverse("api:my-profile")).status_code == 404


def test_profile_is_changed_where_named(client, volunteer):
    home = make_municipality()

    response = client.patch(
        reverse("api:my-profile"), {"home": home.code, "max_km": 200}, content_type="application/json"
    )

    volunteer.refresh_from_db()
    assert (response.json()["home"]["code"], response.json()["max_km"]) == (home.code, 200)
    assert (volunteer.home, volunteer.max_km, volunteer.max_days) == (home, 200, None)


def test_profile_that_is_wrong_says_where(client, volunteer):
    response = client.patch(
        reverse("api:my-profile"), {"home": "nowhere", "max_km": 0}, content_type="application/json"
    )

    assert (response.status_code, set(response.json()["errors"])) == (400, {"home", "max_km"})


def test_trade_is_put_twice_and_deleted(client, volunteer):
    make_trade("plumbing")
    url = reverse("api:my-trade", args=["plumbing"])

    assert _put(client, url, level=2).json()["level"] == 2
    assert _put(client, url, level=2).json()["basis"] == "declared"
    assert client.delete(url).status_code == 204
    assert client.delete(url).json()["code"] == "not_qualified"


def test_trade_above_a_confirmed_level_is_refused(client, volunteer):
    volunteer.qualifications.update(basis=Basis.CERTIFIED)

    response = _put(client, reverse("api:my-trade", args=["welding"]), level=4)

    assert (response.status_code, response.json()["code"]) == (409, "raise_needs_coordinator")


def test_trade_that_is_none_is_not_there(client, volunteer):
    assert _put(client, reverse("api:my-trade", args=["flying"]), level=2).status_code == 404


def test_absence_is_posted_listed_and_deleted(client, volunteer):
    first, last = today(), today() + timedelta(days=1)

    body = {"first_day": first, "last_day": last}
    made = client.post(reverse("api:my-absences"), body, content_type="application/json").json()

    assert client.get(reverse("api:my-absences")).json() == [made]
    assert client.delete(reverse("api:my-absence", args=[made["id"]])).status_code == 204
    assert not volunteer.absences.exists()


def test_absence_that_ends_before_it_begins_is_refused(client, volunteer):
    body = {"first_day": today() + timedelta(days=1), "last_day": today()}

    response = client.post(reverse("api:my-absences"), body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (409, "end_before_start")


def test_absence_of_another_is_not_there(client, volunteer):
    assert client.delete(reverse("api:my-absence", args=[make_absence().pk])).status_code == 404


def test_list_is_for_coordinators(client, volunteer):
    assert client.get(reverse("api:volunteers")).status_code == 404
    assert client.get(reverse("api:volunteer", args=[volunteer.pk])).status_code == 404


def test_list_is_filtered_and_holds_no_contact_details(client, volunteer):
    make_volunteer(name="Luis")
    client.force_login(make_coordinator(make_region()))

    response = client.get(reverse("api:volunteers"), {"trade": "welding", "level": "3"})

    assert [one["name"] for one in response.json()["results"]] == ["Ana"]
    assert "5550000" not in response.text
    assert client.get(reverse("api:volunteer", args=[volunteer.pk])).json()["absences"] == []


def test_list_takes_as_many_queries_for_three_as_for_one(client, django_assert_max_num_queries):
    client.force_login(make_coordinator())
    counts = []
    for number in (1, 2):
        for _time in range(number):
            make_qualification(make_volunteer("welding"), make_trade("plumbing"))
        with django_assert_max_num_queries(15) as queries:
            client.get(reverse("api:volunteers"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_own_profile_costs_the_same_with_one_trade_and_with_five(client, volunteer, django_assert_max_num_queries):
    for code in ("boilers", "electricity", "hydraulics", "machining"):
        make_qualification(volunteer, make_trade(code))

    with django_assert_max_num_queries(8):
        client.get(reverse("api:my-profile"))


def test_why_somebody_cannot_come_is_for_the_home_region(client, volunteer):
    absence = make_absence(volunteer)
    Absence.objects.filter(pk=absence.pk).update(note="estudio")
    region, address = volunteer.home.state.region, reverse("api:volunteer", args=[volunteer.pk])
    notes = {}

    for name, user in {"home": make_coordinator(region), "other": make_coordinator(make_region("other"))}.items():
        client.force_login(user)
        (shown,) = client.get(address).json()["absences"]
        page = client.get(reverse("volunteers:volunteer", args=[volunteer.pk])).content.decode()
        notes[name] = (shown.get("note"), "estudio" in page)

    assert notes == {"home": ("estudio", True), "other": (None, False)}
