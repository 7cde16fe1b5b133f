"""One person's way through all pages that they may open, and what keeps somebody else from using one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from tests.fire.routes import ROUTES
from tests.fire.routes.checker import address_of
from tests.fire.routes.declared import Route
from tests.fire.routes.world import World

NOT_OURS = frozenset({"api-docs", "api-schema"})
"""Made by drf-spectacular for programmers."""
PHONE, NARROW = {"width": 390, "height": 844}, {"width": 320, "height": 640}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
STILL = ".sticky { position: static !important; } * { transition: none !important; }"
"""What lies under something sticky can be scrolled away from it; colours are looked at once they have changed."""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STICKS_OUT = """[...document.querySelectorAll("main *")]
    .filter(each => each.getBoundingClientRect().right > innerWidth).map(each => each.outerHTML.slice(0, 120)).at(-1)"""
TAKES_FOCUS = (
    "a[href], button, input:not([type=hidden]), select:not([tabindex='-1']), textarea, summary, [tabindex='0']"
)
FIRST = f"""document.querySelector("{TAKES_FOCUS}").getAttribute("href")"""
UNSEEN = """shows => {
    const look = each => {
        const of = [each, ...(each.id ? document.querySelectorAll(`label[for="${each.id}"]`) : []), each.closest("label")];
        return of.filter(Boolean).map(one => {
            const s = getComputedStyle(one);
            return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join();
        }).join("|");
    };
    return [...document.querySelectorAll(shows)].filter(each => {
        if (each.disabled || !each.checkVisibility({visibilityProperty: true})) return false;
        document.activeElement.blur();
        const before = look(each);
        each.focus();
        return document.activeElement !== each || look(each) === before;
    }).map(each => each.outerHTML.slice(0, 120));
}"""


@dataclass
class Walk:
    world: World
    actor: str
    url: str
    context: BrowserContext
    seen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def through(self, routes: list[Route]) -> None:
        page = self.context.new_page()
        for route in routes:
            response = _opened(page, self.url + address_of(route, self.world.here, self.world.here, {}))
            if response is None or "text/html" not in response.headers.get("content-type", ""):
                continue
            self.seen.append(route.name)
            found = complaints_of(page) if response.ok else [f"answers {response.status}"]
            self.wrong += [f"{self.actor} {route.name}: {what}" for what in found]


def _opened(page: Page, address: str) -> Response | None:
    """None where the answer is a file to be kept."""
    try:
        return page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message and "ERR_ABORTED" not in error.message:
            raise
        return None


def complaints_of(page: Page, *, main: str = "#main") -> list[str]:
    page.set_viewport_size(PHONE)
    page.add_style_tag(content=STILL)
    found = _axe(page, RULES) + _width(page, 390)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {what}" for what in _axe(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    return found + _width(page, 320) + _keyboard(page, main)


def _axe(page: Page, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{each['id']}: {node['html'][:150]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def _width(page: Page, width: int) -> list[str]:
    wider = page.evaluate(WIDER)
    return [f"{wider} px wider than {width}: {page.evaluate(STICKS_OUT)}"] if wider else []


def _keyboard(page: Page, main: str) -> list[str]:
    """The way past the menu comes first; whatever takes the focus shows it, once somebody uses the keyboard."""
    first = page.evaluate(FIRST)
    page.keyboard.press("Tab")
    skips = [] if first == main else [f"{first} comes before the way past the menu"]
    return skips + [f"focus does not show: {each}" for each in page.evaluate(UNSEEN, TAKES_FOCUS)]


def walk(world: World, actor: str, url: str, browser: Browser) -> Walk:
    """The content policy is set aside here alone, for axe is a script of another house."""
    context = browser.new_context(locale="es-VE", bypass_csp=True, color_scheme="light")
    if actor in world.sessions:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": world.sessions[actor], "url": url}])
    return Walk(world, actor, url, context)


def pages_of(actor: str) -> list[Route]:
    """What the actor may open here; what is open to everybody is looked at as nobody in particular."""
    may = [
        route
        for route in ROUTES
        if "GET" in route.does
        and not route.is_api
        and route.name not in NOT_OURS
        and route.does["GET"].may(actor, "here")
    ]
    if actor == "anonymous":
        return may
    known = {"administrator": ("anonymous", "nation")}.get(actor, ("anonymous",))
    return [route for route in may if not any(route.does["GET"].may(other, "here") for other in known)]
