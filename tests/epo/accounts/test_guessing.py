from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse

from epo.accounts.models import KnownDevice
from epo.work.models import Allowance
from tests.make import make_known_device, make_user

pytestmark = pytest.mark.django_db

SIGN_IN = "accounts:login"


def _try(client, username="ana", password="otra", *, address="10.0.0.1", **more):
    said = {"username": username, "password": password}
    return client.post(reverse(SIGN_IN), said, REMOTE_ADDR=address, **more)


def _minutes_later():
    Allowance.objects.all().delete()


def _statuses(client, count, **how):
    return [_try(client, **how).status_code for _ in range(count)]


@pytest.mark.parametrize("username", ["ana", "nobody"])
def test_one_address_tries_three_passwords_of_a_name_at_once(client, username):
    make_user("ana")

    answers = _statuses(client, 5, username=username)
    refused = _try(client, username=username)

    assert answers == [200, 200, 200, 429, 429]
    assert refused["Retry-After"] in {"19", "20"}
    assert "Puedes probar otra vez en " in refused.text


def test_many_addresses_try_five_passwords_of_a_name_at_once(client):
    make_user("ana")

    answers = [_try(client, address=f"10.0.1.{n}").status_code for n in range(8)]

    assert answers == [200] * 5 + [429] * 3


def test_one_address_leaves_room_for_the_owner_at_another(client):
    make_user("ana")

    _statuses(client, 10)

    assert _try(client, password="secret-word", address="10.0.0.2").status_code == 302


def test_spoofed_addresses_are_the_same_address(client):
    make_user("ana")

    answers = [_try(client, HTTP_X_FORWARDED_FOR=f"6.6.6.{n}").status_code for n in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def test_owner_signs_in_on_a_known_device_whatever_strangers_do(client):
    make_user("ana")
    phone = Client()
    first = _try(phone, password="secret-word")
    phone.post(reverse("accounts:logout"))
    for n in range(9):
        _try(client, address=f"10.0.1.{n}")

    again = [_try(phone), _try(phone, password="secret-word")]

    cookie = first.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], "ana" in cookie.value) == (True, "Lax", False)
    assert [answer.status_code for answer in again] == [200, 302]
    assert not AccessAttempt.objects.filter(username="ana", ip_address="10.0.0.1").exists()


def test_known_device_is_known_for_its_own_names_only_and_has_a_pace_of_its_own():
    make_user("ana"), make_user("luis")
    phone = Client()
    _try(phone, password="secret-word")
    phone.post(reverse("accounts:logout"))

    assert _statuses(phone, 4, username="luis") == [200, 200, 200, 429]
    assert _statuses(phone, 9) == [200] * 8 + [429]


def test_new_password_makes_strangers_of_all_devices_but_the_one_in_use():
    user = make_user("ana")
    here, there = Client(), Client()
    _try(here, password="secret-word"), _try(there, password="secret-word")
    new = {"old_password": "secret-word", "new_password1": "caldera-y-horno-9", "new_password2": "caldera-y-horno-9"}

    here.post(reverse("accounts:password"), new)

    known = [KnownDevice.objects.of("ana", device) for device in user.devices.values_list("device", flat=True)]
    assert [device is not None for device in known].count(True) == 1


def test_device_of_another_password_is_not_known():
    device = make_known_device(make_user("ana"))

    assert KnownDevice.objects.of("ana", device.device) is None


def test_eighth_wrong_password_locks_the_pair_and_uses_up_nothing_more(client):
    make_user("ana")
    answers = []
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answers.append(_try(client).status_code)
        _minutes_later()

    locked = _try(client, password="secret-word")

    assert answers == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "Puedes probar otra vez en 15 minutos, a las " in locked.text
    assert not Allowance.objects.exists()
    assert _try(client, password="secret-word", address="10.0.0.2").status_code == 302


def test_fifty_people_at_one_address_sign_in_with_their_typing_errors(client):
    for n in range(50):
        make_user(f"user-at-{n}")

    wrong = [_try(client, f"user-at-{n}").status_code for n in range(0, 50, 2)]
    right = [_try(Client(), f"user-at-{n}", "secret-word").status_code for n in range(50)]

    assert (set(wrong), set(right)) == ({200}, {302})


def test_old_password_is_not_to_be_guessed(client):
    user = make_user("ana")
    client.force_login(user)
    new = {"new_password1": "caldera-y-horno-9", "new_password2": "caldera-y-horno-9"}

    answers = [client.post(reverse("accounts:password"), {"old_password": f"no-{n}", **new}) for n in range(6)]
    late = client.post(reverse("accounts:password"), {"old_password": "secret-word", **new})

    assert ["demasiadas veces" in answer.text for answer in answers] == [False] * 5 + [True]
    assert "Puedes probar otra vez en 1" in late.text
    user.refresh_from_db()
    assert user.check_password("secret-word")


def test_administration_has_no_door_of_its_own_to_guess_at(client):
    make_user("ana", is_staff=True)
    for _ in range(5):
        client.post(reverse("admin:login"), {"username": "ana", "password": "otra"})

    answer = client.post(reverse("admin:login"), {"username": "ana", "password": "secret-word"})

    assert (answer.status_code in {302, 429}, "_auth_user_id" in client.session) == (True, False)


def test_administration_uses_the_same_form_for_passwords(client):
    client.force_login(make_user("ana", is_staff=True))

    answer = client.get(reverse("admin:password_change"))

    assert (answer.status_code, answer.url) == (302, reverse("accounts:password"))
