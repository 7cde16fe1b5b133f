"""Fixing people and starts on the page of a run, undoing it there and on the battle's, planning again around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from battles.actions import offers, pins
from battles.models import MatchingRun, Offer, Pin
from battles.rules import pins as rules
from battles.states import OfferState, PinKind, RunState
from epo.core.clock import today
from tests.battles.run_scenes import carried_out, make_sendable, texts
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_factory,
    make_matching_run,
    make_municipality,
    make_pin,
    make_region,
    make_seat,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss(client):
    user = make_coordinator(username="boss")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def ana():
    return make_volunteer("welding", name="Ana")


def day(n):
    return today() + timedelta(days=n)


def make_window():
    return make_sendable(first_day=None, earliest=day(10), latest=day(14), due=day(10))


def page_of(client, run):
    return client.get(reverse("battles:run", args=[run.pk])).content.decode()


def fix(client, run, battle, volunteer, kind, **more):
    url = reverse("battles:run-pin", args=[run.pk, battle.pk])
    return client.post(url, {"volunteer": volunteer.pk, "kind": kind}, **more)


def test_person_is_fixed_and_left_to_the_program_again(client, boss, ana):
    battle = make_sendable()
    run = carried_out()

    fix(client, run, battle, ana, "in")
    fixed = [pin.kind for pin in Pin.objects.all()]
    page = page_of(client, run)
    fix(client, run, battle, ana, "")

    assert (fixed, Pin.objects.count()) == ([PinKind.IN], 0)
    assert (page.count(">Fixed</h3>"), page.count("must go · boss")) == (1, 1)


def test_person_fixed_by_script_brings_the_battle_anew(client, boss, ana):
    battle = make_sendable()
    run = carried_out()

    page = fix(client, run, battle, ana, "in", headers=HTMX).content.decode()

    assert (page.count("<html"), page.count(f'id="battle-{battle.pk}"'), page.count('id="run-again"')) == (0, 1, 1)


def test_run_is_offered_again_around_what_was_fixed_or_undone_since(client, boss, ana):
    battle = make_sendable()
    make_pin(battle, ana)
    run = carried_out()

    before = page_of(client, run).count("Propose again around this")
    fix(client, run, battle, ana, "")
    after = page_of(client, run).count("Propose again around this")
    client.post(reverse("battles:run-new"), {"scope": "nation"})

    assert (before, after) == (0, 1)
    assert MatchingRun.objects.filter(state=RunState.WAITING, region=None).count() == 1


def test_run_of_the_nation_is_offered_again_to_a_region_for_its_own(client, ana):
    region = make_region()
    battle = make_seat(make_battle(make_factory(region=region))).battle
    run = carried_out()
    client.force_login(make_coordinator(region))
    fix(client, run, battle, ana, "in")

    again = client.get(reverse("battles:run", args=[run.pk])).context["again"]

    assert again == {"scope": f"region-{region.pk}", "refusal": None}


def test_person_taken_off_stands_among_what_is_fixed(client, boss, ana):
    battle = make_sendable()
    run = carried_out()

    client.post(reverse("battles:run-drop", args=[run.pk, battle.offers.get().pk]))

    assert (Offer.objects.get().state, Pin.objects.get().kind) == (OfferState.DROPPED, PinKind.OUT)
    assert page_of(client, run).count("not to this battle · boss") == 1


def test_refused_pin_says_why(client, boss):
    battle = make_sendable()
    run = carried_out()

    answer = fix(client, run, battle, make_volunteer("pumps"), "in", follow=True)

    assert texts(answer) == ["Does not have the trade, or the qualification is no longer valid."]


def test_person_fixed_who_could_not_be_proposed_is_told(client, boss, ana):
    battle = make_sendable()
    pins.pin_in(battle=battle, volunteer=ana, by=boss)
    make_absence(ana, battle.first_day)
    run = carried_out()

    page = page_of(client, run)

    assert page.count("Ana is fixed for it but could not be proposed: is not free on these days.") == 1


def test_person_not_proposed_can_be_fixed_from_the_choice(client, boss, ana):
    battle = make_sendable()
    luis = make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))
    run = carried_out()

    choice = client.get(reverse("battles:run-swap", args=[run.pk, battle.offers.get().pk])).content.decode()
    answer = fix(client, run, battle, luis, "in")

    assert choice.count(reverse("battles:run-pin", args=[run.pk, battle.pk])) == 1
    assert answer.url == f"{reverse('battles:run', args=[run.pk])}?battle={battle.pk}#battle-{battle.pk}"


def test_person_chosen_by_hand_is_not_offered_to_be_fixed(client, boss, ana):
    battle = make_sendable()
    run = carried_out()
    offers.drop(offer=battle.offers.get(), by=boss)
    offers.propose(battle=battle, volunteer=ana, line=battle.seats.get().line, by=boss)

    assert page_of(client, run).count(reverse("battles:run-pin", args=[run.pk, battle.pk])) == 0


def test_start_is_fixed_and_left_to_the_program_again(client, boss, ana):
    battle = make_window()
    run = carried_out()
    url = reverse("battles:run-pin-start", args=[run.pk, battle.pk])

    client.post(url, {"day": str(day(12))})
    battle.refresh_from_db()
    fixed, page = battle.pinned_start, page_of(client, run)
    client.post(url)
    battle.refresh_from_db()

    assert (fixed, battle.pinned_start) == (day(12), None)
    assert page.count("begins ") == 1


@pytest.mark.parametrize("said", ["2026-13-45", "ayer", str(day(30))])
def test_start_that_is_no_day_of_the_window_is_refused(client, boss, ana, said):
    battle = make_window()
    run = carried_out()

    answer = client.post(reverse("battles:run-pin-start", args=[run.pk, battle.pk]), {"day": said}, follow=True)

    assert texts(answer) == [str(rules.OUTSIDE_WINDOW)]


def test_battle_page_lists_what_is_fixed_and_undoes_it(client, boss, ana):
    battle = make_window()
    pins.pin_in(battle=battle, volunteer=ana, by=boss)
    pins.pin_start(battle=battle, day=day(12), by=boss)

    page = client.get(reverse("battles:battle", args=[battle.pk]), {"tab": "crew"}).content.decode()
    client.post(reverse("battles:battle-unpin", args=[battle.pk]), {"volunteer": ana.pk})
    client.post(reverse("battles:battle-unpin-start", args=[battle.pk]))

    battle.refresh_from_db()
    assert (page.count(">Undo<"), page.count("Propose again around this")) == (2, 1)
    assert (Pin.objects.count(), battle.pinned_start) == (0, None)


def test_region_may_not_fix_anything_in_a_battle_of_another(client, ana):
    battle = make_sendable()
    run = carried_out()
    client.force_login(make_coordinator(make_region()))

    answers = [
        fix(client, run, battle, ana, "in"),
        client.post(reverse("battles:run-pin-start", args=[run.pk, battle.pk]), {"day": str(day(12))}),
        client.post(reverse("battles:battle-unpin", args=[battle.pk]), {"volunteer": ana.pk}),
        client.post(reverse("battles:battle-unpin-start", args=[battle.pk])),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_run_that_failed_for_what_was_fixed_names_the_battles(client, boss, ana):
    battles = [make_sendable(), make_sendable()]
    for battle in battles:
        make_pin(battle, ana)
    run = carried_out()

    page = page_of(client, run)
    listed = client.get(reverse("battles:runs")).content.decode()

    assert [page.count(f'?tab=crew">{battle}</a>') for battle in battles] == [1, 1]
    assert listed.count("What is fixed for its battles cannot all be kept together.") == 1


def test_run_at_work_shows_the_proven_gap_and_offers_the_plan_so_far(client, boss):
    run = make_matching_run(state=RunState.RUNNING, progress={"cost": 1000, "bound": 968})

    page = page_of(client, run)
    client.post(reverse("battles:run-take", args=[run.pk]))
    taking = page_of(client, run)

    assert (page.count("at most 3.2 % from the best possible"), page.count("Take the plan so far")) == (1, 1)
    assert (taking.count("Taking the plan so far…"), taking.count("Take the plan so far")) == (1, 0)


@pytest.mark.parametrize("name", ["run", "crew"])
def test_page_takes_as_many_queries_for_3_pins_as_for_1(client, boss, django_assert_max_num_queries, name):
    battle = make_sendable()
    make_seat(battle)
    make_seat(battle)
    counts = []
    for people in (1, 2):
        for _n in range(people):
            make_pin(battle, make_volunteer("welding"), by=boss)
        run = carried_out()
        url = reverse("battles:run", args=[run.pk]) if name == "run" else reverse("battles:battle", args=[battle.pk])
        with django_assert_max_num_queries(40) as queries:
            client.get(url, {"tab": "crew"})
        counts.append(len(queries))

    assert counts[0] == counts[1]
