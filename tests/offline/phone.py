"""A phone: Chromium with a profile of its own that can be killed like a phone whose battery is empty."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from playwright.sync_api import Error, FilePayload

from bench.fire.proxy import Line
from tests import stack
from tests.make import make_label
from tests.services import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page, Playwright

    from bench.fire.proxy import Proxy
    from factories.models import Label

WAITING = "epoOutbox.list().then(all => all.filter(one => one.state === 'waiting').length)"
SEND = "Enviar reporte"
DEAD = Line(cut_after=0)


@dataclass
class Phone:
    playwright: Playwright
    profile: Path
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def switch_on(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, headless=True, args=stack.CHROMIUM_ARGUMENTS, locale="es-VE",
            viewport={"width": 320, "height": 640},
        )  # fmt: skip
        self.page = self.context.pages[0]

    def battery_dies(self) -> None:
        """SIGKILL to the browser and whatever it started; nothing can be saved any more."""
        for process in self._processes():
            os.kill(process, signal.SIGKILL)
        stack.wait_until(lambda: not self._processes())

    def _processes(self) -> list[int]:
        own = f"--user-data-dir={self.profile}".encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and own in _command(entry)]

    def opens(self, url: str) -> None:
        self.page.goto(url)

    def keeps_the_site(self) -> None:
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def writes(self, text: str, **more: Any) -> None:
        self.page.locator("[name=condition][value=stopped]").check(force=True)
        self.page.locator("[name=text]").fill(text)
        for name, value in more.items():
            self.page.locator(f"[name={name}]").fill(value)

    def reports(self, text: str, photos: tuple[bytes, ...] = (), **more: Any) -> None:
        """Until it stands on the phone's disk."""
        before: int = self.page.evaluate(WAITING)
        self.writes(text, **more)
        files = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=data) for n, data in enumerate(photos)]
        self.page.set_input_files("[name=photos]", files)
        self.page.get_by_role("button", name=SEND).click()
        self.waits_for(before + 1 + len(photos))

    def waits_for(self, count: int) -> None:
        stack.wait_until(lambda: self.page.evaluate(WAITING) == count)

    def sends_now(self) -> None:
        """As by the button, which is gone where it went by itself meanwhile."""
        self.page.evaluate("epoOutbox.send()")


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def switched_on(playwright: Playwright, profile: Path) -> Iterator[Phone]:
    phone = Phone(playwright, profile)
    phone.switch_on()
    try:
        yield phone
    finally:
        with suppress(Error):  # where the battery died last
            phone.context.close()


def becomes(proxy: Proxy, line: Line) -> None:
    """For connections that are open as well: those of a page are kept alive."""
    proxy.line = line
    proxy.drop()


def site(proxy: Proxy) -> str:
    return f"http://localhost:{proxy.address[1]}"


def label_page(proxy: Proxy, label: Label | None = None) -> str:
    return site(proxy) + reverse("factories:report", args=[(label or make_label()).token])
