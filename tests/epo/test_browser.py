"""The strict content policy, seen by a real browser on the real stack."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests import stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


PATHS = ["/", "/entrar", "/reportar", "/acerca", "/admin/login/", "/no/such/page"]


def test_pages_break_no_content_policy(live_stack: stack.Stack, page: Page) -> None:
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
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
