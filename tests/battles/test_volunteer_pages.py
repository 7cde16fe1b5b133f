from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from battles.actions import answers
from battles.models import Offer
from battles.states import AnsweredBy, BattleState, OfferState
from epo.core.clock import today
from tests.make import (
    make_absence,
    make_battle,
    make_battle_request,
    make_coordinator,
    make_offer,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def make_held(state=OfferState.ACCEPTED, battle_state=BattleState.READY, **fields):
    return make_offer(make_seat(make_battle(state=battle_state, **fields)), state=state)


def test_my_battles_put_open_offers_first(client):
    volunteer = make_volunteer("welding")
    asked = make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer)
    held = make_offer(make_seat(make_battle(state=BattleState.READY)), volunteer, state=OfferState.ACCEPTED)
    past = make_offer(make_seat(make_battle(state=BattleState.CLOSED)), volunteer, state=OfferState.DONE)
    make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer, state=OfferState.PROPOSED)
    client.force_login(volunteer.user)

    context = client.get(reverse("battles:mine")).context

    assert (context["asked"], context["held"], context["past"]) == ([asked], [held], [past])


def test_my_battles_say_what_to_do_when_there_are_none(client):
    client.force_login(make_volunteer().user)

    assert reverse("volunteers:me") in client.get(reverse("battles:mine")).text


def test_my_battle_shows_plan_and_crew_after_acceptance(client):
    offer = make_held()
    job = make_battle_request(offer.battle).request
    other = make_offer(make_seat(offer.battle), state=OfferState.ACCEPTED)
    client.force_login(offer.volunteer.user)

    text = client.get(reverse("battles:my-battle", args=[offer.battle_id])).text

    assert [part for part in (job.title, other.volunteer.name) if part not in text] == []


@pytest.mark.parametrize("name", ["battles:my-battle", "battles:letter"])
@pytest.mark.parametrize("state", [OfferState.ASKED, OfferState.RELEASED, OfferState.WITHDRAWN])
def test_plan_and_letter_are_not_found_without_a_seat(client, name, state):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=state)
    client.force_login(offer.volunteer.user)

    assert client.get(reverse(name, args=[offer.battle_id])).status_code == 404


@pytest.mark.parametrize("name", ["battles:my-battle", "battles:letter"])
def test_plan_and_letter_of_others_are_not_found(client, name):
    offer = make_held()
    client.force_login(make_volunteer().user)

    assert client.get(reverse(name, args=[offer.battle_id])).status_code == 404


def test_my_battle_shows_no_phone(client):
    offer = make_held()
    other = make_offer(make_seat(offer.battle), state=OfferState.ACCEPTED)
    client.force_login(offer.volunteer.user)

    text = client.get(reverse("battles:my-battle", args=[offer.battle_id])).text

    assert other.volunteer.contact.phone not in text


def test_letter_names_days_and_code(client):
    offer = make_held()
    client.force_login(offer.volunteer.user)

    text = client.get(reverse("battles:letter", args=[offer.battle_id])).text

    assert [part for part in (offer.volunteer.name, offer.code) if part not in text] == []


def test_i_arrived_and_i_am_home_move_ones_own_offer(client):
    offer = make_held(battle_state=BattleState.UNDER_WAY, first_day=today())
    client.force_login(offer.volunteer.user)

    client.post(reverse("battles:i-arrived", args=[offer.battle_id]))
    there = Offer.objects.get(pk=offer.pk).state
    client.post(reverse("battles:i-am-home", args=[offer.battle_id]))

    assert (there, Offer.objects.get(pk=offer.pk).state) == (OfferState.ON_SITE, OfferState.DONE)


@pytest.mark.parametrize(("leaves_in", "is_offered"), [(0, True), (1, False)])
def test_i_arrived_is_offered_from_the_day_of_leaving_on(client, leaves_in, is_offered):
    offer = make_held(first_day=today() + timedelta(days=leaves_in))
    client.force_login(offer.volunteer.user)

    page = client.get(reverse("battles:my-battle", args=[offer.battle_id]))

    assert (reverse("battles:i-arrived", args=[offer.battle_id]) in page.text) is is_offered


def test_i_am_home_before_arriving_is_refused_with_a_message(client):
    offer = make_held(battle_state=BattleState.UNDER_WAY, first_day=today())
    client.force_login(offer.volunteer.user)

    page = client.post(reverse("battles:i-am-home", args=[offer.battle_id]), follow=True)

    assert (page.status_code, Offer.objects.get(pk=offer.pk).state) == (200, OfferState.ACCEPTED)
    said = [str(message) for message in page.context["messages"]]
    assert said == ["No has anotado que llegaste, o ya estás de vuelta en casa."]


def test_month_marks_days_given_absences_and_asks(client):
    volunteer = make_volunteer("welding")
    start = today().replace(day=10)
    held = make_offer(make_seat(make_battle(state=BattleState.ASKING, first_day=start, days=2)), volunteer)
    answers.accept(offer=held, by=None, how=AnsweredBy.LINK)
    make_absence(volunteer, start + timedelta(days=7))
    make_offer(
        make_seat(make_battle(state=BattleState.ASKING, first_day=start + timedelta(days=14), days=1)),
        volunteer,
    )
    client.force_login(volunteer.user)

    marks = client.get(reverse("battles:month"), {"mes": f"{start:%Y-%m}"}).context["marks"]

    kinds = {day: [mark["kind"] for mark in marked] for day, marked in marks.items()}
    assert kinds == {
        start: ["good"],
        start + timedelta(days=1): ["good"],
        start + timedelta(days=7): ["quiet"],
        start + timedelta(days=14): ["wait"],
    }


@pytest.mark.parametrize("asked", ["", "2026-13", "x-y", "99999999999-1"])
def test_month_that_is_none_shows_this_one(client, asked):
    client.force_login(make_volunteer().user)

    context = client.get(reverse("battles:month"), {"mes": asked}).context

    assert (context["year"], context["number"]) == (today().year, today().month)


def test_month_is_not_found_by_who_is_no_volunteer(client):
    client.force_login(make_coordinator())

    assert client.get(reverse("battles:month")).status_code == 404


@pytest.mark.parametrize("name", ["battles:mine", "battles:month", "battles:to-call"])
def test_pages_need_sign_in(client, name):
    answer = client.get(reverse(name))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:login"))


def test_my_battles_ask_as_often_for_three_rows_as_for_one(client, django_assert_max_num_queries):
    volunteer = make_volunteer("welding")
    make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer)
    client.force_login(volunteer.user)
    with django_assert_max_num_queries(15) as once:
        client.get(reverse("battles:mine"))
    make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer)
    make_offer(make_seat(make_battle(state=BattleState.READY)), volunteer, state=OfferState.ACCEPTED)

    with django_assert_max_num_queries(len(once)):
        client.get(reverse("battles:mine"))


def test_account_without_volunteer_has_no_battles(client):
    client.force_login(make_user())

    assert client.get(reverse("battles:mine")).status_code == 200


def test_i_arrived_before_the_day_of_leaving_is_refused(client):
    offer = make_held(first_day=today() + timedelta(days=5))
    client.force_login(offer.volunteer.user)

    page = client.post(reverse("battles:i-arrived", args=[offer.battle_id]), follow=True)

    assert [str(message) for message in page.context["messages"]] == ["Todavía no es el día de salir."]
    assert Offer.objects.get(pk=offer.pk).state == OfferState.ACCEPTED
