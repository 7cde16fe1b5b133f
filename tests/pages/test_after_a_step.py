"""Pages that no address alone leads to: the second step of a sign-in, forms that came back, what is not there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from epo.accounts import factor as numbers
from epo.contacts.models import ContactView
from tests import second_step
from tests.fire.routes.world import make_world
from tests.make import (
    make_battle_request,
    make_common_fault,
    make_coordinator,
    make_label,
    make_machine,
    make_own_repair,
    make_volunteer,
)
from tests.pages.walk import complaints_of, walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_context(locale="es-VE", bypass_csp=True, color_scheme="light").new_page()


def _first_step(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/entrar")
    page.fill("[name=username]", name)
    page.fill("[name=password]", "secret-word")
    page.click("main form button.primary")


def test_second_step_can_be_taken_by_everybody(page: Page, live_server: LiveServer) -> None:
    second_step.add_factor(make_coordinator(username="ana"))

    _first_step(page, live_server.url, "ana")
    expect(page.locator("h1")).to_have_text("Segundo paso")
    wrong = complaints_of(page)
    page.fill("[name=code]", "000000")
    page.click("main form button.primary")

    expect(page.locator(".field.wrong")).to_be_visible()
    assert wrong + complaints_of(page) == []


def test_second_step_can_be_set_up_by_everybody(page: Page, live_server: LiveServer) -> None:
    make_coordinator(username="ana")

    _first_step(page, live_server.url, "ana")
    wrong = complaints_of(page)
    offered = numbers.signing.loads(page.input_value("[name=offered]"), salt=numbers.OFFER_SALT)
    page.fill("[name=code]", numbers.code_at(offered["seed"], numbers.step_now()))
    page.click("main form button.primary")

    expect(page.locator("main .rows .code")).to_have_count(10)
    assert wrong + complaints_of(page) == []


@pytest.mark.parametrize("address", ["/r/{label}", "/entrar", "/voluntariado{home}"])
def test_form_that_comes_back_can_be_mended_by_everybody(address: str, page: Page, live_server: LiveServer) -> None:
    """Sent as it came, with nothing in it."""
    machine = make_machine()
    make_common_fault(machine.kind)
    volunteer = make_volunteer("welding")
    home = f"?municipality={volunteer.home.code}&trade={volunteer.qualifications.get().trade_id}&next=1"

    page.goto(live_server.url + address.format(label=make_label(machine).token, home=home))
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button.primary").first.click()

    expect(page.locator(".field.wrong, [role=alert]").first).to_be_visible()
    assert complaints_of(page) == []


def test_contact_details_that_were_asked_for_can_be_read_by_everybody(
    live_server: LiveServer, browser: Browser
) -> None:
    world = make_world()
    page = walk(world, "nation", live_server.url, browser).context.new_page()

    page.goto(f"{live_server.url}/voluntarios/{world.here.person.pk}")
    page.click("main [name=show]")

    assert complaints_of(page) == []
    assert ContactView.objects.count() == 1


def test_what_a_number_is_made_of_can_be_read_by_everybody(page: Page, live_server: LiveServer) -> None:
    """The first of these pages is walked to with all others."""
    place = make_world().here
    make_own_repair(place.factory, machine=place.machine, learned_from=place.closed)
    make_battle_request(place.closed, place.partly, outcome=place.partly.state, is_active=False)
    wrong, rows = [], 0

    for what in ("batallas", "reparaciones", "reparaciones-propias", "jornadas"):
        page.goto(f"{live_server.url}/logros/{what}")
        rows += page.locator("main tbody tr").count()
        wrong += [f"{what}: {each}" for each in complaints_of(page)]

    assert wrong == []
    assert rows > 2


@pytest.mark.parametrize(("address", "status"), [("/nada", 404), ("/c/nada", 404), ("/r/nada", 404), ("/s/nada", 404)])
def test_page_that_is_not_there_says_so_to_everybody(
    address: str, status: int, page: Page, live_server: LiveServer
) -> None:
    response = page.goto(live_server.url + address)

    assert response is not None
    assert response.status == status
    assert re.search(r"\w", page.locator("h1").inner_text())
    assert complaints_of(page) == []
