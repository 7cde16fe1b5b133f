"""Crew proposals: who sees what, starting, stopping, what was proposed and why, queries, weights."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from battles.actions import offers
from battles.models import MatchingRun
from battles.reasons import AGAINST, COUNTED, how_good
from battles.rules import runs as rules
from battles.states import BattleState, RunState
from tests.battles.run_scenes import carried_out, make_sendable, people, texts
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_factory,
    make_matching_run,
    make_municipality,
    make_offer,
    make_region,
    make_seat,
    make_trade,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
EMPTY_CODES = (
    "dearer", "needed_elsewhere", "resting", "pinned_out", "too_far", "too_long", "not_free", "no_battles_left", "in_this_battle",
)  # fmt: skip


@pytest.fixture
def boss(client):
    user = make_coordinator(username="boss")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


# Who sees what


@pytest.mark.parametrize("name", ["runs", "run", "run-weights", "run-choose", "run-swap"])
def test_page_is_not_there_for_who_is_no_coordinator(client, name):
    battle = make_sendable()
    make_volunteer("welding")
    run = carried_out()
    keys = {
        "run": [run.pk],
        "run-choose": [run.pk, battle.seats.get().pk],
        "run-swap": [run.pk, battle.offers.get().pk],
    }
    client.force_login(make_volunteer("welding").user)

    assert client.get(reverse(f"battles:{name}", args=keys.get(name, []))).status_code == 404


def test_page_asks_the_unknown_to_sign_in(client):
    answer = client.get(reverse("battles:runs"))

    assert (answer.status_code, answer.url) == (302, f"{reverse('accounts:login')}?next={reverse('battles:runs')}")


def test_regional_run_is_not_there_for_another_region(client):
    run = make_matching_run(region=make_region(), state=RunState.DONE, result={"battles": []})
    client.force_login(make_coordinator(make_region()))

    assert client.get(reverse("battles:run", args=[run.pk])).status_code == 404


def test_national_run_shows_a_region_only_its_own_battles(client):
    region = make_region()
    mine, other = make_battle(make_factory(region=region)), make_battle()
    make_seat(mine)
    make_seat(other)
    make_volunteer("welding")
    make_volunteer("welding")
    run = carried_out()
    client.force_login(make_coordinator(region))

    answer = client.get(reverse("battles:run", args=[run.pk]))

    assert [one.battle for one in answer.context["battles"]] == [mine]
    assert (answer.context["proposals"].places, answer.context["proposals"].placed) == (1, 1)


def test_region_may_not_touch_a_battle_of_another_in_a_national_run(client):
    battle = make_sendable()
    make_volunteer("welding")
    run = carried_out()
    client.force_login(make_coordinator(make_region()))
    seat, offer = battle.seats.get(), battle.offers.get()

    answers = [
        client.post(reverse("battles:run-send", args=[run.pk]), {"battle": battle.pk}),
        client.post(reverse("battles:run-drop", args=[run.pk, offer.pk])),
        client.post(reverse("battles:run-swap", args=[run.pk, offer.pk]), {"volunteer": 1}),
        client.post(reverse("battles:run-choose", args=[run.pk, seat.pk]), {"volunteer": 1}),
        client.post(reverse("battles:run-take-start", args=[run.pk, battle.pk])),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


# The list, starting and stopping


def test_list_says_what_a_run_would_plan(client, boss):
    make_seat(make_battle(make_factory(region=make_region("centro"))))
    make_seat(make_battle(make_factory(region=make_region("oriente"))))

    scopes = client.get(reverse("battles:runs")).context["scopes"]

    assert [(scope.scope == "nation", len(scope.battles), scope.places) for scope in scopes] == [
        (True, 2, 2),
        (False, 1, 1),
        (False, 1, 1),
    ]


def test_list_offers_a_region_no_run_of_the_nation(client):
    region = make_region()
    make_seat(make_battle(make_factory(region=region)))
    make_seat(make_battle())
    client.force_login(make_coordinator(region))

    scopes = client.get(reverse("battles:runs")).context["scopes"]

    assert [(scope.scope, scope.places) for scope in scopes] == [(f"region-{region.pk}", 1)]


def test_list_greys_out_what_is_under_way(client, boss):
    region = make_region()
    make_seat(make_battle(make_factory(region=region)))
    make_seat(make_battle())
    make_matching_run(region=region)

    scopes = client.get(reverse("battles:runs")).context["scopes"]

    assert {scope.name: scope.refusal for scope in scopes[1:]}[region.name] == rules.ALREADY_RUNNING
    assert [scope.refusal for scope in scopes].count(None) == 1


@pytest.mark.parametrize("kind", ["nation", "region", "battle"])
def test_start_makes_a_run_of_its_scope(client, boss, kind):
    battle = make_battle()
    make_seat(battle)
    region = battle.factory.municipality.state.region
    scope = {"nation": "nation", "region": f"region-{region.pk}", "battle": f"battle-{battle.pk}"}[kind]

    answer = client.post(reverse("battles:run-new"), {"scope": scope})

    run = MatchingRun.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("battles:run", args=[run.pk]))
    assert (run.region, run.only) == (None if kind == "nation" else region, battle if kind == "battle" else None)


@pytest.mark.parametrize("scope", ["", "nowhere", "region-", "region-x", "region-999999999999999999", "battle-0"])
def test_start_of_an_unknown_scope_is_not_there(client, boss, scope):
    assert client.post(reverse("battles:run-new"), {"scope": scope}).status_code == 404


def test_start_refused_says_why_on_the_list(client, boss):
    answer = client.post(reverse("battles:run-new"), {"scope": "nation"}, follow=True)

    assert (texts(answer), MatchingRun.objects.count()) == ([str(rules.NOTHING_TO_PLAN)], 0)


def test_start_of_the_nation_by_a_region_is_refused(client):
    make_seat(make_battle())
    client.force_login(make_coordinator(make_region()))

    client.post(reverse("battles:run-new"), {"scope": "nation"})

    assert MatchingRun.objects.count() == 0


def test_page_of_a_working_run_renews_itself_and_says_how_far_it_is(client, boss):
    run = make_matching_run(state=RunState.RUNNING, progress={"cost": 1000.0, "bound": 990.5})

    answer = client.get(reverse("battles:run", args=[run.pk]))

    assert answer.context["so_far"] == {"cost": 1000.0, "share": "1.0"}
    page = answer.content.decode()
    assert (page.count('hx-trigger="every 1s"'), page.count('http-equiv="refresh"')) == (1, 1)


def test_page_asked_for_by_script_is_the_fragment(client, boss):
    run = make_matching_run(state=RunState.RUNNING)

    page = client.get(reverse("battles:run", args=[run.pk]), headers=HTMX).content.decode()

    assert (page.count("<html"), page.count('id="run"')) == (0, 1)


def test_stop_ends_a_waiting_run(client, boss):
    run = make_matching_run()

    client.post(reverse("battles:run-stop", args=[run.pk]))

    assert MatchingRun.objects.get().state == RunState.STOPPED


def test_stop_of_a_national_run_is_refused_to_a_region(client):
    run = make_matching_run()
    client.force_login(make_coordinator(make_region()))

    answer = client.post(reverse("battles:run-stop", args=[run.pk]), follow=True)

    assert (texts(answer), MatchingRun.objects.get().state) == ([str(rules.NATION_ONLY)], RunState.WAITING)


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.STOPPED])
def test_page_of_a_run_that_came_to_nothing_offers_another(client, boss, state):
    run = make_matching_run(state=state, problem="MemoryError")

    page = client.get(reverse("battles:run", args=[run.pk])).content.decode()

    assert page.count("Propose again") == 1


# What was proposed, and why


def test_page_says_who_and_why_and_who_came_close(client, boss):
    make_seat(make_battle())
    make_volunteer("welding", name="Ana", level=3)
    make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))
    run = carried_out()

    answer = client.get(reverse("battles:run", args=[run.pk]))

    ((line,),) = [battle.lines for battle in answer.context["battles"]]
    (person,), (runner,) = line.people, line.runners_up
    assert (person.offer.volunteer.name, person.had, person.fought) == ("Ana", 3, 0)
    assert person.why == ["Costs the plan 15 km: 0 for the road, 15 for levels to spare."]
    assert (runner.name, runner.why) == ("Luis", "lives farther away (145 km more)")
    assert answer.context["good"] == "proven to be the best possible"


def test_page_says_why_a_seat_is_empty_and_the_cheapest_way_to_fill_it(client, boss):
    seat = make_seat(make_battle())
    make_absence(make_volunteer("welding"), seat.battle.first_day)
    make_volunteer("welding", name="Luis", level=1)
    run = carried_out()

    answer = client.get(reverse("battles:run", args=[run.pk]))

    (line,) = answer.context["battles"][0].lines
    assert line.why_empty == "1 person has the trade at this level: 1 is busy or absent."
    assert line.fills[0] == "ask for 1 level less: Luis could come (+0 km)"
    assert (line.missing, line.free_seat) == (1, seat.pk)


@pytest.mark.parametrize("code", EMPTY_CODES)
def test_every_reason_for_an_empty_seat_has_a_sentence(code):
    assert (COUNTED[code] % {"n": 2} != "", AGAINST[code] % {"battle": "X"} != "") == (True, True)


def test_bound_is_never_said_smaller_than_it_is():
    run = MatchingRun(status="feasible", cost=1000.0, bound=996.9)

    with override("en"):
        said = how_good(run)

    assert said == "at most 0.4 % from the best possible"


def test_lists_are_told_as_they_are_now_not_as_the_run_left_them(client, boss):
    battle = make_sendable(state=BattleState.ASKING)
    make_volunteer("welding", name="Ana")
    run = carried_out()
    offers.drop(offer=battle.offers.get(), by=boss)
    make_offer(battle.seats.get(), make_volunteer("welding", name="Luis"))

    answer = client.get(reverse("battles:run", args=[run.pk]))

    assert people(answer) == ["Luis"]


# Queries


@pytest.mark.parametrize("name", ["runs", "run"])
def test_page_takes_as_many_queries_at_5_battles_as_at_2(client, boss, django_assert_max_num_queries, name):
    def made(count):
        for _n in range(count):
            battle = make_sendable()
            make_seat(battle, make_trade("pumps"))
            make_volunteer("welding")
            make_volunteer("welding")
        return carried_out()

    counts = []
    for rows in (2, 3):
        args = [made(rows).pk] if name == "run" else []
        with django_assert_max_num_queries(18) as queries:
            client.get(reverse(f"battles:{name}", args=args))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_choice_takes_as_many_queries_for_3_people_as_for_1(client, boss, django_assert_max_num_queries):
    battle = make_sendable()
    run = carried_out()
    url = reverse("battles:run-choose", args=[run.pk, battle.seats.get().pk])
    counts = []
    for rows in (1, 2):
        for _n in range(rows):
            make_volunteer("welding", name="Ana")
        with django_assert_max_num_queries(40) as queries:
            client.get(url, {"q": "ana"})
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_weights_are_shown_and_link_to_the_administration_for_administrators_only(client, boss):
    shown = client.get(reverse("battles:run-weights"))
    client.force_login(make_user(is_superuser=True, is_staff=True))

    assert (len(shown.context["rules"]), len(shown.context["weights"])) == (3, 8)
    assert (shown.context["may_change"], client.get(reverse("battles:run-weights")).context["may_change"]) == (
        False,
        True,
    )


def test_page_shows_some_battles_at_a_time_and_counts_all(client, boss):
    battles = [make_sendable() for _ in range(17)]
    run = carried_out()

    first, last = client.get(f"/propuestas/{run.pk}"), client.get(f"/propuestas/{run.pk}?page=2")
    opened = client.get(f"/propuestas/{run.pk}?battle={battles[16].pk}")

    assert [len(page.context["battles"]) for page in (first, last, opened)] == [15, 2, 2]
    shown = [one.battle.pk for page in (first, last) for one in page.context["battles"]]
    assert sorted(shown) == [battle.pk for battle in battles]
    assert [one.battle.pk for one in opened.context["battles"]] == [battles[15].pk, battles[16].pk]
    assert first.context["proposals"].places == last.context["proposals"].places == 17


def test_page_takes_as_many_queries_at_17_battles_as_at_15(client, boss, django_assert_max_num_queries):
    for _ in range(15):
        make_sendable()
    few = carried_out()
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/propuestas/{few.pk}")
    make_sendable(), make_sendable()
    many = carried_out()

    with django_assert_max_num_queries(len(queries)):
        client.get(f"/propuestas/{many.pk}")
