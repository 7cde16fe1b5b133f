"""The administration in a browser: Django's pages, with what `templates/admin` and `static/*/admin.*` mend of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.fire.routes.world import make_world
from tests.make import make_municipality, make_state, make_trade
from tests.pages.walk import Walk, complaints_of, walk

APPS = sorted({model._meta.app_label for model in admin.site._registry})
SHEET = "Nombre;Teléfono;Estado;Municipio;Oficio;Nivel\nÁngela Ñáñez;0414-1234567;Sucre;{home};Soldadura;{level}\n"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("app", APPS)
def test_administration_can_be_used_by_everybody(app: str, live_server: LiveServer, browser: Browser) -> None:
    way = walk(make_world(), "administrator", live_server.url, browser)

    _look(way, [reverse("admin:app_list", args=[app]), *_addresses(app)])

    assert way.wrong == [], "\n".join(way.wrong)
    assert len(way.seen) > 1


def test_pages_around_them_can_be_used_by_everybody(live_server: LiveServer, browser: Browser) -> None:
    world = make_world()
    way = walk(world, "administrator", live_server.url, browser)
    plant = [world.here.factory.pk]

    _look(way, ["/admin/", reverse("admin:factories_factory_history", args=plant)])
    _look(way, [reverse("admin:factories_factory_delete", args=plant), reverse("admin:volunteers_volunteer_add")])

    assert way.wrong == [], "\n".join(way.wrong)
    assert len(way.seen) == 4


@pytest.mark.parametrize("level", ["3", "9"])
def test_file_that_is_looked_at_first_can_be_read_by_everybody(
    level: str, live_server: LiveServer, browser: Browser
) -> None:
    """What it would bring, or what is wrong with it."""
    home = make_municipality(make_state(name="Sucre"), name="Bermúdez")
    make_trade("welding", name_es="Soldadura")
    page = walk(make_world(), "administrator", live_server.url, browser).context.new_page()

    page.goto(live_server.url + reverse("admin:volunteers_volunteer_import"))
    table = SHEET.format(home=home.name, level=level).encode()
    page.set_input_files("[name=import_file]", {"name": "gente.csv", "mimeType": "text/csv", "buffer": table})
    page.click("[type=submit].default")

    expect(page.locator("main tbody th").first).to_have_text("2")
    assert complaints_of(page, main="#content-start") == []


def _look(way: Walk, addresses: list[str]) -> None:
    """A page that is not there for what is written by actions alone answers 403, and is passed by."""
    page = way.context.new_page()
    for address in addresses:
        response = page.goto(way.url + address)
        assert response is not None
        if response.status == 403:
            continue
        way.seen.append(address)
        found = complaints_of(page, main="#content-start") if response.ok else [f"answers {response.status}"]
        way.wrong += [f"{address}: {what}" for what in found]


def _addresses(app: str) -> Iterator[str]:
    for model, kept in admin.site._registry.items():
        if model._meta.app_label == app:
            yield from _pages_of(model, has_import=hasattr(kept, "importer"))


def _pages_of(model: type[Model], *, has_import: bool) -> Iterator[str]:
    """Its list, the form of a row (an empty one where there is none), the import."""
    names = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{names}_changelist")
    row = model._base_manager.first()
    yield reverse(f"{names}_change", args=[row.pk]) if row else reverse(f"{names}_add")
    if has_import:
        yield reverse(f"{names}_import")
