"""A person at a screen: opens links, fills forms by the names of their fields, presses what is in sight."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page, Request, Response, expect

from tests import stack

PATIENCE = 15_000
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "es-VE"}
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "es-VE", "is_mobile": True, "has_touch": True}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOLDED = "xpath=ancestor::details[not(@open)]"

expect.set_options(timeout=PATIENCE)


class Screen:
    """What the browser complains of on the way is kept in `complaints`, which must stay empty."""

    def __init__(self, context: BrowserContext, url: str, complaints: list[str]) -> None:
        self.url = url
        self.complaints = complaints
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: complaints.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_answer)
        self.page.on("dialog", self._agree)

    def open(self, path: str) -> None:
        self.page.goto(path if "://" in path else self.url + path)
        self._look()

    def follow(self, link: str | Locator) -> None:
        """By its text, or the link itself."""
        where = self.page.locator("main").get_by_role("link", name=link) if isinstance(link, str) else link
        where.first.click()
        self.page.wait_for_load_state()
        self._look()

    def tab(self, name: str) -> None:
        link = self.page.locator(f'.tabs a[href="?tab={name}"]')
        self._press(link, link)
        expect(self.page.locator(f'.tabs a[href="?tab={name}"][aria-current]')).to_be_visible()
        self._look()

    def send(self, form: str | Locator, **fields: object) -> None:
        """Unfold the form, fill it in and press its button."""
        found = (self.page.locator(form) if isinstance(form, str) else form).first
        for folded in found.locator(FOLDED).all():
            folded.locator("> summary").click()
        for name, value in fields.items():
            _fill(found, name, value)
        self._press(found, found.locator("button").first)
        expect(self.page.locator(".field.wrong, [role=alert]")).to_have_count(0)
        self._look()

    def _press(self, asks: Locator, button: Locator) -> None:
        """Until the answer has taken the place of what asked for it."""
        asks.evaluate("asks => asks.dataset.asked = ''")
        button.click()
        expect(self.page.locator("[data-asked]")).to_have_count(0)
        self.page.wait_for_load_state()

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def card(self, title: str) -> Locator:
        return self.page.locator("section.card", has=self.page.locator(".card-head", has_text=title))

    def row(self, text: str) -> Locator:
        return self.page.locator(".rows > li", has_text=text)

    @property
    def state(self) -> Locator:
        """The pill beside the title."""
        return self.page.locator("main .head .pill").first

    def button(self, address: str) -> Locator:
        """What leads or posts there."""
        return self.page.locator(f"a.button[href*='{address}'], form[action$='{address}'] button")

    def reload_until(self, there: Callable[[], Locator]) -> None:
        """For what a worker does meanwhile."""
        stack.wait_until(lambda: self.page.reload() and there().count())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def _look(self) -> None:
        assert self.page.evaluate(OVERFLOW) == 0, f"{self.page.url} is wider than the screen"

    def _agree(self, dialog: Dialog) -> None:
        dialog.accept()

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _note_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the browser's own, when a page is left while it loads
            self.complaints.append(f"{request.url}: {request.failure}")

    def _note_answer(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.url}: {response.status}")


def _fill(form: Locator, name: str, value: object) -> None:
    """Chips and boxes are chosen by their words, like the options of a list."""
    field = form.locator(f'[name="{name}"]')
    kind = field.first.evaluate("field => field.type")
    if kind == "file":
        field.set_input_files(value)  # type: ignore[arg-type]
    elif kind == "select-one":
        field.select_option(label=str(value))
    elif kind == "radio":
        _label(form, name, str(value)).click()
    elif isinstance(value, bool):
        field.set_checked(value)
    elif kind == "checkbox":
        assert isinstance(value, list)
        for one in value:
            _label(form, name, one).click()
    else:
        field.fill(str(value))


def _label(form: Locator, name: str, words: str) -> Locator:
    return form.locator("label", has=form.page.locator(f'[name="{name}"]')).filter(
        has_text=re.compile(rf"^\s*{re.escape(words)}\s*$")
    )


def link_in_message(whatsapp: str) -> str:
    """The signed link in the text that a coordinator sends by WhatsApp."""
    found = re.search(r"https?://\S+/c/\S+", unquote(urlsplit(whatsapp).query).replace("+", " "))
    assert found is not None, whatsapp
    return found.group()
