"""Crew proposals: who sees what, what a coordinator changes and sends, the same over the API, as many queries at 3 as at 1."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from battles import matcher
from battles.actions import offers, runs
from battles.models import Battle, MatchingRun, Offer
from battles.planning import planned_start
from battles.reasons import AGAINST, COUNTED, how_good
from battles.rules import offers as offer_rules
from battles.rules import runs as rules
from battles.states import BattleState, OfferState, RunState
from epo.core.clock import today
from epo.core.errors import Refused
from tests.make import (
    make_absence,
    make_agreement,
    make_battle,
    make_battle_request,
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
from volunteers.models import Trade

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


def carried_out(**scope):
    run = runs.start_run(by=scope.pop("by", None), **scope)
    runs.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def make_sendable(**fields):
    """A battle to which people may be called, with one empty seat for a welder."""
    battle = make_battle(**fields)
    make_battle_request(battle)
    make_agreement(battle)
    make_seat(battle)
    return battle


def texts(response):
    return [str(message) for message in response.context["messages"]]


def people(response):
    return [
        person.offer.volunteer.name
        for battle in response.context["battles"]
        for line in battle.lines
        for person in line.people
    ]


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


# Changing


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
    assert texts(answer) == [f"{battle}: 1 person asked."]


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

    assert texts(answer) == [
        f"{battle}: 0 people asked.",
        f"{battle}, Ana: {offer_rules.NOT_ELIGIBLE['not_free']}",
    ]


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


# Queries


@pytest.mark.parametrize("name", ["runs", "run"])
def test_page_takes_as_many_queries_at_3_rows_as_at_1(client, boss, django_assert_max_num_queries, name):
    def made(count):
        for _n in range(count):
            battle = make_sendable()
            make_seat(battle, make_trade("pumps"))
            make_volunteer("welding")
            make_volunteer("welding")
        return carried_out()

    counts = []
    for rows in (1, 2):
        args = [made(rows).pk] if name == "run" else []
        with django_assert_max_num_queries(15) as queries:
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


# Weights, the API, the file


def test_weights_are_shown_and_link_to_the_administration_for_administrators_only(client, boss):
    shown = client.get(reverse("battles:run-weights"))
    client.force_login(make_user(is_superuser=True, is_staff=True))

    assert (len(shown.context["rules"]), len(shown.context["weights"])) == (3, 7)
    assert (shown.context["may_change"], client.get(reverse("battles:run-weights")).context["may_change"]) == (
        False,
        True,
    )


def test_api_starts_reads_and_sends(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")

    started = client.post(reverse("api:runs"), {"battle": battle.pk}, content_type="application/json")
    runs.carry_out_run(run_id=started.json()["id"])
    told = client.get(reverse("api:run", args=[started.json()["id"]])).json()
    sent = client.post(reverse("api:run-send", args=[told["id"]]), {}, content_type="application/json").json()

    assert (started.status_code, told["state"], told["places"], told["placed"]) == (202, "done", 1, 1)
    assert [person["name"] for person in told["battles"][0]["lines"][0]["people"]] == ["Ana"]
    assert sent["battles"] == [
        {"battle": battle.pk, "asked": [Offer.objects.get().pk], "waiting": 0, "refusal": None, "refused": []}
    ]


def test_api_refuses_with_a_code(client, boss):
    answer = client.post(reverse("api:runs"), {}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_plan")


def test_api_stops_a_waiting_run(client, boss):
    run = make_matching_run()

    assert client.post(reverse("api:run-stop", args=[run.pk])).json()["state"] == "stopped"


def test_api_shows_runs_to_coordinators_only(client, boss):
    make_matching_run()
    listed = client.get(reverse("api:runs")).json()
    client.force_login(make_volunteer("welding").user)
    run = MatchingRun.objects.get().pk

    assert len(listed["results"]) == 1
    assert client.get(reverse("api:runs")).json()["results"] == []
    assert client.post(reverse("api:runs"), {}, content_type="application/json").status_code == 404
    assert client.get(reverse("api:run", args=[run])).status_code == 404


def test_exported_problem_reads_back_and_holds_no_names(tmp_path):
    make_seat(make_battle(title="Batalla secreta"))
    make_volunteer("welding", name="Zoraida")
    out, printed = tmp_path / "problem.json", StringIO()

    call_command("export_problem", out=out, stderr=StringIO())
    call_command("export_problem", stdout=printed)

    document = json.loads(out.read_text(encoding="utf-8"))
    assert (len(document["people"]), len(document["battles"])) == (1, Battle.objects.count())
    assert matcher.write(matcher.read(document)) == document
    assert json.loads(printed.getvalue()) == document
    assert [word for word in ("Zoraida", "secreta", "+58") if word in printed.getvalue()] == []
