from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bench.fire.proxy import Proxy
from tests.offline.phone import Phone, switched_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Playwright
    from pytest_django.live_server_helper import LiveServer


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
