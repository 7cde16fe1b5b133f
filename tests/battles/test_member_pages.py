"""The plant's own people, signed in: what they see, say and confirm."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from battles.models import OwnRepair
from epo.audit.models import AuditEvent
from epo.core.clock import today
from factories.models import OutputReading
from factories.rules import STATE_CHANGED
from factories.states import MemberRole
from tests.make import (
    make_agreement,
    make_battle,
    make_coordinator,
    make_factory,
    make_follow_up,
    make_line,
    make_line_result,
    make_machine,
    make_machine_status,
    make_membership,
    make_output_reading,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


def of(role, factory=None):
    return make_membership(factory or make_factory(), role=role)


def url(name, *keys):
    return reverse(f"battles:{name}", args=keys)


def enter(client, membership):
    client.force_login(membership.user)
    return membership.factory


def test_who_has_one_plant_goes_straight_there_and_who_has_two_chooses(client):
    delegate = of(MemberRole.DELEGATE)
    client.force_login(delegate.user)

    straight = client.get(url("my-plants"))
    make_membership(make_factory(name="Otra planta"), delegate.user)
    listed = client.get(url("my-plants"))

    assert straight.url == url("plant", delegate.factory.pk)
    assert [plant.name for plant in listed.context["plants"]] == sorted([delegate.factory.name, "Otra planta"])


def test_a_delegate_writes_what_each_line_put_out_on_a_day(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    oil, flour = make_line(factory, product="Aceite"), make_line(factory, product="Harina")
    said = {"do": "day", "day": today(), f"line-{oil.pk}": "12.5", f"line-{flour.pk}": "", "said_by": "delegada"}

    answer = client.post(url("plant-readings", factory.pk), said)

    assert answer.url == url("plant", factory.pk) + "?said=readings"
    assert list(OutputReading.objects.values_list("line", "day", "amount", "said_by", "is_confirmed")) == [
        (oil.pk, today(), Decimal("12.50"), "delegada", True)
    ]


def test_nothing_written_keeps_the_form_and_stores_nothing(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    line = make_line(factory)

    page = client.post(url("plant-readings", factory.pk), {"do": "day", "day": today(), "said_by": "delegada"})
    wrong = client.post(
        url("plant-readings", factory.pk),
        {"do": "day", "day": today() + timedelta(days=1), f"line-{line.pk}": "5", "said_by": "delegada"},
    )

    assert [bool(answer.context["day_form"].errors) for answer in (page, wrong)] == [True, True]
    assert OutputReading.objects.count() == 0


def test_a_table_is_looked_at_first_and_stored_when_all_of_it_is_right(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    line = make_line(factory, product="Aceite")
    make_output_reading(line, day=today() - timedelta(days=1), amount=7)
    yesterday, before = (f"{today() - timedelta(days=n):%d/%m/%Y}" for n in (1, 2))
    said = {"table": f"{before}\t5\n{yesterday}\t8", "said_by": "delegada"}

    preview = client.post(url("plant-readings", factory.pk), said | {"do": "preview"})
    stored_then = OutputReading.objects.count()
    saved = client.post(url("plant-readings", factory.pk), said | {"do": "save"})

    assert [(row.given.amount, row.was) for row in preview.context["rows"]] == [(5, None), (8, 7)]
    assert (preview.context["bad"], stored_then, saved.status_code) == ([], 1, 302)
    assert list(line.readings.values_list("amount", flat=True)) == [5, 8]


def test_a_table_with_one_bad_line_stores_nothing(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    make_line(factory)
    said = {"table": "1/3/2026\t5\n2/3/2026\tmucho", "said_by": "delegada", "do": "save"}

    page = client.post(url("plant-readings", factory.pk), said)

    assert ([bad.number for bad in page.context["bad"]], OutputReading.objects.count()) == ([2], 0)


def test_what_management_says_is_not_confirmed_and_does_not_overwrite_what_is(client):
    factory = make_factory()
    line = make_line(factory)
    make_output_reading(line, day=today(), amount=5, is_confirmed=True)
    enter(client, of(MemberRole.MANAGER, factory))
    other_day = today() - timedelta(days=1)
    address = url("plant-readings", factory.pk)

    refused = client.post(address, {"do": "day", "day": today(), f"line-{line.pk}": "9", "said_by": "gerencia"})
    preview = client.post(address, {"do": "preview", "table": f"{today():%d/%m/%Y}\t9", "said_by": "gerencia"})
    taken = client.post(address, {"do": "day", "day": other_day, f"line-{line.pk}": "9", "said_by": "gerencia"})

    assert (refused.status_code, len(preview.context["bad"]), taken.status_code) == (200, 1, 302)
    assert list(line.readings.values_list("amount", "is_confirmed")) == [(9, False), (5, True)]


def test_a_reading_answers_what_was_asked_for_after_a_battle(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    line, battle = make_line(factory), make_battle(factory, state="closed")
    due = make_follow_up(battle, line, due_on=today() - timedelta(days=2))
    later = make_follow_up(battle, line, after_days=90, due_on=today() + timedelta(days=58))

    client.post(
        url("plant-readings", factory.pk), {"do": "day", "day": today(), f"line-{line.pk}": "9", "said_by": "delegada"}
    )

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.reading.amount, later.reading) == (9, None)


@pytest.mark.parametrize(
    ("said", "noted"), [("1.260", "1260.00"), ("1 260,5", "1260.50"), ("1,260", None), ("-1", None)]
)
def test_output_is_written_as_people_write_it_or_asked_again(client, said, noted):
    factory = enter(client, of(MemberRole.DELEGATE))
    line = make_line(factory)

    answer = client.post(
        url("plant-readings", factory.pk), {"do": "day", "day": today(), f"line-{line.pk}": said, "said_by": "delegada"}
    )

    assert [str(reading.amount) for reading in line.readings.all()] == ([noted] if noted else [])
    if noted is None:
        assert (list(answer.context["form"].errors), said in answer.content.decode()) == ([f"line-{line.pk}"], True)


def test_a_delegate_records_a_later_repair_with_the_battle_it_was_learned_at(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    machine, battle = make_machine(factory), make_battle(factory, state="closed")
    said = {"what": "molino", "machine": machine.pk, "on": today(), "learned_from": battle.pk, "said_by": "mecánica"}

    answer = client.post(url("plant-repair", factory.pk), said)

    repair = OwnRepair.objects.get()
    assert answer.url == url("plant", factory.pk) + "?said=repair"
    assert (repair.machine, repair.learned_from, repair.said_by) == (machine, battle, "mecánica")


def test_a_repair_names_machines_and_battles_of_ones_own_plant_alone(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    others = {"machine": make_machine().pk, "learned_from": make_battle(state="closed").pk}
    said = {"what": "molino", "on": today(), "said_by": "mecánica"}

    errors = [
        list(client.post(url("plant-repair", factory.pk), said | {name: key}).context["form"].errors)
        for name, key in others.items()
    ]

    assert (errors, OwnRepair.objects.count()) == ([["machine"], ["learned_from"]], 0)


def test_a_delegate_confirms_the_agreement_once(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    battle = make_battle(factory, state="asking")
    agreement = make_agreement(battle)

    shown = client.get(url("plant", factory.pk)).context["to_confirm"]
    first = client.post(url("agreement-confirm", battle.pk))
    at = type(agreement).objects.get().confirmed_at
    client.post(url("agreement-confirm", battle.pk), {"said_by": "otra"})

    agreement.refresh_from_db()
    assert (list(shown), first.url) == ([agreement], url("plant", factory.pk) + "?said=agreement")
    assert (agreement.confirmed_at, agreement.confirmed_by.memberships.get().factory) == (at, factory)
    assert AuditEvent.objects.filter(kind="battle.agreement_confirmed").count() == 1


def test_other_terms_are_not_those_that_were_confirmed(client):
    battle = make_battle()
    agreement = make_agreement(battle, confirmed_at=battle.created_at, confirmed_as="delegada")
    client.force_login(make_coordinator())

    client.post(
        url("battle-agreement", battle.pk), {"agreed_on": today(), "management": "gerencia", "council": "asamblea"}
    )

    agreement.refresh_from_db()
    assert (agreement.management, agreement.confirmed_at, agreement.confirmed_as) == ("gerencia", None, "")


def test_a_delegate_confirms_before_and_after_and_the_reading_is_confirmed(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    battle = make_battle(factory, state="closed", ended_at=make_battle(state="closed").ended_at)
    line = make_line(factory)
    result = make_line_result(battle, line, before=2, after=10)

    client.post(url("output-confirm", battle.pk, result.pk), {"said_by": "delegada"})

    result.refresh_from_db()
    assert (result.before, result.after, result.confirmed_by) == (2, 10, "delegada")
    assert list(line.readings.values_list("amount", "is_confirmed")) == [(10, True)]


@pytest.mark.parametrize("role", [MemberRole.WORKER, MemberRole.MANAGER])
def test_only_a_delegate_confirms(client, role):
    factory = enter(client, of(role))
    battle = make_battle(factory, state="asking")
    make_agreement(battle)
    result = make_line_result(battle, make_line(factory), before=1, after=2)

    answers = [
        client.post(url("agreement-confirm", battle.pk)).status_code,
        client.post(url("output-confirm", battle.pk, result.pk)).status_code,
    ]

    assert answers == [404, 404]
    assert list(client.get(url("plant", factory.pk)).context["to_confirm"]) == []


def test_strangers_find_nothing(client):
    factory = make_factory()
    battle = make_battle(factory, state="asking")
    make_agreement(battle)
    pages = [
        url("plant-readings", factory.pk), url("plant-repair", factory.pk), url("agreement-print", battle.pk),
    ]  # fmt: skip

    anonymous = [client.get(page).status_code for page in pages]
    answers = []
    for user in (make_user(), make_coordinator(make_region("other")), of(MemberRole.DELEGATE).user):
        client.force_login(user)
        answers += [client.get(page).status_code for page in pages]

    assert (anonymous, answers) == ([302] * 3, [404] * 9)


def test_a_worker_sees_the_plant_but_says_nothing_for_it(client):
    factory = enter(client, of(MemberRole.WORKER))

    assert client.get(url("plant", factory.pk)).status_code == 200
    assert client.get(url("plant-readings", factory.pk)).status_code == 404


def test_the_agreement_prints_what_each_side_brings_without_names(client):
    factory = enter(client, of(MemberRole.DELEGATE))
    battle = make_battle(factory, state="asking")
    make_agreement(battle, sleeping="aula de la planta", management="gerencia")

    page = client.get(url("agreement-print", battle.pk))

    assert page.status_code == 200
    assert [words in page.text for words in ("aula de la planta", "gerencia", battle.title)] == [True] * 3


def test_without_an_agreement_there_is_nothing_to_print(client):
    factory = enter(client, of(MemberRole.DELEGATE))

    assert client.get(url("agreement-print", make_battle(factory, state="asking").pk)).status_code == 404


def test_a_delegate_says_on_the_machines_page_how_it_is(client):
    machine = make_machine(enter(client, of(MemberRole.DELEGATE)))
    page = url("machine", machine.pk)

    form = client.get(page).context["state_form"]
    answer = client.post(url("machine-state", machine.pk), {"state": "stopped", "was": form.initial["was"]})
    empty = client.post(url("machine-state", machine.pk), {"was": ""}, follow=True)

    assert (answer.status_code, answer.url) == (302, page)
    assert machine.statuses.get().state == "stopped"
    assert client.get(page).context["state_form"].initial == {"was": "stopped"}
    assert "Di cómo está la máquina." in empty.content.decode()


def test_what_was_said_of_a_machine_since_the_page_was_drawn_stands(client):
    machine = make_machine(enter(client, of(MemberRole.DELEGATE)))
    make_machine_status(machine, state="badly")

    answer = client.post(url("machine-state", machine.pk), {"state": "running", "was": ""}, follow=True)

    assert machine.statuses.get(until=None).state == "badly"
    assert [str(one) for one in answer.context["messages"]] == [str(STATE_CHANGED)]


def test_workers_without_a_post_see_a_machine_and_no_question(client):
    machine = make_machine(enter(client, of(MemberRole.WORKER)))

    assert client.get(url("machine", machine.pk)).context["state_form"] is None
    assert client.post(url("machine-state", machine.pk), {"state": "running"}).status_code == 404
