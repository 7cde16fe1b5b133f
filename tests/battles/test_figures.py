"""What was achieved, as a worker keeps it for the public."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from battles.actions import figures as actions
from battles.impact import Place, impact, read, written
from battles.models import PublicFigures
from battles.tasks import keep_figures
from battles.views.impact import NAMED
from epo.core import say
from tests.battles.test_impact import story
from tests.make import make_factory, make_line, make_line_result, make_municipality, make_public_figures

pytestmark = pytest.mark.django_db


def test_what_is_kept_is_what_the_rows_tell():
    plant = make_factory()
    battle = story(plant, may_publish=True)
    story(make_factory())
    make_line_result(battle, make_line(plant, unit="cajas", nominal=None), before=1, after=3)

    keep_figures()

    kept = PublicFigures.objects.get()
    assert read(kept.document) == impact()
    assert read(json.loads(json.dumps(written(impact())))) == impact()


def test_nothing_yet_can_be_kept_too():
    keep_figures()

    assert actions.figures().impact == impact()


def test_figures_are_those_kept_until_a_worker_makes_them_again(client):
    story(make_factory())
    keep_figures()
    before = impact()
    story(make_factory())

    stale = [client.get(address).context["impact"] for address in ("/", "/logros")]
    keep_figures()
    fresh = [client.get(address).context["impact"] for address in ("/", "/logros")]

    assert (stale, fresh) == ([before] * 2, [impact()] * 2)
    assert (before.battles, impact().battles) == (1, 2)


def test_figures_that_are_not_kept_are_worked_out_and_a_worker_is_asked(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr("epo.work.nudge._publish", lambda task, *_: asked.append(task.name))
    story(make_factory())

    with django_capture_on_commit_callbacks(execute=True):
        page = client.get("/")

    assert (page.status_code, page.context["impact"]) == (200, impact())
    assert (asked, PublicFigures.objects.count()) == (["battles.tasks.keep_figures"], 0)


@pytest.mark.parametrize(("minutes", "is_kept"), [(59, True), (61, False)])
def test_figures_that_no_worker_renewed_for_an_hour_are_worked_out(minutes, is_kept):
    made_at = timezone.now() - timedelta(minutes=minutes)
    make_public_figures(made_at=made_at)
    story(make_factory())

    told = actions.figures()

    assert (told.impact.battles, told.as_of == made_at) == ((0, True) if is_kept else (1, False))


def test_the_time_of_the_figures_is_told(client):
    row = make_public_figures()

    pages = [client.get(address).content.decode() for address in ("/", "/logros")]

    assert [f"Cifras calculadas: {say.moment(row.made_at)}." in page for page in pages] == [True, True]


def test_a_visitor_asks_the_database_for_what_is_kept_and_the_names_of_the_states(client):
    for _ in range(3):
        story(make_factory(), may_publish=True)
    keep_figures()

    with CaptureQueriesContext(connection) as queries:
        client.get("/")

    assert [query["sql"].partition(" FROM ")[2].split()[0].strip('"') for query in queries.captured_queries] == [
        "battles_publicfigures",
        "places_state",
    ]


def test_nobody_is_named_in_what_is_kept():
    story(make_factory(name="Fundición Abierta"), may_publish=True)
    story(make_factory(name="Planta Callada"))
    keep_figures()

    document = json.dumps(PublicFigures.objects.get().document, ensure_ascii=False)

    assert [word for word in ("Perdomo", "Juan", "Callada") if word in document] == []
    assert "Fundición Abierta" in document


# Dots on the map


def test_plants_of_one_municipality_are_one_place():
    here = make_municipality(name="Cariaco")
    first, second = (make_factory(municipality=here, name=name) for name in ("Bomba Dos", "Alfa Uno"))
    for plant in (first, first, second):
        story(plant, may_publish=True)

    assert impact().places == [Place(here.lat, here.lon, "Cariaco", ["Alfa Uno", "Bomba Dos"], 3)]


def test_dots_that_would_fall_on_one_another_are_one_with_their_number(client):
    for name, lat in (("Cariaco", 10.5), ("Cumaná", 10.6), ("Maturín", 8.0)):
        story(
            make_factory(municipality=make_municipality(name=name, lat=lat), name=f"Planta de {name}"), may_publish=True
        )

    page = client.get("/").content.decode()

    assert page.count('<circle class="place"') == 2
    assert "<title>Cariaco, Cumaná: Planta de Cariaco; Planta de Cumaná (2 batallas)</title>" in page
    assert page.count('text-anchor="middle">2</text>') == 1
    assert [name for name in ("Cariaco", "Cumaná", "Maturín") if f'<th scope="row">{name}</th>' not in page] == []


def test_many_plants_in_one_dot_are_counted_instead_of_named(client):
    here = make_municipality(name="Cariaco")
    for _ in range(NAMED + 1):
        story(make_factory(municipality=here), may_publish=True)

    page = client.get("/").content.decode()

    assert f"<title>Cariaco: {NAMED + 1} plantas ({NAMED + 1} batallas)</title>" in page
