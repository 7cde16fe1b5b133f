from __future__ import annotations

import math
import os
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.test import Client
from django.utils import translation

from epo.api import throttles
from epo.work import nudge
from tests import bot_api, gateways, second_step, stack, twilio_api
from tests.services import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _fresh_files_and_cache(settings: SettingsWrapper, tmp_path: Path) -> None:
    """What one test leaves in files, counts or the language in use must not reach the next."""
    settings.MEDIA_ROOT = tmp_path / "photos"
    translation.activate(settings.LANGUAGE_CODE)
    cache.clear()
    throttles.counter.forget()
    throttles.counter.silent_until = math.inf  # no Redis, but where a test asks for it
    nudge.speak_again()


@pytest.fixture(autouse=True)
def _signed_in_with_both_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """`force_login` stands for the whole of a sign-in, as far as the second step is asked of that person."""
    monkeypatch.setattr(Client, "force_login", second_step.sign_in)


@pytest.fixture(autouse=True)
def _pages_are_closed_and_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """Before the tables are emptied: a request that is still under way would hold one, and wait for another."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # which ends after this
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    begun, ended = list[object](), list[object]()  # appending to a list is safe among threads, adding is not

    def begin(sender: object, **_said: object) -> None:
        begun.append(sender)

    def end(sender: object, **_said: object) -> None:
        ended.append(sender)

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    for context in browser.contexts if browser else ():
        context.close()
    stack.wait_until(lambda: len(ended) >= len(begun))


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notices leave by day: whatever the hour of the run is, what is not urgent leaves now."""
    at = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("America/Caracas"))
    monkeypatch.setattr("epo.notifications.actions.now", lambda: at)


@pytest.fixture
def gateway(settings: SettingsWrapper) -> Iterator[gateways.Gateway]:
    """Text messages leave by a real socket, and stand in its ledger."""
    with gateways.Gateway() as one:
        settings.SMS_GATEWAY_URL = one.url
        settings.SMS_GATEWAY_USER, settings.SMS_GATEWAY_PASSWORD = "epo", "word"
        settings.SMS_GATEWAY_SIGNING_KEY = gateways.KEY
        yield one


@pytest.fixture
def bot(settings: SettingsWrapper) -> Iterator[bot_api.Bot]:
    """Our bot in Telegram, by a real socket, with a ledger."""
    with bot_api.Bot() as one:
        settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = one.url, bot_api.TOKEN
        settings.TELEGRAM_SECRET, settings.TELEGRAM_BOT = bot_api.SECRET, "epo_bot"
        yield one


@pytest.fixture
def twilio(settings: SettingsWrapper) -> Iterator[twilio_api.Twilio]:
    """A gateway on the internet, by a real socket, with a ledger."""
    with twilio_api.Twilio() as one:
        settings.SMS_PROTOCOL, settings.SMS_GATEWAY_URL, settings.SMS_NUMBER = "twilio", one.url, twilio_api.NUMBER
        settings.SMS_GATEWAY_USER, settings.SMS_GATEWAY_PASSWORD = twilio_api.ACCOUNT, "word"
        settings.SMS_GATEWAY_SIGNING_KEY, settings.SITE_URL = twilio_api.TOKEN, "https://epo.example.org"
        yield one


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> str:
    """The address of a real Redis or Valkey, emptied."""
    url = os.environ["REDIS_URL"]
    if not url:
        pytest.skip("NO REDIS OR VALKEY FOUND")
    stack.empty_broker(url)
    return url


@pytest.fixture
def celery_worker_process(transactional_db: None, broker: str) -> Iterator[stack.Process]:
    """A real Celery worker on the test database. Kill it, start it again, or read its `pid`."""
    worker = stack.worker_process()
    yield from stack.running(worker, until=stack.has_heartbeat)


@pytest.fixture
def live_stack(transactional_db: None, broker: str, settings: SettingsWrapper) -> Iterator[stack.Stack]:
    """Web server, worker and beat on the test database, as processes. `live_stack.url` is its address."""
    settings.MEDIA_ROOT = stack.data_folder() / "photos"
    with stack.started() as live:
        yield live


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    if not CHROMIUM:
        pytest.skip("NO CHROMIUM FOUND")
    return {"executable_path": CHROMIUM, "headless": True, "args": stack.CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Each test names its own stack; pytest deprecates how pytest-playwright's own fixture is written."""
