"""Pages of the phone that have something on them: waiting, arrived, not taken. For eyes, keyboards and screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import stack
from tests.make import make_label, make_missed_action, make_offer, make_received_action, make_seat, make_volunteer
from tests.offline.phone import SEND
from tests.offline.road import Traveller, on_the_road
from tests.offline.test_outbox import PUT
from tests.pages.walk import complaints_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONTROLLED = "navigator.serviceWorker.controller !== null"
STATES = "epoOutbox.list().then(all => all.map(one => one.state))"


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Traveller:
    """The content policy is set aside, for what looks at the page is a script of another house."""
    return on_the_road(browser, live_server.url, bypass_csp=True, color_scheme="light")


def reports(phone: Traveller, text: str) -> None:
    phone.page.locator("[name=condition][value=stopped]").check(force=True)
    phone.page.locator("[name=text]").fill(text)
    phone.page.get_by_role("button", name=SEND).click()


def test_form_and_list_of_reports_without_network(phone: Traveller) -> None:
    label, other = make_label(), make_label()
    phone.page.goto(f"{phone.url}/r/{label.token}")
    stack.wait_until(lambda: phone.page.evaluate(CONTROLLED))
    for text in ("con línea", "x" * 3_000_000):
        phone.page.evaluate(PUT, text)
    phone.page.evaluate("epoOutbox.send()")
    stack.wait_until(lambda: phone.page.evaluate(STATES) == ["sent", "refused"])
    phone.loses_the_line()

    phone.page.goto(f"{phone.url}/r/{other.token}")
    wrong = [f"the form: {each}" for each in complaints_of(phone.page)]
    reports(phone, "sin línea")
    stack.wait_until(lambda: phone.page.evaluate(STATES) == ["sent", "refused", "waiting"])
    wrong += [f"the form afterwards: {each}" for each in complaints_of(phone.page)]
    phone.page.goto(f"{phone.url}/sin-red")
    expect(phone.page.locator("#waits .pill")).to_have_count(3)
    phone.page.evaluate("document.querySelectorAll('#waits details').forEach(one => { one.open = true; })")
    wrong += [f"the list: {each}" for each in complaints_of(phone.page)]

    assert wrong == [], "\n".join(wrong)


def test_what_could_not_be_done_is_read_by_everybody(phone: Traveller) -> None:
    person = make_volunteer()
    offer = make_offer(make_seat(), person)
    answer = {"code": "ended", "detail": "La batalla terminó.", "state": "closed"}
    late = make_received_action(
        by=person.user, kind="battle.diary", intent={"said": {"text": "Se alineó el eje"}}, answer=answer
    )
    make_missed_action(offer.battle, received=late)
    phone.signs_in(person.user)
    phone.keeps()
    phone.loses_the_line()

    phone.opens()
    expect(phone.page.locator("#road")).to_contain_text("La batalla terminó.")

    assert complaints_of(phone.page) == []
