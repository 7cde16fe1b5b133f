"""What pages for phones cost on a bad line: bytes as they travel, and seconds until one can write."""

from __future__ import annotations

import gzip
import logging
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from battles.links import offer_path
from battles.states import OfferState
from bench.fire.proxy import Line, Proxy
from tests import stack
from tests.make import make_battle, make_common_fault, make_label, make_offer, make_report, make_seat

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page

SLOW = Line(latency=0.4, up=6_250, down=6_250)
"""50 kbit/s, and 800 ms from a question to its answer."""
REPORT, OFFER, LATER = 20_000, 30_000, 10_000
SECONDS = 5.0

log = logging.getLogger(__name__)


def cost(client: Client, path: str) -> tuple[int, int]:
    """Bytes of the page, and of it with all its files."""
    page = client.get(path, follow=True)
    files = re.findall(r'(?:href|src)="/static/([^"?]+)', page.content.decode())
    own = len(gzip.compress(page.content))
    whole = own + sum(len(gzip.compress((settings.BASE_DIR / "static" / name).read_bytes())) for name in files)
    log.info("%s: %s bytes, with its files %s", page.resolver_match.view_name, own, whole)
    return own, whole


@pytest.mark.django_db
def test_pages_for_phones_keep_their_budgets_of_bytes(client: Client) -> None:
    label = make_label()
    for n in range(8):
        make_common_fault(label.machine.kind, name_es=f"Una falla bastante común número {n}")
    report = make_report(label.machine)
    offer = make_offer(make_seat(make_battle()), state=OfferState.ASKED)
    first = {reverse("factories:report", args=[label.token]): REPORT, offer_path(offer): OFFER}
    later = [*first, reverse("battles:report-status", args=[report.status_token]), "/sin-red", "/sin-red/reportar"]

    too_large = {path: size for path, most in first.items() if (size := cost(client, path)[1]) > most}
    too_large |= {path: size for path in later if (size := cost(client, path)[0]) > LATER}

    assert too_large == {}


@pytest.mark.stack
@pytest.mark.browser
def test_report_form_can_be_filled_in_within_five_seconds_on_a_line_of_50_kbit(
    live_stack: stack.Stack, page: Page
) -> None:
    label = make_label()
    server = urlsplit(live_stack.url)
    with Proxy((server.hostname or "", server.port or 0), SLOW) as line:
        began = time.monotonic()
        page.goto(
            f"http://localhost:{line.address[1]}" + reverse("factories:report", args=[label.token]), wait_until="commit"
        )
        page.locator("[name=text]").fill("no enciende", timeout=30_000)
        took = time.monotonic() - began

    log.info("%.1f s until one can write", took)
    assert took < SECONDS
