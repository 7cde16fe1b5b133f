"""Reports that are written without network: they survive the phone, the line and the clock, and arrive once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from bench.fire.proxy import Line, Proxy
from factories.models import BreakdownReport, Photo, RawIntake, ReportVariant
from tests import stack
from tests.make import make_label
from tests.offline.phone import SEND, WAITING, Phone, switched_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Playwright
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEAD = Line(cut_after=0)
BAD = Line(latency=0.05, cut_in=0.25, swallow=0.25)
WEEK = timedelta(days=7)


@pytest.fixture
def phone(playwright: Playwright, tmp_path: Path) -> Iterator[Phone]:
    with switched_on(playwright, tmp_path / "profile") as one:
        yield one


@pytest.fixture
def line(live_server: LiveServer, phone: Phone) -> Iterator[Proxy]:
    """Between phone and server; it ends first, so that no request is under way when the tables are emptied."""
    address = urlsplit(live_server.url)
    with Proxy((address.hostname or "", address.port or 0)) as proxy:
        yield proxy


def becomes(proxy: Proxy, line: Line) -> None:
    """For connections that are open as well: those of a page are kept alive."""
    proxy.line = line
    proxy.drop()


def site(proxy: Proxy) -> str:
    return f"http://localhost:{proxy.address[1]}"


def label_page(proxy: Proxy, label: object = None) -> str:
    label = label or make_label()
    return site(proxy) + reverse("factories:report", args=[label.token])  # type: ignore[attr-defined]


def texts() -> list[str]:
    return list(BreakdownReport.objects.order_by("text").values_list("text", flat=True))


def nothing_odd() -> bool:
    return not (ReportVariant.objects.exists() or RawIntake.objects.exists())


def test_report_on_a_machine_never_visited_before_arrives_with_its_label(line: Proxy, phone: Phone) -> None:
    label = make_label()
    phone.opens(site(line) + "/reportar")
    phone.keeps_the_site()
    becomes(line, DEAD)

    phone.opens(label_page(line, label))
    phone.reports("no enciende", machine_name="Horno")
    shown = phone.page.locator("#outbox p").first.inner_text()
    becomes(line, Line())
    phone.page.get_by_role("button", name="Enviar ahora").click()
    phone.waits_for(0)

    report = BreakdownReport.objects.get()
    assert shown == "Un reporte espera en este teléfono y sale solo cuando haya línea."
    assert (report.text, report.label, report.machine, nothing_odd()) == ("no enciende", label, label.machine, True)


def test_sixty_reports_survive_twelve_dead_batteries_and_a_bad_line(line: Proxy, phone: Phone) -> None:
    first, other = make_label(), make_label()
    phone.opens(label_page(line, first))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.page.evaluate(
        "epoOutbox.put([{id: epoOutbox.id(), url: '/healthz', json: {}, label: 'nobody takes this one'}])"
    )

    for number in range(60):
        if number % 5 == 0:
            phone.opens(label_page(line, (first, other)[number % 2]))
        phone.reports(f"parada {number:02}")
        if number % 5 == 4:
            phone.battery_dies()
            phone.switch_on()
    becomes(line, Line(silent=True))
    phone.opens(site(line) + "/sin-red")
    stack.wait_until(lambda: line.seen["silent"] > 0)
    becomes(line, BAD)
    phone.battery_dies()
    phone.switch_on()
    for _round in range(40):
        phone.opens(site(line) + "/sin-red")
        phone.sends_now()
        if phone.page.evaluate(WAITING) == 1:
            break

    assert texts() == [f"parada {number:02}" for number in range(60)]
    assert nothing_odd()
    assert [line.seen[fault] > 0 for fault in ("cut", "swallowed", "silent")] == [True, True, True]
    left = phone.page.evaluate("epoOutbox.list().then(all => all.filter(one => one.state === 'waiting'))")
    assert [entry["label"] for entry in left] == ["nobody takes this one"]


def test_photos_follow_their_report_each_by_itself_and_small(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.writes("pierde aceite")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture(n)} for n in range(2)]
    phone.page.set_input_files("[name=photos]", files)  # type: ignore[arg-type]
    phone.page.get_by_role("button", name=SEND).click()
    phone.waits_for(3)

    becomes(line, Line())
    phone.sends_now()
    phone.waits_for(0)

    report = BreakdownReport.objects.get()
    sizes = [size_of(photo) for photo in Photo.objects.filter(report=report)]
    assert (report.text, sizes) == ("pierde aceite", [(1280, 960), (1280, 960)])


def size_of(photo: Photo) -> tuple[int, int]:
    with Image.open(photo.original.path) as picture:
        return picture.size


def picture(seed: int) -> bytes:
    out = BytesIO()
    Image.effect_noise((2560, 1920), 60 + seed).save(out, "JPEG", quality=95)
    return out.getvalue()


def test_answer_that_was_swallowed_on_the_page_is_no_second_report(line: Proxy, phone: Phone) -> None:
    """The page sends first by its own address, then by the outbox: the same report must be the same both ways."""
    phone.opens(label_page(line))
    phone.keeps_the_site()
    phone.writes("no enciende\nhuele a quemado", name=" Ana ", phone="0414-1234567")
    becomes(line, Line(swallow=1.0))
    phone.page.get_by_role("button", name=SEND).click()
    phone.waits_for(1)
    becomes(line, Line())
    phone.sends_now()
    phone.waits_for(0)

    report = BreakdownReport.objects.get()
    assert (line.seen["swallowed"] > 0, report.text, nothing_odd()) == (True, "no enciende\nhuele a quemado", True)
    assert (report.reporter.name, report.reporter.phone) == ("Ana", "+584141234567")


def test_expired_session_and_rotated_token_hold_nothing_up(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.reports("uno")
    phone.context.clear_cookies()
    for name in ("sessionid", "csrftoken"):
        phone.context.add_cookies([{"name": name, "value": "z" * 32, "url": site(line)}])

    becomes(line, Line())
    phone.sends_now()
    phone.waits_for(0)

    assert (texts(), nothing_odd()) == (["uno"], True)


def test_two_tabs_send_each_report_once_and_in_order(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    other = phone.context.new_page()
    other.goto(label_page(line))
    becomes(line, DEAD)
    for number in range(6):
        phone.reports(f"parada {number}")

    becomes(line, Line(latency=0.05))
    for tab in (phone.page, other):
        tab.evaluate("{ epoOutbox.send() }")
    phone.waits_for(0)

    order = list(BreakdownReport.objects.order_by("received_at").values_list("text", flat=True))
    assert (order, nothing_odd()) == ([f"parada {number}" for number in range(6)], True)
    assert line.seen["opened"] < 100


@pytest.mark.parametrize("wrong_by", [-WEEK, WEEK])
def test_clock_that_is_a_week_wrong_changes_nothing(line: Proxy, phone: Phone, wrong_by: timedelta) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.reports("antes")
    phone.page.clock.install(time=now() + wrong_by)
    phone.opens(label_page(line))
    phone.reports("después")

    becomes(line, Line())
    phone.sends_now()
    phone.waits_for(0)

    order = list(BreakdownReport.objects.order_by("received_at").values_list("text", flat=True))
    assert (order, nothing_odd()) == (["antes", "después"], True)


def test_report_that_lacks_something_is_not_put_away(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.opens(label_page(line))

    phone.page.get_by_role("button", name=SEND).click()
    said = phone.page.get_by_role("alert").inner_text()

    assert (said, phone.page.evaluate("epoOutbox.list()")) == (
        "Elige cómo está la máquina y di en pocas palabras qué pasó.",
        [],
    )


def test_other_pages_open_on_what_waits(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.reports("no enciende")

    phone.opens(site(line) + "/logros")

    rows = phone.page.locator("#waits li")
    assert (phone.page.locator("h1").inner_text(), rows.count()) == ("En este teléfono", 1)
    assert "no%20enciende" in (rows.locator("[data-sms]").get_attribute("href") or "")
