"""Every page of the configuration in a browser: labels, contrast in light and dark, keyboard, width of a small phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.fire.routes import ROUTES
from tests.fire.routes.world import make_world
from tests.pages.walk import NOT_OURS, complaints_of, pages_of, walk

ACTORS = ("anonymous", "crew", "asked", "contact", "nation", "administrator")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("actor", ACTORS)
def test_pages_can_be_used_by_everybody(actor: str, live_server: LiveServer, browser: Browser) -> None:
    way = walk(make_world(), actor, live_server.url, browser)

    way.through(pages_of(actor))

    assert way.seen != []
    assert way.wrong == [], "\n".join(way.wrong)


def test_no_page_is_left_out() -> None:
    looked_at = {route.name for actor in ACTORS for route in pages_of(actor)}
    pages = {route.name for route in ROUTES if "GET" in route.does and not route.is_api}

    assert pages - looked_at == NOT_OURS


def test_page_of_the_api_is_drawn_without_leave_for_more(live_server: LiveServer, browser: Browser) -> None:
    """Swagger's stylesheet holds images that the content policy refuses; ours takes their place."""
    page, complaints = browser.new_context(locale="es-VE").new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    page.goto(f"{live_server.url}/api/docs/")
    page.locator("#operations-tag-trades").click()
    page.locator("[id$='-trades_list'] button").first.click()
    page.locator(".try-out__btn").first.click()

    expect(page.locator(".execute")).to_be_visible()
    assert complaints == []


def test_page_that_shuts_people_out_is_found(browser: Browser) -> None:
    page = browser.new_context(bypass_csp=True).new_page()
    page.set_content(
        """<title>x</title><style>:focus { outline: none } p { color: #ccc }</style><div id="main"></div>
        <p>pale</p><a href="/x">first</a><input name="nameless"><table width="900"><tr><td>wide</td></tr></table>"""
    )

    found = " ".join(complaints_of(page))

    expected = ["color-contrast", "label", "html-has-lang", "wider than 320", "comes before", "focus does not show"]
    assert [what for what in expected if what not in found] == []
