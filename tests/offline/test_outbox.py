"""What protects a report that waits, each thing by itself, and what stays of people on a phone."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from bench.fire.proxy import Line
from epo.core import offline
from factories.models import BreakdownReport
from tests import stack
from tests.make import make_label, make_user
from tests.offline.phone import DEAD, WAITING, becomes, label_page, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from pytest_django.fixtures import SettingsWrapper
    from pytest_django.live_server_helper import LiveServer

    from bench.fire.proxy import Proxy
    from tests.offline.phone import Phone

log = logging.getLogger(__name__)
KEPT_BYTES = 12_000
on_a_phone = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUT = """text => { const id = epoOutbox.id(); return epoOutbox.put([
    {id, url: '/api/v1/reports/' + id, json: {condition: 'stopped', text, faults: [], municipality: ''}, label: 'Caldera'}]) }"""
KEPT = """async () => { const all = []; for (const name of await caches.keys())
    for (const asked of await (await caches.open(name)).keys()) all.push(new URL(asked.url).pathname); return all.sort() }"""
PHOTOS = """async () => { const fresh = await (await fetch('/api/v1/fresh')).json();
    await epoOutbox.put([['own', fresh.owner], ['of another', 'x']].map(([label, owner]) => { const id = epoOutbox.id();
        return {id, owner, label, url: '/api/v1/battles/999999/photos/' + id, blob: new Blob(['x'])} })) }"""
"""There is no such battle, which only who is signed in is told."""
WITHOUT_IDS = """() => { const plain = fetch; window.fetch = (url, said) => plain(
    said.method === 'PUT' ? url.replace(/[^/]+$/, epoOutbox.id()) : url, said) }"""


def texts() -> list[str]:
    return list(BreakdownReport.objects.order_by("text").values_list("text", flat=True))


def waits_with(phone: Phone, line: Proxy, *reports: str) -> None:
    phone.opens(label_page(line))
    phone.keeps_the_site()
    becomes(line, DEAD)
    for text in reports:
        phone.reports(text)


def signs_in(phone: Phone, line: Proxy) -> None:
    there = Client()
    there.force_login(make_user(name="Marisol Rangel"))
    session = there.cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": site(line)}])


class TopUp(StreamRequestHandler):
    """What a carrier puts in place of every answer when the credit is used up."""

    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 26\r\n\r\n"
        self.wfile.write(head.encode() + b"<h1>Recargue su saldo</h1>")
        self.connection.shutdown(socket.SHUT_WR)
        self.rfile.read()


@pytest.fixture
def carrier() -> Iterator[tuple[str, int]]:
    with ThreadingTCPServer(("127.0.0.1", 0), TopUp) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield ("127.0.0.1", server.server_address[1])
        server.shutdown()


class TestPhone:
    pytestmark = on_a_phone

    @pytest.mark.parametrize("has_ids", [True, False])
    def test_id_of_the_phone_makes_one_of_what_was_heard_twice(self, line: Proxy, phone: Phone, has_ids: bool) -> None:
        """Without it the same report is stored again."""
        waits_with(phone, line, "no enciende")
        if not has_ids:
            phone.page.evaluate(WITHOUT_IDS)
        becomes(line, Line(swallow=1.0))
        phone.sends_now()
        heard = texts()
        becomes(line, Line())
        phone.sends_now()
        phone.waits_for(0)

        assert set(heard) == {"no enciende"}
        assert (len(texts()) == 1) is has_ids

    def test_page_that_fails_to_show_what_it_hears_sends_all_the_same(self, line: Proxy, phone: Phone) -> None:
        waits_with(phone, line, "uno", "dos")
        phone.page.evaluate("epoOutbox.on(() => { throw new Error('no place to show it') })")
        becomes(line, Line())
        phone.sends_now()
        phone.waits_for(0)

        assert texts() == ["dos", "uno"]

    def test_page_of_a_carrier_is_no_answer(self, line: Proxy, phone: Phone, carrier: tuple[str, int]) -> None:
        waits_with(phone, line, "no enciende")
        server, line.target = line.target, carrier
        becomes(line, Line())
        phone.sends_now()
        waiting, stored = phone.page.evaluate(WAITING), texts()

        line.target = server
        line.drop()
        phone.sends_now()
        phone.waits_for(0)

        assert (waiting, stored, texts()) == (1, [], ["no enciende"])

    def test_what_is_never_taken_is_kept_and_told_and_holds_nothing_up(self, line: Proxy, phone: Phone) -> None:
        phone.opens(label_page(line))
        phone.keeps_the_site()
        becomes(line, DEAD)
        phone.page.evaluate(PUT, "x" * 3_000_000)
        phone.reports("no enciende")
        becomes(line, Line())
        phone.sends_now()
        phone.waits_for(0)
        phone.opens(site(line) + "/sin-red")

        row = phone.page.locator("#waits li", has_text="Caldera")
        expect(row.locator(".pill")).to_have_text("no aceptado")
        with phone.page.expect_download() as download:
            row.locator("[data-file]").click()
        kept = json.loads(download.value.path().read_text())
        assert (texts(), row.locator("[data-why]").inner_text() != "") == (["no enciende"], True)
        assert kept["text"] == "x" * 3_000_000

    def test_text_message_names_the_label_and_goes_to_the_number_of_the_place(
        self, line: Proxy, phone: Phone, settings: SettingsWrapper
    ) -> None:
        settings.SMS_NUMBER = "0414-555 00 00"
        label = make_label()
        phone.opens(label_page(line, label))
        phone.keeps_the_site()
        becomes(line, DEAD)
        phone.reports("no enciende")
        phone.opens(site(line) + "/sin-red")

        address = phone.page.locator("[data-sms]").get_attribute("href") or ""

        to, _, words = unquote(address).partition("?body=")
        assert to == "sms:04145550000"
        assert words == f"AVERIA {label.number} no enciende"

    def test_only_pages_of_nobody_are_kept(self, line: Proxy, phone: Phone) -> None:
        signs_in(phone, line)
        phone.opens(site(line) + "/cuenta")
        phone.keeps_the_site()
        for path in ("/avisos", "/", "/reportar", "/cuenta"):
            phone.opens(site(line) + path)
        shown = phone.page.locator("#owner").count()

        pages = ["/sin-red", "/sin-red/reportar"]
        files = [f"/static/{file}" for file in (*offline.FILES, *offline.ROAD)]
        assert phone.page.evaluate(KEPT) == sorted(pages + files)
        kept = [phone.page.evaluate("async path => (await caches.match(path)).text()", path) for path in pages]
        assert (shown, [page for page in kept if "Marisol" in page or 'id="owner"' in page]) == (1, [])

    def test_photo_of_somebody_goes_under_their_name_alone(self, line: Proxy, phone: Phone) -> None:
        signs_in(phone, line)
        phone.opens(label_page(line))
        phone.keeps_the_site()
        phone.page.evaluate(PHOTOS)
        phone.page.evaluate(PUT, "no enciende")
        phone.sends_now()

        states = phone.page.evaluate("epoOutbox.list().then(all => all.map(one => [one.label, one.state]))")
        assert states == [["own", "refused"], ["of another", "waiting"], ["Caldera", "sent"]]

    def test_who_only_reports_does_not_load_what_the_road_needs(self, line: Proxy, phone: Phone) -> None:
        phone.opens(label_page(line))
        phone.keeps_the_site()

        files = [f"/static/{file}" for file in offline.FILES]
        assert phone.page.evaluate(KEPT) == sorted(["/sin-red", "/sin-red/reportar", *files])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_browser_that_sends_nothing_in_the_background_sends_from_the_page(
    browser: Browser, live_server: LiveServer
) -> None:
    """What is written while others are on their way goes right after them, without a further sign."""
    context = browser.new_context(service_workers="block", locale="es-VE")
    page = context.new_page()
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + "/reportar")

    page.evaluate(PUT, "uno")
    page.evaluate("{ epoOutbox.send() }")
    page.evaluate(PUT, "dos")
    page.evaluate("{ epoOutbox.send() }")
    stack.wait_until(lambda: page.evaluate(WAITING) == 0)

    order = list(BreakdownReport.objects.order_by("received_at").values_list("text", flat=True))
    context.close()
    assert order == ["uno", "dos"]


@pytest.mark.django_db
def test_worker_and_manifest_are_asked_anew_and_name_what_there_is(client: Client) -> None:
    worker, manifest = client.get("/sw.js"), client.get("/manifest.webmanifest")

    icons = [finders.find(icon["src"].removeprefix("/static/")) for icon in manifest.json()["icons"]]
    assert [answer["Cache-Control"] for answer in (worker, manifest)] == ["no-cache, private"] * 2
    assert (worker["Content-Type"], "epo-" in worker.content.decode()) == ("text/javascript; charset=utf-8", True)
    assert (len(icons), [icon for icon in icons if icon is None]) == (4, [])


@pytest.mark.django_db
def test_sign_out_drops_pages_and_not_what_waits(client: Client) -> None:
    client.force_login(make_user())

    answer = client.post(reverse("accounts:logout"))

    assert answer["Clear-Site-Data"] == '"cache"'


@pytest.mark.django_db
def test_what_a_first_visit_leaves_on_the_phone_costs_few_bytes(client: Client) -> None:
    """Beside the page itself and its files, which are not loaded again."""
    answers = [client.get(path) for path in ("/sw.js", "/sin-red", "/sin-red/reportar", "/manifest.webmanifest")]

    total = sum(len(gzip.compress(answer.content)) for answer in answers)
    log.info("left by a first visit: %s bytes", total)
    assert total < KEPT_BYTES
