"""The strict content policy, seen by a real browser on the real stack."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests import stack
from tests.make import make_user

pytestmark = [pytest.mark.stack, pytest.mark.browser]


PATHS = ["/", "/entrar", "/reportar", "/acerca", "/admin/login/", "/no/such/page"]


INSIDE = [
    "/hoy", "/mesa", "/solicitudes", "/plantas", "/batallas", "/propuestas", "/voluntarios", "/avisos", "/avisos/ajustes",
    "/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/battles/battle/", "/admin/battles/offer/",
    "/admin/contacts/contact/", "/admin/factories/factory/add/", "/admin/factories/breakdownreport/",
    "/admin/volunteers/volunteer/add/", "/admin/audit/auditevent/",
]  # fmt: skip
POLICIES = ("Content Security Policy", "Content-Security-Policy", "ermissions-Policy", "ermissions policy")


def _complaints(page: Page) -> list[str]:
    """Filled while pages are opened."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if any(policy in message.text for policy in POLICIES):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_pages_of_an_administrator_break_no_policy(live_stack: stack.Stack, page: Page) -> None:
    make_user("ana", is_staff=True, is_superuser=True)
    complaints = _complaints(page)

    page.goto(f"{live_stack.url}/entrar")
    page.fill("#id_username", "ana")
    page.fill("#id_password", "secret-word")
    page.click("main button")
    opened = {path: page.goto(live_stack.url + path, wait_until="networkidle") for path in INSIDE}

    assert {path: answer and answer.status for path, answer in opened.items()} == dict.fromkeys(INSIDE, 200)
    assert complaints == []


def test_pages_break_no_content_policy(live_stack: stack.Stack, page: Page) -> None:
    complaints = _complaints(page)

    responses = [page.goto(live_stack.url + path, wait_until="networkidle") for path in PATHS]

    assert [response and response.status for response in responses] == [200, 200, 200, 200, 200, 404]
    assert complaints == []


def test_first_page_fits_every_screen(live_stack: stack.Stack, page: Page) -> None:
    overflow = {}
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        page.goto(live_stack.url)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        overflow[width] = page.evaluate(wide)

    assert overflow == {320: 0, 360: 0, 768: 0, 1280: 0}
