"""Crew proposals: what a coordinator changes in them, and sending."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from battles.actions import offers
from battles.models import Offer
from battles.planning import planned_start
from battles.rules import offers as offer_rules
from battles.states import BattleState, OfferState, RunState
from epo.core.clock import today
from epo.core.errors import Refused
from tests.battles.run_scenes import carried_out, make_sendable, people, texts
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_municipality,
    make_seat,
    make_trade,
    make_volunteer,
)
from volunteers.models import Trade

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss(client):
    user = make_coordinator(username="boss")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def test_drop_takes_a_person_off_the_list(client, boss):
    battle = make_sendable()
    make_volunteer("welding")
    run = carried_out()

    answer = client.post(reverse("battles:run-drop", args=[run.pk, battle.offers.get().pk]))

    assert (answer.status_code, Offer.objects.get().state) == (302, OfferState.DROPPED)


def test_drop_by_script_brings_the_battle_anew(client, boss):
    battle = make_sendable()
    make_volunteer("welding")
    run = carried_out()

    answer = client.post(reverse("battles:run-drop", args=[run.pk, battle.offers.get().pk]), headers=HTMX)

    page = answer.content.decode()
    assert (page.count("<html"), page.count(f'id="battle-{battle.pk}"'), people(answer)) == (0, 1, [])


def test_choice_shows_the_best_placed_and_finds_by_folded_name_and_trade(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")
    near = make_volunteer("welding", name="José Ibáñez")
    make_volunteer("pumps", name="José Pérez")
    run = carried_out()
    Trade.objects.filter(code="welding").update(folded="soldadura")

    url = reverse("battles:run-choose", args=[run.pk, battle.seats.get().pk])
    answer = client.get(url, {"q": "IBANEZ solda"})

    assert [one.volunteer for one in answer.context["found"]] == [near]
    assert near in [one.volunteer for one in answer.context["best"]]


def test_choice_greys_out_who_may_not_come_with_the_reason(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")
    run = carried_out()
    low = make_volunteer("welding", name="Luis", level=1)

    url = reverse("battles:run-choose", args=[run.pk, battle.seats.get().pk])
    found = [client.get(url, {"q": name}).context["found"][0].refusal for name in ("luis", "ana")]
    client.post(url, {"volunteer": low.pk})

    assert found == [offer_rules.NOT_ELIGIBLE["level_too_low"], offer_rules.ALREADY_ASKED]
    assert not Offer.objects.filter(volunteer=low).exists()


def test_choice_adds_a_person_by_hand(client, boss):
    battle = make_sendable()
    make_seat(battle, make_trade("pumps"))
    run = carried_out()
    pump = battle.seats.get(trade__code="pumps")
    volunteer = make_volunteer("pumps")

    answer = client.post(reverse("battles:run-choose", args=[run.pk, pump.pk]), {"volunteer": volunteer.pk})

    assert answer.url == f"{reverse('battles:run', args=[run.pk])}?battle={battle.pk}#battle-{battle.pk}"
    assert list(Offer.objects.values_list("volunteer", "run", "reasons__by_hand")) == [(volunteer.pk, None, True)]


def test_swap_puts_another_person_in_the_same_line(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")
    run = carried_out()
    other = make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))

    client.post(reverse("battles:run-swap", args=[run.pk, battle.offers.get().pk]), {"volunteer": other.pk})

    assert {offer.volunteer.name: offer.state for offer in Offer.objects.all()} == {
        "Ana": OfferState.DROPPED,
        "Luis": OfferState.PROPOSED,
    }


def test_swap_with_somebody_who_cannot_come_keeps_the_first(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")
    run = carried_out()
    other = make_volunteer("pumps")

    url = reverse("battles:run-swap", args=[run.pk, battle.offers.get().pk])
    answer = client.post(url, {"volunteer": other.pk}, follow=True)

    assert texts(answer) == [str(offer_rules.NOT_ELIGIBLE["no_trade"])]
    assert [offer.state for offer in Offer.objects.all()] == [OfferState.PROPOSED]


# Sending, and the start of a battle with a window


def test_send_opens_a_draft_and_asks_everybody_proposed(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")
    run = carried_out()

    answer = client.post(reverse("battles:run-send", args=[run.pk]), follow=True)

    battle.refresh_from_db()
    assert (battle.state, Offer.objects.get().state) == (BattleState.ASKING, OfferState.ASKED)
    assert texts(answer) == ["1 person asked."]


def test_send_says_which_battle_may_not_call_people_and_sends_the_others(client, boss):
    good = make_sendable()
    bad = make_battle()
    make_seat(bad)
    make_volunteer("welding")
    make_volunteer("welding")
    run = carried_out()

    client.post(reverse("battles:run-send", args=[run.pk]))

    states = dict(Offer.objects.values_list("battle", "state"))
    assert states == {good.pk: OfferState.ASKED, bad.pk: OfferState.PROPOSED}


def test_send_says_who_was_refused_and_why(client, boss):
    battle = make_sendable()
    volunteer = make_volunteer("welding", name="Ana")
    run = carried_out()
    make_absence(volunteer, battle.first_day)

    answer = client.post(reverse("battles:run-send", args=[run.pk]), {"battle": battle.pk}, follow=True)

    assert texts(answer) == [f"{offer_rules.NOT_ELIGIBLE['not_free']} Ana ({battle})."]


def test_send_again_asks_nobody_twice(client, boss):
    make_sendable()
    make_volunteer("welding")
    run = carried_out()

    for _n in range(2):
        answer = client.post(reverse("battles:run-send", args=[run.pk]), follow=True)

    assert (texts(answer), Offer.objects.count()) == (["There is no proposal left to send."], 1)


def test_start_of_a_window_is_taken_and_keeps_the_proposals(client, boss):
    first = today() + timedelta(days=10)
    battle = make_battle(first_day=None, earliest=first, latest=first + timedelta(days=2))
    make_seat(battle)
    make_absence(make_volunteer("welding"), first + timedelta(days=1))
    run = carried_out()
    before = planned_start(battle)

    client.post(reverse("battles:run-take-start", args=[run.pk, battle.pk]))

    battle.refresh_from_db()
    assert (before, battle.first_day) == (first + timedelta(days=2), first + timedelta(days=2))
    assert Offer.objects.get().state == OfferState.PROPOSED


def test_person_for_a_window_is_judged_at_the_start_that_the_run_proposes(client, boss):
    first = today() + timedelta(days=10)
    battle = make_battle(first_day=None, earliest=first, latest=first + timedelta(days=2))
    make_seat(battle)
    make_seat(battle)
    make_absence(make_volunteer("welding"), first + timedelta(days=1))
    run = carried_out()
    volunteer = make_volunteer("welding")
    make_absence(volunteer, first + timedelta(days=6))

    with pytest.raises(Refused) as refused:
        offers.propose(battle=battle, volunteer=volunteer, line=battle.seats.first().line, by=boss)

    assert (run.state, refused.value.refusal) == (RunState.DONE, offer_rules.NOT_ELIGIBLE["not_free"])
