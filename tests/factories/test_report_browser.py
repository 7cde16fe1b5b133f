"""The report page on a phone: without script, and with the draft that the script keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from factories.models import BreakdownReport, ReportVariant
from tests.make import make_common_fault, make_label, make_machine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def phone(browser: Browser, *, has_script: bool) -> Page:
    viewport = {"width": 320, "height": 640}
    context = browser.new_context(viewport=viewport, java_script_enabled=has_script, locale="es-VE")  # type: ignore[arg-type]
    return context.new_page()


def address(live_server: LiveServer) -> str:
    label = make_label()
    make_common_fault(label.machine.kind, code="no-heat", name_es="No calienta")
    return live_server.url + reverse("factories:report", args=[label.token])


def fill_in(page: Page, text: str) -> None:
    page.locator("[name=condition][value=stopped]").check(force=True)
    page.locator("[name=text]").fill(text)


@pytest.mark.parametrize("has_script", [False, True])
def test_sent_once_however_often_one_goes_back(browser: Browser, live_server: LiveServer, has_script: bool) -> None:
    page = phone(browser, has_script=has_script)
    page.goto(address(live_server))
    fill_in(page, "no enciende")
    page.get_by_role("button", name="Enviar reporte").click()
    page.wait_for_url("**/s/*")
    receipt = page.url

    page.reload()
    page.go_back()
    button = page.get_by_role("button", name="Enviar reporte")
    if button.count():
        button.click()
        page.wait_for_url("**/s/*")

    report = BreakdownReport.objects.get()
    assert receipt.endswith(reverse("battles:report-status", args=[report.status_token]))
    assert ReportVariant.objects.count() == 0


@pytest.mark.parametrize("has_script", [False, True])
def test_mistake_keeps_what_was_typed(browser: Browser, live_server: LiveServer, has_script: bool) -> None:
    page = phone(browser, has_script=has_script)
    page.goto(address(live_server))
    fill_in(page, "no enciende")
    page.locator("[name=faults]").check(force=True)
    page.locator("[name=phone]").fill("12345")
    page.get_by_role("button", name="Enviar reporte").click()
    page.locator("#id_phone_error").wait_for()

    kept = [page.locator("[name=text]").input_value(), page.locator("[name=phone]").input_value()]
    page.locator("[name=phone]").fill("0414-1234567")
    page.get_by_role("button", name="Enviar reporte").click()
    page.wait_for_url("**/s/*")

    report = BreakdownReport.objects.get()
    assert kept == ["no enciende", "12345"]
    assert [fault.code for fault in report.faults.all()] == ["no-heat"]
    assert report.reporter.phone == "+584141234567"


def test_page_that_was_lost_comes_back_and_a_sent_one_does_not(browser: Browser, live_server: LiveServer) -> None:
    url = address(live_server)
    page = phone(browser, has_script=True)
    page.goto(url)
    fill_in(page, "no enciende")
    first_id = page.locator("#id_id").input_value()
    other = page.context.new_page()
    other.goto(url)
    restored = [other.locator("[name=text]").input_value(), other.locator("#id_id").input_value()]

    other.get_by_role("button", name="Enviar reporte").click()
    other.wait_for_url("**/s/*")
    other.goto(f"{url}?new=1")

    assert restored == ["no enciende", first_id]
    assert BreakdownReport.objects.get().text == "no enciende"
    assert [other.locator("[name=text]").input_value(), other.locator("#id_id").input_value() == first_id] == [
        "",
        False,
    ]


def test_draft_stays_with_its_machine_and_can_be_dropped(browser: Browser, live_server: LiveServer) -> None:
    first = make_machine()
    second = make_machine(first.factory)
    urls = [f"{live_server.url}/reportar?factory={first.factory.pk}&machine={each.pk}" for each in (first, second)]
    page = phone(browser, has_script=True)
    page.goto(urls[0])
    fill_in(page, "no enciende")
    typed_id = page.locator("#id_id").input_value()

    page.goto(urls[1])
    elsewhere = [page.locator("[name=text]").input_value(), page.locator("#id_id").input_value() == typed_id]
    page.goto(urls[0])
    restored = [page.locator("[name=text]").input_value(), page.locator("#id_id").input_value() == typed_id]
    page.get_by_role("button", name="Empezar de nuevo").click()
    dropped = [page.locator("[name=text]").input_value(), page.locator("#id_id").input_value() == typed_id]
    page.goto(urls[0])

    assert (elsewhere, restored, dropped) == (["", False], ["no enciende", True], ["", False])
    assert page.locator("[name=text]").input_value() == ""


def test_nothing_is_wider_than_a_narrow_phone(browser: Browser, live_server: LiveServer) -> None:
    page = phone(browser, has_script=True)

    for url in (address(live_server), f"{live_server.url}/reportar", f"{live_server.url}/r/nada"):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
