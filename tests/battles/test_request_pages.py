"""Pages of repair requests, today, the ranking, plants and machines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from battles.models import PlantDecision
from battles.states import BattleState, NeedState, OfferState, RequestState
from epo.core.clock import today
from factories.states import Condition, MemberRole, ReportState, Running
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_coordinator,
    make_demand,
    make_factory,
    make_follow_up,
    make_line,
    make_machine,
    make_machine_status,
    make_membership,
    make_need,
    make_offer,
    make_own_repair,
    make_plant_decision,
    make_raw_intake,
    make_region,
    make_report,
    make_report_variant,
    make_request,
    make_request_report,
    make_seat,
    make_trade,
    make_user,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss():
    return make_coordinator()


@pytest.fixture
def client(boss) -> Client:
    return signed_in(boss)


def at(row, name: str = "request", *more: int) -> str:
    return reverse(f"battles:{name}", args=[row.pk, *more])


def again(row):
    row.refresh_from_db()
    return row


# Requests


def test_requests_are_those_of_ones_region_that_are_not_finished():
    west = make_region("west")
    mine = make_request(make_machine(make_factory(region=west)))
    make_request(mine.machine, state=RequestState.REPAIRED)
    make_request()

    response = signed_in(make_coordinator(west)).get(reverse("battles:requests"))

    assert list(response.context["page_obj"]) == [mine]


def test_requests_are_found_by_words_without_accents(client):
    found = make_request(make_machine(name="Válvula"))
    make_request()

    response = client.get(reverse("battles:requests"), {"q": "valvula"}, headers=HTMX)

    assert list(response.context["page_obj"]) == [found]
    assert b"<html" not in response.content


def test_requests_page_is_not_there_for_who_is_no_coordinator():
    assert signed_in(make_user()).get(reverse("battles:requests")).status_code == 404
    assert Client().get(reverse("battles:requests")).status_code == 302


def test_request_page_of_another_region_is_not_there():
    request = make_request()
    stranger = signed_in(make_coordinator(make_region("east")))
    names = ["take", "describe", "demand-add", "need-add", "cancel", "reopen"]

    answers = [stranger.get(at(request))] + [stranger.post(at(request, f"request-{name}")) for name in names]

    assert {answer.status_code for answer in answers} == {404}


def test_request_page_is_shown_to_members_of_the_plant_without_text_of_reports():
    request = make_request(description="secreto", machine=make_machine())
    make_request_report(request, make_report(request.machine, text="secreto"))
    member = make_user()
    make_membership(request.factory, member, role=MemberRole.MANAGER)
    client = signed_in(member)

    response = client.get(at(request))

    assert response.status_code == 200
    assert b"secreto" not in response.content
    assert client.post(at(request, "request-take")).status_code == 404


def test_request_page_shows_demands_needs_reports_and_the_way_to_a_battle(client):
    request = make_request()
    make_demand(request, people=2, days=3)
    make_need(request)
    make_request_report(request)

    response = client.get(at(request))

    assert response.context["person_days"] == 6
    assert len(response.context["links"]) == 1
    assert f"{reverse('battles:battle-new')}?request={request.pk}" in response.content.decode()


def test_request_page_names_the_battle_that_took_it_up(client):
    link = make_battle_request(make_battle(title="Batalla 15"))

    assert b"Batalla 15" in client.get(at(link.request)).content


def test_request_page_asks_the_database_as_often_for_three_rows_as_for_one(client, django_assert_max_num_queries):
    counts = []
    for more in (1, 3):
        request = make_request()
        for _row in range(more):
            make_demand(request)
            make_need(request)
            make_request_report(request)
            make_battle_request(make_battle(request.factory), request, is_active=False)
        client.get(at(request))
        with django_assert_max_num_queries(30) as counted:
            client.get(at(request))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_demand_is_added_in_place(client):
    request = make_request()
    line = {"trade": make_trade().pk, "level": 3, "people": 2, "days": 4}

    plain = client.post(at(request, "request-demand-add"), line)
    quick = client.post(at(request, "request-demand-add"), line, headers=HTMX)

    assert plain.url == at(request)
    assert quick.content.strip().startswith(b'<div id="request"')
    assert [(demand.level, demand.people, demand.days) for demand in request.demands.all()] == [(3, 2, 4)] * 2


def test_demand_that_is_wrong_keeps_what_was_typed(client):
    request = make_request()

    response = client.post(at(request, "request-demand-add"), {"level": 3, "people": 0, "days": 4})

    assert response.context["new_demand"].errors.keys() >= {"trade"}
    assert response.context["new_demand"]["days"].value() == "4"
    assert not request.demands.exists()


def test_demand_is_changed_and_removed(client):
    demand = make_demand(people=1)
    path = at(demand.request, "request-demand", demand.pk)
    line = {"trade": demand.trade_id, "level": 3, "people": 4, "days": 5}

    client.post(path, line)
    changed = again(demand).people
    client.post(path, {"do": "remove"})

    assert changed == 4
    assert not demand.request.demands.exists()


def test_demand_of_another_request_is_not_there(client):
    assert client.post(at(make_request(), "request-demand", make_demand().pk)).status_code == 404


def test_need_is_added_changed_got_waived_and_removed(client):
    request = make_request()
    words = {"what": "rodamiento", "kind": "part", "brings": "unknown"}

    client.post(at(request, "request-need-add"), words)
    need = request.needs.get()
    path = at(request, "request-need", need.pk)
    client.post(path, words | {"measures": "6204"})
    client.post(path, {"do": "waived"})
    refused = again(need).state
    client.post(path, {"do": "waived", "reason": "se adapta"})
    waived = again(need).state, need.note, need.measures
    client.post(path, {"do": "remove"})

    assert refused == NeedState.MISSING
    assert waived == (NeedState.WAIVED, "se adapta", "6204")
    assert not request.needs.exists()


def test_describe_saves_and_says_who_was_faster(client):
    request = make_request()
    words = {"title": "Quemador", "condition": "badly", "output_lost": "40", "version": request.version}

    client.post(at(request, "request-describe"), words)
    client.post(at(request, "request-describe"), words | {"title": "Otra cosa"})

    assert (again(request).title, request.condition, request.output_lost) == ("Quemador", "badly", 40)


def test_describe_with_a_share_above_100_is_wrong(client):
    words = {"title": "Quemador", "condition": "badly", "output_lost": "140"}

    response = client.post(at(make_request(), "request-describe"), words)

    assert response.context["describe"].errors.keys() == {"output_lost"}


def test_cancel_take_and_reopen(client, boss):
    request, partly = make_request(), make_request(state=RequestState.PARTLY_REPAIRED)

    client.post(at(request, "request-take"))
    client.post(at(request, "request-cancel"), {"reason": "se repitió"})
    client.post(at(partly, "request-reopen"), {"version": partly.version})

    assert (again(request).state, request.in_hand_of) == (RequestState.CANCELLED, boss)
    assert again(partly).state == RequestState.OPEN


def test_cancel_without_a_reason_shows_the_field(client):
    response = client.post(at(make_request(), "request-cancel"), {})

    assert response.context["cancel"].errors.keys() == {"reason"}


# Today


def test_today_is_not_there_for_who_is_no_coordinator():
    assert signed_in(make_user()).get(reverse("battles:today")).status_code == 404
    assert Client().get(reverse("battles:today")).status_code == 302


def test_today_with_nothing_to_do_says_so(client):
    assert b'class="empty"' in client.get(reverse("battles:today")).content


def test_today_tells_late_reports_from_new_ones_by_score(client):
    late = make_report(received_at=now() - timedelta(hours=49))
    low, high = make_report(), make_report(condition=Condition.DANGEROUS)

    context = client.get(reverse("battles:today")).context

    assert list(context["late"]) == [late]
    assert list(context["fresh"]) == [high, low]


def test_today_shows_battles_that_leave_within_a_week_with_a_seat_empty(client):
    soon = make_battle(state=BattleState.ASKING, first_day=today() + timedelta(days=3))
    full = make_battle(state=BattleState.READY, first_day=today() + timedelta(days=3))
    far = make_battle(state=BattleState.ASKING, first_day=today() + timedelta(days=8))
    make_offer(make_seat(soon), state=OfferState.ACCEPTED)
    make_seat(soon)
    make_seat(soon, kind="optional")
    make_offer(make_seat(full), state=OfferState.ACCEPTED)
    make_seat(far)

    (leaving,) = client.get(reverse("battles:today")).context["leaving"]

    assert (leaving.battle, leaving.filled, leaving.wanted) == (soon, 1, 2)


def test_today_shows_who_is_not_home_yet(client):
    over = make_battle(state=BattleState.UNDER_WAY, first_day=today() - timedelta(days=7), days=5)
    missing = make_offer(make_seat(over), state=OfferState.ON_SITE)
    make_offer(make_seat(over), state=OfferState.ON_SITE, travels=True)
    make_offer(make_seat(over), state=OfferState.DONE)
    on_the_way = make_battle(state=BattleState.UNDER_WAY, first_day=today() - timedelta(days=5), days=5)
    make_offer(make_seat(on_the_way), state=OfferState.ON_SITE, travels=True)

    away = client.get(reverse("battles:today")).context["away"]

    assert missing in away
    assert {offer.battle for offer in away} == {over}


def test_today_shows_readings_due_and_what_came_twice(client):
    due = make_follow_up(due_on=today())
    make_follow_up(due_on=today() + timedelta(days=1))
    variant = make_report_variant(make_report(state=ReportState.REJECTED))

    context = client.get(reverse("battles:today")).context

    assert list(context["readings"]) == [due]
    assert list(context["variants"]) == [variant]


def test_today_shows_what_could_not_be_read_to_the_nations_coordinators_only(client):
    raw = make_raw_intake(body="¿qué?".encode())
    regional = signed_in(make_coordinator(make_region("west")))

    mine = client.get(reverse("battles:today")).context["unread"]
    theirs = regional.get(reverse("battles:today")).context["unread"]

    assert [(each.raw, each.text) for each in mine] == [(raw, "¿qué?")]
    assert theirs == []
    assert regional.post(at(raw, "raw-handled")).status_code == 404


def test_today_marks_what_could_not_be_read_as_dealt_with(client, boss):
    raw = make_raw_intake()

    client.post(at(raw, "raw-handled"))

    assert again(raw).handled_by == boss


def test_today_takes_reports_and_battles_in_hand(client, boss):
    report, battle = make_report(), make_battle(coordinator=make_coordinator())

    plain = client.post(at(report, "today-report"))
    quick = client.post(at(battle, "today-battle"), headers=HTMX)

    assert (again(report).in_hand_of, again(battle).coordinator) == (boss, boss)
    assert plain.url == reverse("battles:today")
    assert quick.content.strip().startswith(b'<div id="today"')


def test_today_takes_nothing_of_another_region_in_hand():
    stranger = signed_in(make_coordinator(make_region("east")))

    answers = [
        stranger.post(at(make_report(), "today-report")),
        stranger.post(at(make_battle(), "today-battle")),
    ]

    assert {answer.status_code for answer in answers} == {404}


# Which plant next


def names(response) -> list[str]:
    return [row.plant.name for row in response.context["rows"]]


def make_waiting_plant(name: str, *, days: int = 1, current: int = 0, **fields):
    plant = make_factory(name=name, **fields)
    request = make_request(make_machine(plant, line=make_line(plant, nominal=100, current=current)))
    make_demand(request, people=1, days=days)
    return plant


def test_ranking_shows_plants_of_ones_region_where_something_waits():
    west = make_region("west")
    make_waiting_plant("espera", region=west)
    make_factory(name="parada", region=west, running=Running.STANDS)
    make_plant_decision(make_factory(name="decidida", region=west))
    make_factory(name="produce", region=west, running=Running.RUNS)
    make_waiting_plant("de otra región")

    response = signed_in(make_coordinator(west)).get(reverse("battles:ranking"))

    assert set(names(response)) == {"espera", "parada", "decidida"}


def test_ranking_works_out_what_a_person_day_recovers(client):
    plant = make_waiting_plant("A", days=10, current=20, stopped_since=today() - timedelta(days=30), people_depend=7)
    make_need(plant.requests.get())
    battle = make_battle(plant)
    make_agreement(battle)

    (row,) = client.get(reverse("battles:ranking")).context["rows"]

    assert (row.plant.person_days, row.plant.missing, row.days_stopped) == (10, 1, 30)
    assert row.plant.recovered == pytest.approx(8)
    assert [(loss.amount, loss.per_person_day) for loss in row.losses] == [(80, 8)]
    assert row.plant.agreed_on == today()


def test_ranking_leaves_unknown_what_is_unknown(client):
    plant = make_factory(running=Running.STANDS)
    make_line(plant, nominal=None, current=None)

    (row,) = client.get(reverse("battles:ranking")).context["rows"]

    assert (row.plant.lost, row.plant.recovered, row.plant.person_days, row.days_stopped) == (None,) * 4
    assert row.losses == []


def test_ranking_sorts_by_each_figure(client):
    make_waiting_plant("mucho por poco", days=1, people_depend=5, stopped_since=today())
    make_waiting_plant(
        "poco por mucho", days=20, current=50, people_depend=9, stopped_since=today() - timedelta(days=9)
    )
    make_factory(name="nada se sabe", running=Running.STANDS)

    first = {
        order: names(client.get(reverse("battles:ranking"), {"order": order}))[0]
        for order in ("recovered", "lost", "stopped", "people", "work")
    }

    assert first == {
        "recovered": "mucho por poco", "lost": "mucho por poco", "work": "mucho por poco",
        "stopped": "poco por mucho", "people": "poco por mucho",
    }  # fmt: skip


def test_ranking_begins_with_the_decided_order(client):
    first, second = make_waiting_plant("A"), make_waiting_plant("B")
    make_plant_decision(second, position=1)
    make_plant_decision(first, position=2)
    make_waiting_plant("C")

    assert names(client.get(reverse("battles:ranking"))) == ["B", "A", "C"]


def test_decide_moves_a_plant_with_a_reason(client, boss):
    make_plant_decision(make_waiting_plant("A"), position=1)
    plant = make_waiting_plant("B")

    plain = client.post(at(plant, "plant-decide"), {"position": 1, "weight": 9, "why": "da de comer"})

    decision = PlantDecision.objects.get(factory=plant)
    assert plain.url == reverse("battles:ranking")
    assert (decision.position, decision.weight, decision.why, decision.by) == (1, 9, "da de comer", boss)
    assert names(client.get(reverse("battles:ranking"))) == ["B", "A"]


def test_decide_without_a_reason_shows_the_field(client):
    plant = make_waiting_plant("A")

    response = client.post(at(plant, "plant-decide"), {"position": 1, "weight": 9}, headers=HTMX)

    (row,) = response.context["rows"]
    assert row.form.errors.keys() == {"why"}
    assert not PlantDecision.objects.exists()


def test_decide_on_a_plant_of_another_region_is_not_there():
    plant = make_waiting_plant("A")
    stranger = signed_in(make_coordinator(make_region("east")))

    answers = [stranger.post(at(plant, name)) for name in ("plant-decide", "plant-drop")]

    assert {answer.status_code for answer in answers} == {404}


def test_drop_takes_a_plant_out_of_the_order(client):
    decision = make_plant_decision(make_waiting_plant("A"))

    client.post(at(decision.factory, "plant-drop"), {"why": "ya produce"})

    assert not PlantDecision.objects.exists()


# Plant and machine


@pytest.mark.parametrize("name", ["plant", "machine"])
def test_plant_and_machine_are_shown_to_coordinators_and_members_only(name):
    west = make_region("west")
    machine = make_machine(make_factory(region=west))
    member = make_user()
    make_membership(machine.factory, member)
    path = at(machine.factory if name == "plant" else machine, name)
    users = [make_coordinator(west), member, make_coordinator(make_region("east")), make_user()]

    codes = [signed_in(user).get(path).status_code for user in users]

    assert codes == [200, 200, 404, 404]
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("name", ["plant", "machine"])
def test_plant_and_machine_show_members_no_text_of_reports(name):
    member = make_user()
    report = make_report(text="secreto", plant_name="", machine=make_machine())
    make_membership(report.factory, member, role=MemberRole.MANAGER)

    response = signed_in(member).get(at(report.factory if name == "plant" else report.machine, name))

    assert str(report).encode() in response.content
    assert b"secreto" not in response.content


def test_plant_page_shows_what_it_has(client):
    plant = make_waiting_plant("A")
    machine = plant.machines.get()
    make_machine_status(machine)
    make_report(machine)
    make_battle(plant)
    make_own_repair(plant)

    context = client.get(at(plant, "plant")).context

    assert [len(context[name]) for name in ("machines", "requests", "reports", "battles", "own_repairs")] == [1] * 5


def test_machine_page_counts_the_days_it_stood_in_the_last_year(client):
    machine = make_machine()
    make_machine_status(machine, since=now() - timedelta(days=400), until=now() - timedelta(days=360))
    make_machine_status(
        machine, state=Condition.RUNNING, since=now() - timedelta(days=360), until=now() - timedelta(days=10)
    )
    make_machine_status(machine, state=Condition.DANGEROUS, since=now() - timedelta(days=10))

    context = client.get(at(machine, "machine")).context

    assert round(context["downtime"].days) == 15
    assert context["now"].state == Condition.DANGEROUS


def test_machine_page_shows_its_repairs(client):
    machine = make_machine()
    request = make_request(machine, state=RequestState.REPAIRED)
    repair = make_battle_request(make_battle(machine.factory), request, outcome="repaired", is_active=False)
    own = make_own_repair(machine.factory, machine=machine)

    context = client.get(at(machine, "machine")).context

    assert list(context["repairs"]) == [repair]
    assert list(context["own_repairs"]) == [own]


@pytest.mark.parametrize("name", ["plant", "machine"])
def test_plant_and_machine_ask_the_database_as_often_for_three_rows_as_for_one(
    name, client, django_assert_max_num_queries
):
    counts = []
    for more in (1, 3):
        machine = make_machine()
        for _row in range(more):
            other = make_machine(machine.factory)
            make_machine_status(other)
            make_report(machine)
            request = make_request(machine)
            make_battle_request(make_battle(machine.factory), request, outcome="repaired", is_active=False)
            make_own_repair(machine.factory, machine=machine)
        path = at(machine.factory if name == "plant" else machine, name)
        client.get(path)
        with django_assert_max_num_queries(22) as counted:
            client.get(path)
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_ranking_is_searched_by_plant_place_and_sector(client):
    for name in ("Harinera", "Conservera"):
        make_request(make_machine(make_factory(name=name)))
    client.force_login(make_coordinator())

    found = {q: names(client.get(reverse("battles:ranking"), {"q": q})) for q in ("HARIN", "zzz", "\x00conserv")}

    assert found == {"HARIN": ["Harinera"], "zzz": [], "\x00conserv": ["Conservera"]}


def test_ranking_shows_twelve_plants_to_a_page(client):
    for _ in range(13):
        make_request(make_machine(make_factory()))
    client.force_login(make_coordinator())

    pages = [client.get(reverse("battles:ranking"), {"page": n}).context["rows"] for n in (1, 2)]

    assert [len(rows) for rows in pages] == [12, 1]
