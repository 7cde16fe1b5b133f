from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from battles import open_data
from battles.impact import impact
from battles.impact_places import K
from battles.states import RequestState
from epo.core.clock import today
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_common_fault,
    make_crew_day,
    make_factory,
    make_line,
    make_line_result,
    make_machine,
    make_machine_kind,
    make_municipality,
    make_offer,
    make_output_reading,
    make_own_repair,
    make_region,
    make_repair_request,
    make_report,
    make_request_report,
    make_seat,
    make_sector,
    make_state,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

PAGES = ("produccion", "batallas", "reparaciones", "reparaciones-propias", "jornadas")


def story(factory, *, may_publish=False, days_ago=40):
    """A battle that is over: one machine repaired, one in part, a line that gained, two people of five days."""
    ended = now() - timedelta(days=days_ago)
    battle = make_battle(factory, state="closed", first_day=today() - timedelta(days=days_ago + 5), ended_at=ended)
    make_agreement(battle, may_publish=may_publish)
    for outcome in (RequestState.REPAIRED, RequestState.PARTLY_REPAIRED):
        request = make_repair_request(make_machine(factory), state=outcome)
        make_battle_request(battle, request, outcome=outcome, is_active=False)
    line = make_line(factory, unit="t", nominal=100)
    make_line_result(battle, line, before=0, after=50)
    make_output_reading(line, day=today() - timedelta(days=1), amount=40)
    for name in ("Yelitza", "Ramón"):
        offer = make_offer(make_seat(battle), make_volunteer("welding", name=f"{name} Perdomo"), state="done")
        for day in range(3):
            make_crew_day(offer, battle.first_day + timedelta(days=day))
    make_own_repair(factory, what="molino de Juan Pérez", machine=make_machine(factory), learned_from=battle)
    return battle


def test_impact_adds_up_what_battles_achieved():
    plant = make_factory()
    story(plant, may_publish=True)
    story(plant, days_ago=10)
    make_own_repair(make_factory())
    make_battle(state="under_way")
    make_battle(state="called_off")

    found = impact()

    assert (found.battles, found.plants, found.repaired, found.partly) == (2, 1, 2, 2)
    assert (found.people, found.days) == (4, 12)
    assert (found.own_repairs, found.learned, found.multiplier) == (3, 2, 1.0)
    assert ([(total.unit, total.gain) for total in found.totals], found.share) == ([("t", Decimal(80))], Decimal("0.4"))
    assert (found.by_state, found.hidden) == ({plant.municipality.state.code: 1}, 1)


def test_nothing_yet_is_told_without_a_figure(client):
    page = client.get("/")

    assert (page.status_code, impact().multiplier, impact().share_percent) == (200, None, None)


def test_only_plants_that_agreed_are_named(client):
    story(make_factory(name="Fundición Abierta"), may_publish=True)
    story(make_factory(name="Planta Callada"))

    front = client.get("/").content.decode()
    told = "".join(client.get(reverse("battles:achieved-detail", args=[what])).content.decode() for what in PAGES)

    assert [place.plants for place in impact().places] == [["Fundición Abierta"]]
    assert ("Fundición Abierta" in front, "Planta Callada" in front) == (True, False)
    assert ("Fundición Abierta" in told, "Planta Callada" in told) == (True, False)


def test_nobody_is_named_in_public(client):
    """Nor what people wrote: titles, notes, what own repairs were called."""
    story(make_factory(), may_publish=True)
    addresses = ["/", reverse("battles:open-data"), reverse("battles:open-data-csv"), reverse("battles:open-data-json")]
    addresses += [reverse("battles:achieved-detail", args=[what]) for what in PAGES]

    for address in addresses:
        answer = client.get(address)
        text = answer.getvalue().decode()

        assert (answer.status_code, "Perdomo" in text, "Juan" in text) == (200, False, False), address


def test_an_unknown_detail_is_not_found(client):
    assert client.get("/logros/secretos").status_code == 404


def test_a_page_number_that_is_none_shows_a_page(client):
    story(make_factory())

    assert client.get("/logros/batallas?page=zzz").status_code == 200


def test_who_has_a_page_of_their_own_is_led_there(client):
    client.force_login(make_user())
    stays = client.get("/")
    client.logout()
    client.force_login(make_volunteer(user=make_user()).user)
    goes = client.get("/")

    assert (stays.status_code, goes.status_code) == (200, 302)


@pytest.mark.parametrize("address", ["/", "/logros/produccion", "/logros/batallas", "/logros/jornadas"])
def test_public_pages_take_as_many_queries_for_many_battles(client, address):
    counts = []
    for many in (1, 6):
        for _ in range(many):
            story(make_factory(), may_publish=True)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# Open data


