"""A phone on the road: what is kept on it, read and written without network, by somebody who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests import stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from epo.accounts.models import User

WAITING = "epoOutbox.list().then(all => all.filter(one => one.state === 'waiting').length)"
KEPT = "epoPack.read().then(kept => kept ? kept.doc.packs.map(pack => pack.battle.id) : null)"
HAS_PAGES = "caches.match('/static/js/pack_forms.js').then(file => file && navigator.serviceWorker.controller !== null)"
UNFOLD = (
    "form => { for (let at = form.closest('details'); at; at = at.parentElement.closest('details')) at.open = true; }"
)


@dataclass
class Traveller:
    context: BrowserContext
    page: Page
    url: str

    def signs_in(self, user: User) -> None:
        """As somebody who types the password here: the session is a new one."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}])

    def keeps(self, path: str = "/mis-batallas") -> None:
        """Until the page says that it is kept, and the phone has the pages that open without network."""
        self.page.goto(self.url + path)
        expect(self.page.locator("[data-pack]")).to_be_visible()
        stack.wait_until(lambda: self.page.evaluate(HAS_PAGES))

    def loses_the_line(self) -> None:
        self.context.set_offline(True)

    def opens(self, view: str = "inicio") -> None:
        self.page.goto(f"{self.url}/sin-red#{view}")
        expect(self.page.locator("#road")).to_be_visible()

    def form(self, kind: str, within: Locator | None = None) -> Locator:
        """Whatever it is folded into is opened."""
        form = (within or self.page.locator("#road")).locator(f"form[data-do='{kind}']").first
        form.evaluate(UNFOLD)
        return form

    def writes(self, what: str, within: Locator | None = None, /, **said: Any) -> None:
        """Until it is on the disk of the phone, and stands on the page."""
        form, before = self.form(what, within), self.waiting
        for name, value in said.items():
            _fill(form.locator(f"[name='{name}']"), str(value))
        form.locator("button:not([type=button])").click()
        stack.wait_until(lambda: self.waiting == before + 1)
        expect(self.page.locator("[id^='wish-']:focus")).to_be_visible()

    @property
    def waiting(self) -> int:
        return int(self.page.evaluate(WAITING))

    @property
    def kept(self) -> list[int] | None:
        """Battles of whoever is kept here; None where nobody is."""
        return self.page.evaluate(KEPT)  # type: ignore[no-any-return]

    def has_line_again(self) -> None:
        """As by the button, which is gone where it went by itself meanwhile."""
        self.context.set_offline(False)
        self.page.evaluate("epoOutbox.send()")

    def sends_all(self) -> None:
        self.has_line_again()
        stack.wait_until(lambda: self.waiting == 0)


def _fill(field: Locator, value: str) -> None:
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def on_the_road(browser: Browser, url: str, **more: Any) -> Traveller:
    context = browser.new_context(locale="es-VE", viewport={"width": 390, "height": 844}, **more)
    return Traveller(context, context.new_page(), url)
