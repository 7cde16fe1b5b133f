from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from epo.accounts import menu, roles
from epo.accounts.models import User
from epo.notifications.models import Preference
from tests.make import (
    make_contact,
    make_coordinator,
    make_factory,
    make_membership,
    make_preference,
    make_region,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

LANGUAGE = settings.LANGUAGE_COOKIE_NAME


def _sign_in(client, username="ana", password="secret-word", **more):
    return client.post(reverse("accounts:login"), {"username": username, "password": password, **more})


def test_home_of_strangers_is_public_and_offers_to_report(client):
    response = client.get("/")

    assert response.status_code == 200
    assert f'href="{reverse("factories:report-anywhere")}"' in response.text
    assert f'href="{reverse("accounts:login")}"' in response.text


def test_home_of_a_coordinator_is_today(client):
    client.force_login(make_coordinator(make_region()))

    assert client.get("/").headers["Location"] == reverse("battles:today")


def test_home_of_an_administrator_is_today(client):
    client.force_login(User.objects.create_superuser("root", "secret-word"))

    assert client.get("/").headers["Location"] == reverse("battles:today")


def test_home_of_a_volunteer_is_their_battles(client):
    client.force_login(make_volunteer().user)

    assert client.get("/").headers["Location"] == reverse("battles:mine")


def test_home_of_a_volunteer_who_coordinates_is_today(client):
    coordinator = make_coordinator()
    make_volunteer(user=coordinator)
    client.force_login(coordinator)

    assert client.get("/").headers["Location"] == reverse("battles:today")


def test_home_of_a_member_is_their_plant(client):
    user, factory = make_user(), make_factory()
    make_membership(factory, user)
    client.force_login(user)

    assert client.get("/").headers["Location"] == reverse("battles:plant", args=[factory.pk])


def test_home_without_a_role_says_what_to_do(client):
    client.force_login(make_user())

    response = client.get("/")

    assert response.status_code == 200
    assert "Avísale a la coordinación de tu región" in response.text


def test_about_names_the_source_of_the_places(client):
    assert "GeoNames" in client.get(reverse("about")).text


def test_sign_in_leads_home_or_where_one_wanted_to_go(client):
    make_user("ana")

    assert _sign_in(client).headers["Location"] == "/"
    client.logout()
    assert _sign_in(client, next="/avisos").headers["Location"] == "/avisos"


def test_sign_in_goes_to_no_other_site(client):
    make_user("ana")

    assert _sign_in(client, next="https://evil.example/").headers["Location"] == "/"


def test_sign_in_with_a_wrong_password_keeps_the_name(client):
    make_user("ana")

    response = _sign_in(client, password="otra")

    assert response.status_code == 200
    assert 'value="ana"' in response.text


def test_sign_in_brings_the_language_of_the_account(client):
    make_preference(make_contact(user=make_user("ana")), language="en")

    assert _sign_in(client).cookies[LANGUAGE].value == "en"
    assert '<html lang="en">' in client.get(reverse("about")).text


def test_sign_out_takes_a_post(client):
    client.force_login(make_user())

    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_password_is_changed_and_the_session_stays(client):
    user = make_user("ana")
    client.force_login(user)
    new = {
        "old_password": "secret-word",
        "new_password1": "caldera-y-horno-9",
        "new_password2": "caldera-y-horno-9",
    }

    response = client.post(reverse("accounts:password"), new)

    assert client.get(response.headers["Location"]).status_code == 200
    assert User.objects.get().check_password("caldera-y-horno-9")


def test_password_of_strangers_goes_to_the_sign_in(client):
    url = reverse("accounts:password")

    assert client.get(url).headers["Location"] == f"{reverse('accounts:login')}?next={url}"


def test_language_of_strangers_is_kept_on_the_device(client):
    response = client.post(reverse("set_language"), {"language": "en", "next": "/acerca"})

    assert (response.headers["Location"], response.cookies[LANGUAGE].value) == ("/acerca", "en")
    assert "About" in client.get("/acerca").text
    assert not Preference.objects.exists()


def test_language_of_the_signed_in_is_kept_with_the_account(client):
    user = make_user()
    client.force_login(user)

    client.post(reverse("set_language"), {"language": "en"})

    assert Preference.objects.get(contact__user=user).language == "en"


@pytest.mark.parametrize("method", ["get", "post"])
def test_language_that_is_none_changes_nothing(client, method):
    client.force_login(make_user())

    getattr(client, method)(reverse("set_language"), {"language": "xx"})

    assert not Preference.objects.exists()
    assert LANGUAGE not in client.cookies


def test_menu_leads_to_pages_that_exist_and_marks_the_one_shown(client):
    coordinator = make_coordinator(is_superuser=True)
    make_volunteer(user=coordinator)
    make_membership(user=coordinator)

    links = menu.links_for(coordinator, reverse("volunteers:me"))

    assert len(links) == len(menu._entries)
    assert [link.url for link in links if link.here] == [reverse("volunteers:me")]


def test_menu_of_a_volunteer_has_nothing_of_the_coordinators():
    volunteer = make_volunteer()

    urls = [link.url for link in menu.links_for(volunteer.user, "/")]

    assert reverse("volunteers:list") not in urls
    assert reverse("volunteers:me") in urls


def test_roles_take_one_query(django_assert_num_queries):
    user = make_coordinator()
    make_volunteer(user=user)
    make_membership(user=user)

    with django_assert_num_queries(1):
        assert roles.roles_of(user) == {roles.COORDINATOR, roles.VOLUNTEER, roles.MEMBER}


def test_roles_of_a_post_that_is_over_are_none():
    user = make_coordinator()
    user.posts.update(since=date(2020, 1, 1), until=date(2020, 12, 31))

    assert roles.roles_of(user) == frozenset()


def test_account_menu_offers_to_sign_out_and_change_the_password(client):
    client.force_login(make_user())

    page = client.get(reverse("about")).text

    assert f'action="{reverse("accounts:logout")}"' in page
    assert f'href="{reverse("accounts:password")}"' in page
