"""Reports that are written without network: they survive the phone, the line and the clock, and arrive once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.utils.timezone import now
from PIL import Image
from playwright.sync_api import expect

from bench.fire.proxy import Line
from factories.models import BreakdownReport, Photo, RawIntake, ReportVariant
from tests import stack
from tests.make import make_label
from tests.offline.phone import DEAD, SEND, WAITING, becomes, label_page, site

if TYPE_CHECKING:
    from bench.fire.proxy import Proxy
    from tests.offline.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BAD = Line(latency=0.05, cut_in=0.25, swallow=0.25)
WEEK = timedelta(days=7)
ORIENTATION = 0x0112


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
    told = phone.page.locator("#outbox p").first
    expect(told).to_have_text("Un reporte espera en este teléfono y sale solo cuando haya línea.")
    becomes(line, Line())
    phone.page.locator("[data-send-now]").dispatch_event("click")  # it may have gone by itself by now
    phone.waits_for(0)

    report = BreakdownReport.objects.get()
    assert (report.text, report.label, report.machine, nothing_odd()) == ("no enciende", label, label.machine, True)


def test_sixty_reports_survive_twelve_dead_batteries_and_a_bad_line(line: Proxy, phone: Phone) -> None:
    first, other, small = make_label(), make_label(), picture((640, 480))
    phone.opens(label_page(line, first))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.page.evaluate(
        "epoOutbox.put([{id: epoOutbox.id(), url: '/healthz', json: {}, label: 'nobody takes this one'}])"
    )

    for number in range(60):
        if number % 5 == 0:
            phone.opens(label_page(line, (first, other)[number % 2]))
        phone.reports(f"parada {number:02}", photos=(small,) if number % 10 == 3 else ())
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
    photos = Photo.objects.order_by("report__text").values_list("report__text", flat=True)
    assert list(photos) == [f"parada {number:02}" for number in range(3, 60, 10)]
    assert [line.seen[fault] > 0 for fault in ("cut", "swallowed", "silent")] == [True, True, True]
    left = phone.page.evaluate("epoOutbox.list().then(all => all.filter(one => one.state === 'waiting'))")
    assert [entry["label"] for entry in left] == ["nobody takes this one"]


def test_photos_follow_their_report_each_by_itself_and_small(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.reports("pierde aceite", photos=(picture((2560, 1920)), picture((2560, 1920), turned=6)))

    becomes(line, Line())
    phone.sends_now()
    phone.waits_for(0)

    report = BreakdownReport.objects.get()
    sizes = sorted(size_of(photo) for photo in Photo.objects.filter(report=report))
    assert (report.text, sizes) == ("pierde aceite", [(960, 1280), (1280, 960)])


def size_of(photo: Photo) -> tuple[int, int]:
    with Image.open(photo.original.path) as picture:
        return picture.size


def picture(size: tuple[int, int], turned: int = 1) -> bytes:
    """`turned` as phones say it that are held upright: in the Exif data alone."""
    out, exif = BytesIO(), Image.Exif()
    exif[ORIENTATION] = turned
    Image.effect_noise(size, 60).save(out, "JPEG", quality=95, exif=exif)
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


def test_report_that_lacks_something_is_not_put_away_and_what_was_missing_is_told_until_it_is_there(
    line: Proxy, phone: Phone
) -> None:
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
    phone.reports("no enciende")
    expect(phone.page.get_by_text("Elige cómo está la máquina")).to_have_count(0)


def test_other_pages_open_on_what_waits(line: Proxy, phone: Phone) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    phone.reports("no enciende")

    phone.opens(site(line) + "/logros")

    rows = phone.page.locator("#waits li")
    expect(phone.page.locator("h1")).to_have_text("En este teléfono")
    expect(rows).to_have_count(1)
    assert "no%20enciende" in (rows.locator("[data-sms]").get_attribute("href") or "")