def the_rows(client):
    text = client.get(reverse("battles:open-data-csv")).getvalue().decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_open_data_tells_machine_fault_outcome_and_crew(client):
    plant = make_factory(name="Taller Abierto", sector=make_sector("food"))
    battle = story(plant, may_publish=True)
    kind = make_machine_kind("boiler")
    request = make_repair_request(make_machine(plant, kind=kind), state="not_repairable", condition="dangerous")
    report = make_report(request.machine)
    report.faults.add(make_common_fault(kind, code="leak"))
    make_request_report(request, report)
    link = make_battle_request(battle, request, outcome="not_repairable", barrier="no_part", is_active=False)

    rows = {row["id"]: row for row in the_rows(client)}

    assert len(rows) == 3
    assert rows[f"R{link.pk}"] == {
        "id": f"R{link.pk}", "battle": f"B{battle.pk}", "month": f"{battle.ended_at:%Y-%m}", "sector": "food",
        "region": plant.municipality.state.region.code, "state": plant.municipality.state.code,
        "plant": "Taller Abierto", "machine_kind": "boiler", "faults": "leak", "was": "dangerous",
        "outcome": "not_repairable", "barrier": "no_part", "days_in_plant": "5", "people": "2", "trades": "welding",
    }  # fmt: skip


def test_open_data_is_the_same_as_json(client):
    story(make_factory())

    told = client.get(reverse("battles:open-data-json"))
    data = json.loads(told.getvalue())

    assert (told["Content-Type"], data["licence"], data["fields"]) == (
        "application/json",
        "CC0-1.0",
        list(open_data.FIELDS),
    )
    assert [{name: str(value) for name, value in row.items()} for row in data["repairs"]] == the_rows(client)


@pytest.mark.parametrize(
    ("in_state", "in_region", "elsewhere", "told"),
    [
        (K, 0, 0, ("gas", "oriental", True)),
        (K - 1, 1, 0, ("gas", "oriental", False)),
        (K - 1, K, 0, ("", "", False)),
        (K - 1, 0, 1, ("gas", "", False)),
        (K - 1, 0, K, ("", "", False)),
        (K - 1, 0, 0, ("", "", False)),
    ],
    ids=["state", "region", "alone left of the region", "sector", "alone left of the sector", "nothing"],
)
def test_a_plant_is_told_of_only_among_others_that_could_be_meant(client, in_state, in_region, elsewhere, told):
    """`in_state` plants of the sector stand in one state, the one told of among them; `in_region` in one beside it."""
    region, other = make_region("oriental"), make_region("los llanos")
    here, beside = make_municipality(make_state(region)), make_municipality(make_state(region))
    far, sector = make_municipality(make_state(other)), make_sector("gas")
    many = {here: in_state, beside: in_region, far: elsewhere}
    plants = [make_factory(municipality=place, sector=sector) for place, n in many.items() for _ in range(n)]
    make_factory(municipality=here, sector=make_sector("food"))
    story(plants[0])

    row = the_rows(client)[0]

    assert (row["sector"], row["region"], row["state"] == here.state.code, row["plant"]) == (*told, "")


def test_plants_that_are_named_hide_nobody(client):
    """Who knows that the named ones are not meant counts only the others."""
    place, sector = make_municipality(), make_sector("gas")
    quiet, *named = [make_factory(municipality=place, sector=sector) for _ in range(K)]
    story(quiet)
    for plant in named:
        story(plant, may_publish=True)

    hidden = [row for row in the_rows(client) if not row["plant"]]

    assert {(row["sector"], row["state"], row["machine_kind"]) for row in hidden} == {("", "", "")}


def test_the_agreement_of_one_battle_does_not_speak_for_another(client):
    plant = make_factory(name="Planta Callada")
    story(plant, may_publish=True)
    story(plant, days_ago=10)

    told = client.get("/logros/batallas").content.decode()
    lines = client.get("/logros/produccion").content.decode()

    assert (told.count("Planta Callada"), lines.count("Planta Callada")) == (1, 1)
    assert [row["plant"] for row in the_rows(client)] == ["Planta Callada"] * 2 + [""] * 2


def test_what_a_plant_makes_is_not_told_where_it_is_not_named(client):
    for may_publish in (True, False):
        plant = make_factory()
        battle = story(plant, may_publish=may_publish)
        make_line_result(battle, make_line(plant, product=f"sardina {may_publish}"), before=0)

    told = client.get("/logros/produccion").content.decode()

    assert ("sardina True" in told, "sardina False" in told) == (True, False)


def test_open_data_never_executes(client):
    story(make_factory(name='=HYPERLINK("x")'), may_publish=True)

    assert {row["plant"] for row in the_rows(client)} == {'\'=HYPERLINK("x")'}


def test_every_field_of_open_data_is_explained(client):
    page = client.get(reverse("battles:open-data")).content.decode()

    assert [name for name in open_data.FIELDS if f"<code>{name}</code>" not in page] == []
