"""Plants and machines, and what a plant's own people say, over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now
from rest_framework.test import APIClient

from battles.states import BattleState
from epo.core.clock import today
from factories.models import OutputReading
from factories.states import Condition, MemberRole
from tests.doors import day
from tests.make import (
    make_agreement,
    make_battle,
    make_contact,
    make_coordinator,
    make_factory,
    make_follow_up,
    make_line,
    make_line_result,
    make_machine,
    make_machine_status,
    make_membership,
    make_output_reading,
    make_own_repair,
    make_plant_decision,
    make_region,
    make_report,
    make_user,
)

pytestmark = pytest.mark.django_db


def api(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def member(factory: Any, role: MemberRole = MemberRole.DELEGATE) -> APIClient:
    return api(make_membership(factory, role=role).user)


def url(name: str, *args: Any) -> str:
    return reverse(f"api:{name}", args=args)


def test_list_holds_ones_own_plants_and_those_of_ones_regions():
    west = make_region("west")
    mine, other = make_factory(region=west), make_factory(region=west)
    make_factory(region=make_region("east"))

    def found(client: APIClient, **asked: Any) -> list[int]:
        return sorted(row["id"] for row in client.get(url("plants"), asked).data["results"])

    boss = make_coordinator(west)
    make_membership(mine, boss)
    assert (found(member(mine)), found(api(make_user()))) == ([mine.pk], [])
    assert (found(api(boss)), found(api(boss), mine=True)) == (sorted([mine.pk, other.pk]), [mine.pk])
    assert (found(api(boss), q=mine.name), found(api(boss), q="zz")) == ([mine.pk], [])


def test_member_reads_the_plant_with_its_machines_as_they_are():
    line = make_line(make_factory(), nominal=20)
    machine, unknown = (make_machine(line.factory, name=name) for name in ("Horno", "Molino"))
    make_machine(line.factory, is_retired=True)
    make_machine_status(machine, state=Condition.STOPPED, since=now() - timedelta(days=2))
    make_own_repair(line.factory, what="correa")

    told = member(line.factory, MemberRole.WORKER).get(url("plant", line.factory_id)).data

    assert [(row["id"], row["state"]) for row in told["machines"]] == [(machine.pk, "stopped"), (unknown.pk, None)]
    assert [(row["id"], row["nominal"]) for row in told["lines"]] == [(line.pk, "20.00")]
    assert [row["what"] for row in told["own_repairs"]] == ["correa"]


def test_plant_is_asked_for_what_its_delegate_confirms():
    battle = make_battle(state=BattleState.ASKING)
    make_agreement(battle)
    closed = make_battle(battle.factory, state=BattleState.CLOSED, ended_at=now())
    result = make_line_result(closed, make_line(battle.factory), before=0, after=9)
    make_follow_up(closed, result.line)

    said, unsaid = (
        member(battle.factory, role).get(url("plant", battle.factory_id)).data
        for role in (MemberRole.DELEGATE, MemberRole.WORKER)
    )

    assert [row["battle"] for row in said["agreements_to_confirm"]] == [battle.pk]
    assert [row["id"] for row in said["results_to_confirm"]] == [result.pk]
    assert (unsaid["agreements_to_confirm"], unsaid["results_to_confirm"]) == ([], [])
    assert [row["line"] for row in unsaid["readings_asked"]] == [result.line_id]


def test_machine_tells_how_long_it_stood_and_nobody_who_reported():
    machine = make_machine()
    make_report(machine, text="chispas", reporter=make_contact())
    at = now()
    make_machine_status(machine, state=Condition.RUNNING, since=at - timedelta(days=9), until=at - timedelta(days=4))
    make_machine_status(machine, state=Condition.STOPPED, since=at - timedelta(days=4))

    answer = member(machine.factory, MemberRole.WORKER).get(url("machine", machine.pk))

    assert (answer.data["state"], round(answer.data["downtime"]["days"], 1)) == ("stopped", 4.0)
    assert len(answer.data["reports"]) == 1
    assert b"chispas" not in answer.content


def test_readings_are_noted_all_or_none_and_read():
    line = make_line(make_factory())
    client = member(line.factory)
    said = {"said_by": "delegada", "readings": [{"line": line.pk, "day": day(-n), "amount": n} for n in (1, 2)]}

    noted = client.post(url("plant-readings", line.factory_id), said)
    late = client.post(url("plant-readings", line.factory_id), said | {"readings": [*said["readings"], {"line": 0}]})
    read = client.get(url("plant-readings", line.factory_id), {"day__gte": day(-1)}).data["results"]

    assert (noted.status_code, [one["is_confirmed"] for one in noted.data["readings"]]) == (201, [True, True])
    assert (late.status_code, OutputReading.objects.count()) == (400, 2)
    assert [(one["day"], one["amount"]) for one in read] == [(day(-1), "1.00")]


@pytest.mark.parametrize(
    ("reading", "status"),
    [({"day": "0001-01-01"}, 400), ({"amount": -1}, 400), ({"amount": "NaN"}, 400), ({"day": day(3)}, 409)],
)
def test_reading_that_cannot_be_so_is_not_taken(reading, status):
    line = make_line(make_factory())
    one = {"line": line.pk, "day": day(0), "amount": 1} | reading

    answer = member(line.factory).post(url("plant-readings", line.factory_id), {"said_by": "x", "readings": [one]})

    assert (answer.status_code, OutputReading.objects.count()) == (status, 0)


def test_same_day_twice_and_lines_of_others_are_400():
    line, other = make_line(make_factory()), make_line(make_factory())
    one = {"line": line.pk, "day": day(0), "amount": 1}
    client = member(line.factory)

    answers = [
        client.post(url("plant-readings", line.factory_id), {"said_by": "x", "readings": readings})
        for readings in ([one, one], [one | {"line": other.pk}], [])
    ]

    assert [answer.status_code for answer in answers] == [400] * 3


def test_what_the_workers_said_is_not_overwritten_by_the_management():
    reading = make_output_reading(is_confirmed=True, amount=10)
    one = {"line": reading.line_id, "day": str(reading.day), "amount": 11}
    client = member(reading.line.factory, MemberRole.MANAGER)

    answer = client.post(url("plant-readings", reading.line.factory_id), {"said_by": "gerente", "readings": [one]})

    assert (answer.status_code, answer.data["code"]) == (409, "told_by_workers")


def test_later_repair_names_the_battle_in_which_it_was_learned():
    machine = make_machine()
    battle = make_battle(machine.factory, state=BattleState.CLOSED)
    said = {"what": "correa", "said_by": "mecánico", "machine": machine.pk}
    client = member(machine.factory)

    made = client.post(url("plant-own-repairs", machine.factory_id), said | {"learned_from": battle.pk})
    wrong = client.post(url("plant-own-repairs", machine.factory_id), said | {"learned_from": make_battle().pk})

    assert (made.status_code, made.data["learned_from"], made.data["on"]) == (201, battle.pk, str(today()))
    assert (wrong.status_code, list(wrong.data["errors"])) == (400, ["learned_from"])
    assert machine.statuses.get(until=None).state == Condition.RUNNING


def test_delegate_confirms_the_agreement_and_the_figures_once():
    battle = make_battle(state=BattleState.CLOSED, ended_at=now())
    make_agreement(battle)
    result = make_line_result(battle, before=0, after=9)
    client = member(battle.factory)

    answers = [
        client.post(url("agreement-confirm", battle.pk), {}),
        client.post(url("agreement-confirm", battle.pk), {}),
        client.post(url("output-confirm", battle.pk, result.pk), {"said_by": "vocera"}),
        client.post(url("output-confirm", battle.pk, result.pk), {"said_by": "vocera"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 409, 200, 409]
    assert (answers[0].data["confirmed_as"] != "", answers[2].data["confirmed_by"]) == (True, "vocera")


def test_only_a_delegate_confirms():
    battle = make_battle(state=BattleState.ASKING)
    make_agreement(battle)
    result = make_line_result(battle, before=0, after=9)
    clients = [member(battle.factory, MemberRole.MANAGER), api(make_coordinator()), api(make_user())]

    answers = {
        client.post(to, {}).status_code
        for client in clients
        for to in (url("agreement-confirm", battle.pk), url("output-confirm", battle.pk, result.pk))
    }

    assert answers == {404}


def test_management_says_other_figures_and_they_wait():
    battle = make_battle(state=BattleState.CLOSED, ended_at=now())
    result = make_line_result(battle, before=0, after=9)
    said = {"before": 0, "after": 11, "said_by": "gerente"}
    client = member(battle.factory, MemberRole.MANAGER)

    made = client.post(url("output-correct", battle.pk, result.pk), said)
    same = client.post(url("output-correct", battle.pk, result.pk), said)
    worker = member(battle.factory, MemberRole.WORKER).post(url("output-correct", battle.pk, result.pk), said)

    result.refresh_from_db()
    assert (made.status_code, made.data["is_first_hand"], made.data["is_taken"]) == (201, False, None)
    assert (same.status_code, same.data["code"], worker.status_code) == (409, "nothing_different", 404)
    assert result.after == 9


def test_order_of_the_plants_is_decided_and_dropped_by_coordinators():
    first, plant = make_plant_decision(position=1).factory, make_factory()
    client, said = api(make_coordinator()), {"position": 1, "weight": 7, "why": "pan"}

    decided = client.put(url("plant-order", plant.pk), said)
    dropped = client.post(url("plant-order-drop", first.pk), {"why": "ya no"})
    refused = member(plant).put(url("plant-order", plant.pk), said)

    assert (decided.data["position"], decided.data["weight"]) == (1, 7)
    assert (dropped.status_code, refused.status_code) == (200, 404)


@pytest.mark.parametrize("who", [make_user, lambda: make_coordinator(make_region("other"))])
def test_plants_and_machines_are_not_there_for_strangers(who):
    machine = make_machine()
    client = api(who())

    reads = [
        client.get(to).status_code
        for to in (
            url("plant", machine.factory_id), url("machine", machine.pk), url("plant-readings", machine.factory_id),
        )
    ]  # fmt: skip
    writes = [
        client.post(url(name, machine.factory_id), {}).status_code
        for name in ("plant-readings", "plant-own-repairs", "plant-order-drop")
    ]

    assert (reads, writes) == ([404] * 3, [404] * 3)


def test_plant_asks_as_often_for_three_machines_as_for_one(django_assert_max_num_queries):
    factory, counts = make_factory(), []
    client = member(factory)
    for more in (1, 2):
        for _ in range(more):
            make_machine_status(make_machine(factory))
            make_line(factory)
        with django_assert_max_num_queries(20) as counted:
            client.get(url("plant", factory.pk))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_delegate_says_how_a_machine_is_and_what_others_said_since_stands():
    machine = make_machine()
    client = member(machine.factory)

    first = client.post(url("machine-state", machine.pk), {"state": "badly", "was": ""})
    late = client.post(url("machine-state", machine.pk), {"state": "running", "was": ""})
    again = client.post(url("machine-state", machine.pk), {"state": "stopped"})
    wrong = client.post(url("machine-state", machine.pk), {"state": "asleep"})

    assert (first.status_code, first.data["state"], first.data["until"]) == (200, "badly", None)
    assert (late.status_code, late.data["code"]) == (409, "state_changed")
    assert (again.status_code, again.data["state"]) == (200, "stopped")
    assert (wrong.status_code, list(wrong.data["errors"])) == (400, ["state"])
    assert machine.statuses.get(until=None).state == Condition.STOPPED


def test_workers_without_a_post_and_strangers_say_of_no_machine_how_it_is():
    machine = make_machine()
    clients = [member(machine.factory, MemberRole.WORKER), member(make_factory())]

    told = [client.post(url("machine-state", machine.pk), {"state": "running"}).status_code for client in clients]

    assert (told, machine.statuses.count()) == ([404, 404], 0)
