from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from epo.accounts.models import User
from epo.places.models import Municipality
from tests.make import (
    make_absence,
    make_audit_event,
    make_contact,
    make_contact_view,
    make_coordinator_post,
    make_municipality,
    make_notification,
    make_preference,
    make_qualification,
    make_region,
    make_state,
    make_trade,
    make_user,
    make_volunteer,
)
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

ROWS = [
    make_absence,
    make_audit_event,
    make_contact,
    make_contact_view,
    make_coordinator_post,
    make_municipality,
    make_notification,
    make_preference,
    make_qualification,
    make_region,
    make_state,
    make_trade,
    make_user,
    make_volunteer,
]
READ_ONLY = [make_audit_event, make_contact_view, make_notification]


@pytest.fixture
def administrator(client):
    user = User.objects.create_superuser("root", "secret-word")
    client.force_login(user)
    return user


def _url(row, page, *args):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("make", ROWS)
def test_admin_lists_searches_and_opens(client, administrator, make):
    row = make()

    assert client.get(_url(row, "changelist"), {"q": "a"}).status_code == 200
    assert client.get(_url(row, "change", row.pk)).status_code == 200
    if make not in READ_ONLY:
        assert client.get(_url(row, "add")).status_code == 200


@pytest.mark.parametrize("make", READ_ONLY)
def test_admin_changes_nothing_that_only_the_program_writes(client, administrator, make):
    row = make()

    assert client.get(_url(row, "add")).status_code == 403
    assert client.post(_url(row, "change", row.pk), {}).status_code == 403
    assert client.post(_url(row, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("make", ROWS)
def test_admin_list_takes_as_many_queries_for_three_rows_as_for_one(
    client, administrator, make, django_assert_max_num_queries
):
    row = make()
    counts = []
    for _time in range(2):
        with django_assert_max_num_queries(20) as queries:
            client.get(_url(row, "changelist"))
        counts.append(len(queries))
        if make not in (make_region, make_trade, make_qualification):
            make(), make()

    assert counts[0] == counts[1]


def test_admin_keeps_old_names_of_places_findable(client, administrator):
    place = make_municipality(name="Vargas")
    form = {
        "name": "La Guaira",
        "seat": "La Guaira",
        "code": place.code,
        "state": place.state_id,
        "lat": 1,
        "lon": 2,
    }

    client.post(_url(place, "change", place.pk), form)

    assert Municipality.objects.get(pk=place.pk).folded == "la guaira la guaira vargas vargas"


def test_admin_makes_a_new_volunteer_findable(client, administrator):
    contact, home = make_contact(), make_municipality()
    inlines = {
        f"{name}-{part}": 0 for name in ("qualifications", "absences") for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    form = {
        "name": "Ángel Peña",
        "contact": contact.pk,
        "home": home.pk,
        "gender": "man",
        "vehicle_places": 0,
    }

    response = client.post(reverse("admin:volunteers_volunteer_add"), form | inlines)

    assert response.status_code == 302
    assert Volunteer.objects.get().folded == "angel pena"


def test_admin_leaves_the_standing_to_the_pages(client, administrator):
    model_admin = admin.site._registry[Volunteer]

    assert "standing" in model_admin.readonly_fields
