"""What every answer must say, and what no page may hold: one checker for the suite and for the harness outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser

EXACT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
REFERRER = ("same-origin", "strict-origin", "no-referrer")
NEEDED = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
ALLOWED = {"'self'", "'none'"}
LEAKS = re.compile(r"\d+\.\d+|gunicorn|waitress|django|python|werkzeug", re.IGNORECASE)
TEXTS = ("text/", "application/json", "application/javascript")
KEPT_BY_NOBODY_ELSE = ("no-store", "private")


def faults(headers: Mapping[str, str], *, is_https: bool = False, is_private: bool = True) -> Iterator[str]:
    """`is_private`: shown to somebody signed in, or found by a token in the address."""
    said = {name.lower(): value for name, value in headers.items()}
    for name, value in EXACT.items():
        if said.get(name) != value:
            yield f"{name}: {said.get(name)}"
    if said.get("referrer-policy") not in REFERRER:
        yield f"referrer-policy: {said.get('referrer-policy')}"
    if "camera=()" not in said.get("permissions-policy", ""):
        yield "no permissions-policy"
    yield from _policy_faults(said.get("content-security-policy", ""))
    yield from _keeping_faults(said, is_https=is_https, is_private=is_private)
    if LEAKS.search(said.get("server", "")) or "x-powered-by" in said:
        yield f"server: {said.get('server')}"
    kind = said.get("content-type", "")
    if kind.startswith(TEXTS) and not kind.startswith("application/json") and "charset=" not in kind:
        yield f"content-type without charset: {kind}"


def _keeping_faults(said: Mapping[str, str], *, is_https: bool, is_private: bool) -> Iterator[str]:
    kept = said.get("cache-control", "")
    if not kept or (is_private and not any(word in kept for word in KEPT_BY_NOBODY_ELSE)):
        yield f"cache-control: {kept!r}"
    if is_https and "max-age=31536000" not in said.get("strict-transport-security", ""):
        yield "no strict-transport-security"


def _policy_faults(policy: str) -> Iterator[str]:
    for part in NEEDED:
        if part not in policy:
            yield f"content-security-policy without {part}"
    for directive in filter(None, (part.strip() for part in policy.split(";"))):
        name, *sources = directive.split()
        strange = set(sources) - ALLOWED
        if strange and name not in ("report-uri", "upgrade-insecure-requests"):
            yield f"content-security-policy: {name} {' '.join(sorted(strange))}"


def cookie_faults(lines: Iterable[str], *, is_https: bool = False) -> Iterator[str]:
    """`lines`: as they stand behind Set-Cookie."""
    for line in lines:
        name, parts = line.split("=", 1)[0], {part.strip().lower() for part in line.split(";")[1:]}
        if "max-age=0" in parts:
            continue  # the cookie goes
        wanted = {"httponly", *(["secure"] if is_https else [])}
        for missing in sorted(wanted - parts):
            yield f"cookie {name} without {missing}"
        if not {"samesite=lax", "samesite=strict"} & parts:
            yield f"cookie {name} without samesite"
        if not any(part.startswith("path=/") for part in parts):
            yield f"cookie {name} without path"


class _Inline(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self._in_script = tag == "script" and "src" not in names and names.get("type") != "application/json"
        if tag == "style":
            self.found.append("<style>")
        for name, value in names.items():
            is_handler = name.startswith(("on", "hx-on"))
            if is_handler or name == "style" or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}>")

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.found.append("<script>")

    def handle_endtag(self, _tag: str) -> None:
        self._in_script = False


def inline_in(html: str) -> list[str]:
    """Scripts, styles and handlers that stand in the page itself."""
    parser = _Inline()
    parser.feed(html)
    return parser.found
