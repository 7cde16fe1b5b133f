from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from epo.contacts.models import ContactView
from epo.core.clock import today
from tests.make import (
    make_absence,
    make_contact,
    make_coordinator,
    make_municipality,
    make_qualification,
    make_region,
    make_state,
    make_trade,
    make_volunteer,
)
from volunteers.states import Basis, Standing

pytestmark = pytest.mark.django_db

OWN_PAGES = ["me", "profile", "contact", "trades", "absences"]
PAGES_OF = ["profile", "trades", "absences"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def volunteer():
    home = make_municipality(region=make_region("andes"))
    contact = make_contact(phone="+584145550000", address="Calle 7")
    volunteer = make_volunteer("welding", home=home, name="Ana Peña", contact=contact)
    contact.user = volunteer.user
    contact.save()
    return volunteer


@pytest.fixture
def own(client, volunteer):
    client.force_login(volunteer.user)
    return client


@pytest.fixture
def coordinator(client):
    user = make_coordinator(make_region("andes"))
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", [*OWN_PAGES, "list"])
def test_pages_send_strangers_to_the_sign_in(client, name):
    url = reverse(f"volunteers:{name}")

    assert client.get(url).headers["Location"] == f"{reverse('accounts:login')}?next={url}"


@pytest.mark.parametrize("name", OWN_PAGES)
def test_own_pages_open(own, name):
    assert own.get(reverse(f"volunteers:{name}")).status_code == 200
    assert not ContactView.objects.exists()


@pytest.mark.parametrize("name", OWN_PAGES)
def test_own_pages_are_not_there_for_who_is_no_volunteer(client, coordinator, name):
    assert client.get(reverse(f"volunteers:{name}")).status_code == 404


@pytest.mark.parametrize("name", PAGES_OF)
def test_pages_of_a_volunteer_open_for_the_coordinator_in_charge(client, volunteer, coordinator, name):
    assert client.get(reverse(f"volunteers:{name}", args=[volunteer.pk])).status_code == 200


@pytest.mark.parametrize("name", PAGES_OF)
def test_pages_of_a_volunteer_are_not_there_for_others(client, volunteer, name):
    for stranger in (make_volunteer().user, make_coordinator(make_region("llanos"))):
        client.force_login(stranger)
        assert client.get(reverse(f"volunteers:{name}", args=[volunteer.pk])).status_code == 404


def test_profile_is_saved(own, volunteer):
    form = {
        "home": volunteer.home_id,
        "max_km": "250",
        "max_days": "",
        "brings": "guantes",
        "vehicle_places": "",
    }

    response = own.post(reverse("volunteers:profile"), form)

    volunteer.refresh_from_db()
    assert response.headers["Location"] == reverse("volunteers:me")
    assert (volunteer.max_km, volunteer.max_days, volunteer.brings) == (250, None, "guantes")
    assert volunteer.vehicle_places == 0


def test_profile_that_is_wrong_keeps_what_was_typed(own, volunteer):
    response = own.post(reverse("volunteers:profile"), {"home": "", "max_km": "-3", "brings": "guantes"})

    volunteer.refresh_from_db()
    assert response.status_code == 200
    assert 'value="guantes"' in response.text
    assert volunteer.brings == ""


def test_contact_is_saved_in_international_form(own, volunteer):
    own.post(reverse("volunteers:contact"), {"phone": "0424-111 22 33", "email": "ana@example.org"})

    volunteer.contact.refresh_from_db()
    assert (volunteer.contact.phone, volunteer.contact.email) == ("+584241112233", "ana@example.org")


def test_contact_with_a_phone_that_is_none_keeps_what_was_typed(own, volunteer):
    response = own.post(reverse("volunteers:contact"), {"phone": "12"})

    assert response.status_code == 200
    assert 'value="12"' in response.text
    assert "0414-1234567" in response.text


def test_contact_form_of_another_is_a_look(client, volunteer, coordinator):
    shown = client.post(reverse("volunteers:contact", args=[volunteer.pk]), {"show": "1"})

    assert "Calle 7" in shown.text
    assert list(ContactView.objects.values_list("contact", "by")) == [(volunteer.contact_id, coordinator.pk)]


def test_contact_form_of_another_opens_from_their_page_only(client, volunteer, coordinator):
    response = client.get(reverse("volunteers:contact", args=[volunteer.pk]))

    assert response.headers["Location"] == reverse("volunteers:volunteer", args=[volunteer.pk])
    assert not ContactView.objects.exists()


def test_contact_of_another_is_changed_by_who_is_in_charge(client, volunteer, coordinator):
    client.post(reverse("volunteers:contact", args=[volunteer.pk]), {"phone": "0424-111 22 33"})

    volunteer.contact.refresh_from_db()
    assert volunteer.contact.phone == "+584241112233"


def test_trade_is_declared_by_plain_form(own, volunteer):
    trade = make_trade("plumbing")

    response = own.post(reverse("volunteers:trades"), {"trade": trade.pk, "level": "2"})

    assert response.headers["Location"] == reverse("volunteers:trades")
    assert volunteer.qualifications.get(trade=trade).level == 2


def test_trade_is_declared_in_place(own, volunteer):
    trade = make_trade("plumbing")

    response = own.post(reverse("volunteers:trades"), {"trade": trade.pk, "level": "2"}, headers=HTMX)

    assert response.text.startswith('<div id="trades">')
    assert "plumbing" in response.text


def test_trade_above_a_confirmed_level_says_whom_to_ask(own, volunteer):
    volunteer.qualifications.update(basis=Basis.CERTIFIED)
    trade = make_trade("welding")

    response = own.post(reverse("volunteers:trades"), {"trade": trade.pk, "level": "4"}, follow=True)

    assert "habla con la coordinación de tu región" in response.text
    assert volunteer.qualifications.get().level == 3


def test_trade_without_level_says_so(own, volunteer):
    response = own.post(reverse("volunteers:trades"), {"trade": make_trade("plumbing").pk})

    assert response.context["form"].errors.keys() == {"level"}
    assert volunteer.qualifications.count() == 1


def test_trade_is_removed_by_post_only(own, volunteer):
    url = reverse("volunteers:remove-trade", args=["welding"])

    assert own.get(url).status_code == 405
    own.post(url)

    assert not volunteer.qualifications.exists()


def test_absence_is_noted_and_removed(own, volunteer):
    first, last = today() + timedelta(days=2), today() + timedelta(days=4)

    own.post(reverse("volunteers:absences"), {"first_day": first, "last_day": last})
    absence = volunteer.absences.get()
    response = own.post(reverse("volunteers:remove-absence", args=[absence.pk]))

    assert (absence.first_day, absence.last_day) == (first, last)
    assert response.headers["Location"] == reverse("volunteers:absences")
    assert not volunteer.absences.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_absence_that_ends_before_it_begins_says_so_and_keeps_the_dates(own, volunteer, headers):
    first, last = today() + timedelta(days=4), today() + timedelta(days=2)

    response = own.post(
        reverse("volunteers:absences"),
        {"first_day": first, "last_day": last, "note": "viaje"},
        headers=headers,
    )

    assert response.context["form"].errors.keys() == {"last_day"}
    assert f'value="{first.isoformat()}"' in response.text
    assert not volunteer.absences.exists()


def test_absence_of_another_is_not_there(own):
    absence = make_absence()

    assert own.post(reverse("volunteers:remove-absence", args=[absence.pk])).status_code == 404
    theirs = reverse("volunteers:remove-absence", kwargs={"pk": absence.volunteer_id, "absence_pk": absence.pk})
    assert own.post(theirs).status_code == 404


def test_coordinator_notes_an_absence_for_who_has_no_data(client, volunteer, coordinator):
    url = reverse("volunteers:absences", args=[volunteer.pk])

    response = client.post(url, {"first_day": today(), "last_day": today()})

    assert response.headers["Location"] == url
    assert volunteer.absences.count() == 1


def test_standing_pauses_by_button(own, volunteer):
    own.post(reverse("volunteers:standing"), {"to": "paused"})

    volunteer.refresh_from_db()
    assert volunteer.standing == Standing.PAUSED
    assert own.post(reverse("volunteers:standing"), {"to": "flying"}).status_code == 404


def test_list_is_not_there_for_volunteers(own):
    assert own.get(reverse("volunteers:list")).status_code == 404
    assert own.get(reverse("volunteers:volunteer", args=[1])).status_code == 404


def _found(client, **asked):
    return [one.name for one in client.get(reverse("volunteers:list"), asked).context["page_obj"]]


def test_list_shows_the_whole_country_without_contact_details(client, volunteer, coordinator):
    far = make_volunteer(name="Zoila", contact=make_contact(phone="+584149998877"))

    page = client.get(reverse("volunteers:list"))

    assert [one.name for one in page.context["page_obj"]] == ["Ana Peña", far.name]
    assert "9998877" not in page.text
    assert not ContactView.objects.exists()


def test_list_is_filtered(client, coordinator):
    state = make_state(make_region("andes"))
    ana = make_volunteer("welding", level=3, name="Ana Peña", home=make_municipality(state))
    make_qualification(ana, make_trade("plumbing"), level=1)
    make_volunteer("welding", level=2, name="Luis", standing=Standing.PAUSED)

    assert _found(client, q="pena") == ["Ana Peña"]
    assert _found(client, q="PEÑA ana") == ["Ana Peña"]
    assert _found(client, trade="welding") == ["Ana Peña", "Luis"]
    assert _found(client, trade="welding", level="3") == ["Ana Peña"]
    assert _found(client, trade="plumbing", level="3") == []
    assert _found(client, level="3") == ["Ana Peña"]
    assert _found(client, region="andes") == ["Ana Peña"]
    assert _found(client, state=state.code) == ["Ana Peña"]
    assert _found(client, standing="paused") == ["Luis"]


@pytest.mark.parametrize("asked", [{"level": "x"}, {"trade": "nothing"}, {"page": "999"}, {"page": "x"}])
def test_list_survives_filters_that_make_no_sense(client, coordinator, asked):
    assert client.get(reverse("volunteers:list"), asked).status_code == 200


def test_list_comes_as_a_fragment(client, volunteer, coordinator):
    response = client.get(reverse("volunteers:list"), headers=HTMX)

    assert response.text.startswith('<div id="list">')
    assert response.headers["Vary"].count("HX-Request") == 1


def test_list_takes_as_many_queries_for_three_as_for_one(client, coordinator, django_assert_max_num_queries):
    counts = []
    for number in (1, 2):
        for _time in range(number):
            make_qualification(make_volunteer("welding"), make_trade("plumbing"))
        with django_assert_max_num_queries(15) as queries:
            client.get(reverse("volunteers:list"), {"trade": "welding"})
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_page_of_a_volunteer_takes_as_many_queries_for_three_rows_as_for_one(
    client, volunteer, coordinator, django_assert_max_num_queries
):
    counts = []
    for code in ("a", "b"):
        make_qualification(volunteer, make_trade(code))
        make_absence(volunteer)
        with django_assert_max_num_queries(20) as queries:
            client.get(reverse("volunteers:volunteer", args=[volunteer.pk]))
        ContactView.objects.all().delete()
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_page_of_a_volunteer_shows_contact_details_on_request_to_who_is_in_charge(client, volunteer, coordinator):
    before = client.get(reverse("volunteers:volunteer", args=[volunteer.pk])).text
    page = client.post(reverse("volunteers:contact", args=[volunteer.pk]), {"show": "1"}).text

    assert ("5550000" in before, "Calle 7" in before) == (False, False)
    assert "0414-5550000" in page
    assert "Calle 7" in page
    looks = ContactView.objects.values_list("contact", "by", "reason")
    assert list(looks) == [(volunteer.contact_id, coordinator.pk, "volunteer")]


def test_page_of_a_volunteer_hides_contact_details_from_other_regions(client, volunteer):
    client.force_login(make_coordinator(make_region("llanos")))

    page = client.get(reverse("volunteers:volunteer", args=[volunteer.pk])).text

    assert "Ana Peña" in page
    assert "5550000" not in page
    assert "Calle 7" not in page
    assert not ContactView.objects.exists()


def test_trade_is_confirmed_by_the_coordinator_in_charge_only(client, volunteer):
    url = reverse("volunteers:volunteer", args=[volunteer.pk])
    form = {"trade": make_trade("welding").pk, "level": "4", "basis": "certified", "valid_until": ""}

    client.force_login(make_coordinator(make_region("llanos")))
    client.post(url, form)
    assert volunteer.qualifications.get().basis == Basis.DECLARED

    client.force_login(make_coordinator(make_region("andes")))
    assert client.post(url, form).headers["Location"] == url
    known = volunteer.qualifications.get()
    assert (known.level, known.basis) == (4, Basis.CERTIFIED)
