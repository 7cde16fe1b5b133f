"""The ledger's page, its section on a volunteer's page, a volunteer's own line, and the API."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from battles.states import BattleState, OfferState
from epo.core.clock import today
from tests.make import (
    make_battle,
    make_coordinator,
    make_municipality,
    make_offer,
    make_region,
    make_seat,
    make_trade,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

LARGEST = 10_000


@pytest.fixture
def boss(client):
    user = make_coordinator(username="boss")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def called(person, times=1, state=OfferState.DECLINED, **fields):
    battle = make_battle(state=BattleState.CLOSED, first_day=today() - timedelta(days=20))
    return [make_offer(make_seat(battle), person, state, **fields) for _ in range(times)]


def welders(number, region=None, **fields):
    home = make_municipality(region=region)
    return [make_volunteer("welding", user=None, home=home, **fields) for _ in range(number)]


def listed(client, **query):
    return [account.volunteer for account in client.get(reverse("battles:fairness"), query).context["accounts"]]


def test_page_is_not_there_for_volunteers_and_strangers(client):
    statuses = []
    for user in (make_volunteer("welding").user, make_user()):
        client.force_login(user)
        statuses += [client.get(reverse(name)).status_code for name in ("battles:fairness", "api:fairness")]

    assert statuses == [404, 404, 404, 404]


def test_page_needs_sign_in(client):
    answer = client.get(reverse("battles:fairness"))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:login"))


def test_page_shows_the_most_called_first_with_what_stands_out(client, boss):
    quiet, [often] = welders(5), welders(1)
    called(often, 3)

    answer = client.get(reverse("battles:fairness"))

    assert [account.volunteer for account in answer.context["accounts"]] == [often, *quiet]
    assert (answer.text.count("far more than the others</span>"), answer.text.count("never asked</span>")) == (1, 5)
    assert reverse("volunteers:volunteer", args=[often.pk]) in answer.text
    assert [one for one in (often, *quiet) if one.contact.phone in answer.text] == []


def test_regional_coordinator_sees_own_region_against_the_nation(client):
    east, west = make_region("east"), make_region("west")
    [own], others = welders(1, east), welders(6, west)
    called(others[0])
    client.force_login(make_coordinator(east))

    answer = client.get(reverse("battles:fairness"))
    form = answer.context["filter"].form

    assert [account.volunteer for account in answer.context["accounts"]] == [own]
    assert answer.context["standard"].people == 7
    assert (list(form.fields["region"].queryset), form.fields["state"].queryset.count()) == ([east], 1)
    assert [one for one in others if one.name in answer.text] == []


def test_region_of_others_is_no_choice(client):
    welders(2, make_region("west"))
    client.force_login(make_coordinator(make_region("east")))

    answer = client.get(reverse("api:fairness"), {"region": "west"})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["region"])


def test_filters_narrow_by_trade_place_period_and_who(client, boss):
    east = make_region("east")
    [near], [far] = welders(1, east), welders(1)
    rigger = make_volunteer("rigging", user=None, home=near.home)
    called(near, asked_at=now() - timedelta(days=100))

    assert listed(client, trade="rigging") == [rigger]
    assert listed(client, region="east", trade="welding") == [near]
    assert listed(client, state=far.home.state.code) == [far]
    assert set(listed(client, who="never")) == {far, rigger}
    assert set(listed(client, who="never", period="quarter")) == {near, far, rigger}


def test_page_without_anybody_says_so(client, boss):
    text = client.get(reverse("battles:fairness"), {"who": "never"}).text

    assert "Nobody with these filters." in text


def test_fragment_is_the_ledger_alone(client, boss):
    welders(1)

    text = client.get(reverse("battles:fairness"), headers={"HX-Request": "true"}).text

    assert ("<html" in text, 'id="ledger"' in text) == (False, True)


def test_page_asks_as_often_for_200_as_for_10(client, boss, django_assert_max_num_queries):
    for person in welders(10):
        called(person, state=OfferState.DONE, km=10.0)
    with django_assert_max_num_queries(18) as few:
        client.get(reverse("battles:fairness"))
    for person in welders(190):
        called(person)

    with django_assert_max_num_queries(len(few)):
        client.get(reverse("battles:fairness"))


def test_page_of_fifty_people_is_light(client, boss):
    for person in welders(60):
        called(person)

    page = client.get(reverse("battles:fairness")).content

    assert len(gzip.compress(page)) < LARGEST


def test_picture_puts_the_far_above_in_one_open_column(client, boss):
    called(welders(1)[0], 12)
    welders(5)

    shown = client.get(reverse("battles:fairness")).context["columns"]

    assert [(column.name, column.people, column.stands_out) for column in shown if column.people] == [
        ("0", 5, True),
        ("8+", 1, False),
    ]


def test_not_asked_of_late_is_told_from_never_asked(client, boss):
    [before], [never] = welders(1), welders(1)
    called(before, asked_at=now() - timedelta(days=400))

    text = client.get(reverse("battles:fairness")).text

    assert (text.count("not asked</span>"), text.count("never asked</span>"), never.name in text) == (1, 1, True)


# On the pages of a volunteer


def test_volunteers_page_has_the_section_for_the_coordinators_in_charge(client):
    east, west = make_region("east"), make_region("west")
    [person] = welders(1, east)
    called(person, 2)
    seen = []
    for region in (None, east, west):
        client.force_login(make_coordinator(region))
        client.cookies["django_language"] = "en"
        text = client.get(reverse("volunteers:volunteer", args=[person.pk])).text
        seen.append("In the last year asked 2 times" in text)

    assert seen == [True, True, False]


def test_own_line_names_nobody_else(client):
    others, me = welders(6), make_volunteer("welding")
    called(me, 1, OfferState.DONE, km=105.0)
    called(others[0], 2)
    client.force_login(me.user)
    client.cookies["django_language"] = "en"

    text = client.get(reverse("battles:mine")).text

    assert "You were asked 1 time; you went 1 time: 0 days, 210 km." in " ".join(text.split())
    assert "In the whole nation 7 people of your trade (welding) can be sent." in text
    assert [one for one in others if one.name in text] == []


def test_own_line_compares_with_no_few(client):
    me = make_volunteer("welding")
    called(welders(1)[0], 4)
    client.force_login(me.user)

    text = client.get(reverse("battles:mine")).text
    told = client.get(reverse("api:my-fairness")).json()

    assert "En toda la nación" not in text
    assert told["standard"] is None


# API


def test_api_gives_rows_and_what_is_usual(client, boss):
    people = welders(5)
    called(people[0], 3)

    told = client.get(reverse("api:fairness"), {"trade": make_trade().code, "page_size": 2}).json()

    assert (told["count"], len(told["results"])) == (5, 2)
    assert told["results"][0] == {
        "volunteer": people[0].pk, "name": people[0].name, "state": people[0].home.state.code, "trade": "welding",
        "asked": 3, "accepted": 0, "declined": 3, "unanswered": 0, "went": 0, "days": 0, "km": 0.0,
        "last_asked": today().isoformat(), "far_above": True,
    }  # fmt: skip
    assert told["standard"] == {
        "people": 5, "never": 4, "calls": 3, "asked": {"low": 0.0, "median": 0.0, "high": 0.0},
        "went": {"low": 0.0, "median": 0.0, "high": 0.0}, "km": {"low": 0.0, "median": 0.0, "high": 0.0},
        "top_share": 1.0, "gini": 0.8,
    }  # fmt: skip


def test_api_filters_and_pages_like_the_page(client, boss):
    people = welders(3)
    called(people[1])

    never = client.get(reverse("api:fairness"), {"who": "never"}).json()["results"]
    least = client.get(reverse("api:fairness"), {"order": "least", "page": 2, "page_size": 2}).json()["results"]
    wrong = client.get(reverse("api:fairness"), {"period": "century"})

    assert [row["volunteer"] for row in never] == [people[0].pk, people[2].pk]
    assert [row["volunteer"] for row in least] == [people[1].pk]
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["period"])


def test_api_own_line_is_not_found_by_who_is_no_volunteer(client, boss):
    assert client.get(reverse("api:my-fairness")).status_code == 404


def test_api_own_line(client):
    me = make_volunteer("welding")
    called(me, 1, OfferState.EXPIRED)
    client.force_login(me.user)

    told = client.get(reverse("api:my-fairness")).json()

    assert told == {
        "trade": "welding", "asked": 1, "accepted": 0, "declined": 0, "unanswered": 1, "went": 0, "days": 0, "km": 0.0,
        "last_asked": today().isoformat(), "standard": None,
    }  # fmt: skip
