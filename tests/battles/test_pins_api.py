"""Pins and the plan so far over the API: the same actions, 409 with a code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from battles.models import Pin
from battles.states import OfferState
from epo.core.clock import today
from tests.battles.run_scenes import carried_out
from tests.make import (
    make_battle,
    make_coordinator,
    make_matching_run,
    make_municipality,
    make_offer,
    make_pin,
    make_region,
    make_seat,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_coordinator(username="boss")
    client.force_login(user)
    return user


def post(client, name, *args, **said):
    return client.post(reverse(f"api:{name}", args=args), said, content_type="application/json")


def test_pins_are_made_listed_and_undone(client, boss):
    battle = make_seat(make_battle()).battle
    ana = make_volunteer("welding", name="Ana")

    made = post(client, "battle-pins", battle.pk, volunteer=ana.pk, kind="in")
    listed = client.get(reverse("api:battle-pins", args=[battle.pk])).json()
    undone = client.delete(reverse("api:battle-pin", args=[battle.pk, ana.pk]))

    (pin,) = listed["pins"]
    assert (made.status_code, made.json()["pins"]) == (201, listed["pins"])
    assert (pin["volunteer"], pin["name"], pin["kind"], pin["by"], pin["in_force"]) == (
        ana.pk,
        "Ana",
        "in",
        "boss",
        True,
    )
    assert (undone.status_code, undone.json()["pins"]) == (200, [])


def test_pin_of_who_was_asked_is_not_in_force(client, boss):
    offer = make_offer(state=OfferState.ASKED)
    make_pin(offer.battle, offer.volunteer)

    listed = client.get(reverse("api:battle-pins", args=[offer.battle.pk])).json()

    assert [pin["in_force"] for pin in listed["pins"]] == [False]


def test_pin_is_refused_with_a_code(client, boss):
    battle = make_seat(make_battle()).battle
    pumps = make_volunteer("pumps")

    answers = [
        post(client, "battle-pins", battle.pk, volunteer=pumps.pk, kind="in"),
        post(client, "battle-pins", battle.pk, volunteer=999, kind="out"),
        client.delete(reverse("api:battle-pin", args=[battle.pk, pumps.pk])),
        post(client, "battle-pinned-start", battle.pk, day=str(battle.first_day)),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "no_trade"),
        (409, "no_such_person"),
        (409, "not_pinned"),
        (409, "has_a_date"),
    ]


def test_start_is_fixed_and_left_to_the_program_again(client, boss):
    first = today() + timedelta(days=10)
    battle = make_battle(first_day=None, earliest=first, latest=first + timedelta(days=4))

    fixed = post(client, "battle-pinned-start", battle.pk, day=str(first)).json()["start"]
    again = post(client, "battle-pinned-start", battle.pk, day=None).json()["start"]

    assert (fixed, again) == (str(first), None)


def test_pins_are_not_there_for_who_does_not_coordinate_the_battle(client):
    battle = make_seat(make_battle()).battle
    client.force_login(make_coordinator(make_region()))

    answers = [
        client.get(reverse("api:battle-pins", args=[battle.pk])),
        post(client, "battle-pins", battle.pk, volunteer=1, kind="in"),
        post(client, "battle-pinned-start", battle.pk, day=None),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert Pin.objects.count() == 0


def test_plan_so_far_is_asked_for(client, boss):
    run = make_matching_run()

    answer = post(client, "run-take", run.pk)

    run.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], run.take_asked_at is not None) == (200, "waiting", True)


def test_run_tells_who_was_fixed_and_who_could_not_be_heeded(client, boss):
    battle = make_battle()
    make_seat(battle)
    make_seat(battle)
    far = make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))
    gone = make_volunteer("welding", name="Ana")
    for volunteer in (far, gone):
        make_pin(battle, volunteer)
    type(gone).objects.filter(pk=gone.pk).update(standing="paused")
    run = carried_out()

    (told,) = client.get(reverse("api:run", args=[run.pk])).json()["battles"]

    assert told["left_out"] == [{"battle": battle.pk, "person": gone.pk, "why": "not_sendable"}]
    assert [(one["name"], one["is_pinned"]) for one in told["lines"][0]["people"]] == [("Luis", True)]
