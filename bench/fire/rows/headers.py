"""Headers and cookies seen from outside: every link of every role on the demonstration, and what the server itself refuses."""

from __future__ import annotations

import re
import socket
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin, urlsplit

import pyotp

from bench.fire.client import Answer, Client
from bench.fire.figures import Figure
from bench.fire.run import Fire
from bench.fire.stack import Stack
from tests.fire.headers import cookie_faults, faults, inline_in

ROWS = ("S13",)
PEOPLE = ("nacional", "oriente", "voluntaria", "obrero", "admin")
PASSWORD = "epo-demo-2026"  # noqa: S105 -- of the demonstration
CODE = "/entrar/codigo"
LINK = re.compile(r'(?:href|src)="([^"]+)"')
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
OF_ONE_KIND, MOST_PAGES = 3, 250
PUBLIC = ("/", "/acerca", "/entrar", "/reportar", "/healthz", "/favicon.ico", "/no-such-page", "/r/no-such-label")
STATIC = "/static/"
WITH_TOKEN = ("/c/", "/p/", "/s/", "/lectura/")
MALFORMED = {
    "no request": b"\x00\x01\x02\r\n\r\n",
    "a wrong length": b"POST /entrar HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    "two lengths": b"POST /entrar HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "an unknown coding": b"POST /entrar HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 400_000 + b"\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: x\r\n: nothing\r\n\r\n",
}


@dataclass
class Crawl:
    answers: int = 0
    found: list[str] = field(default_factory=list)

    def hear(self, answer: Answer, path: str, *, is_private: bool, is_https: bool) -> None:
        self.answers += 1
        told = [*faults(dict(answer.headers.items()), is_https=is_https, is_private=is_private)]
        told += cookie_faults(answer.headers.get_all("Set-Cookie") or [], is_https=is_https)
        if answer.headers.get_content_type() == "text/html":
            told += inline_in(answer.text)
        self.found += [f"{path} {answer.status}: {fault}" for fault in told]

    def follow(self, client: Client, *, signed_in: bool, is_https: bool) -> None:
        """Every link that leads on within the site; of pages that differ by their numbers alone, a few."""
        waiting, seen, kinds = deque(PUBLIC), set(PUBLIC), Counter[str]()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.popleft()
            answer = client.get(path)
            is_private = path.startswith(WITH_TOKEN) or (signed_in and not _is_file(path))
            self.hear(answer, path, is_private=is_private, is_https=is_https)
            for link in _links(answer, path):
                kind = NUMBER.sub("0", link)
                if link not in seen and kinds[kind] < OF_ONE_KIND:
                    kinds[kind] += 1
                    seen.add(link)
                    waiting.append(link)


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    with fire.stack(SITE_URL="https://epo.example.org", PROXIES="1", SECOND_FACTOR="on", beats=0) as stack:
        stack.run("manage.py", "make_demo", "--public-site")
        stack.seeded = stack.seed("headers:second_steps", names=PEOPLE)
        yield _crawled(fire, stack)
        yield _refused(fire, stack)
    with fire.stack(without=["headers"], beats=0) as stack:
        crawl = Crawl()
        for path in PUBLIC:
            crawl.hear(stack.client().get(path), path, is_private=True, is_https=False)
    found = f"{len(crawl.found)} faults in {crawl.answers} answers"
    yield fire.control("S13", "the headers' middleware", must="some faults", found=found, ok=bool(crawl.found))


def _crawled(fire: Fire, stack: Stack) -> Figure:
    crawl = Crawl()
    crawl.follow(_client(stack), signed_in=False, is_https=True)
    for name in PEOPLE:
        client = _client(stack)
        if not _sign_in(client, name, stack.seeded.get(name)):
            crawl.found.append(f"{name} could not sign in")
        crawl.follow(client, signed_in=True, is_https=True)
    crawl.hear(_client(stack, Host="evil.example").get("/"), "/ of another host", is_private=False, is_https=False)
    tried = f"links followed by {len(PEOPLE)} roles and a stranger over https on the demonstration"
    found = f"{len(crawl.found)} faults in {crawl.answers:,} answers {'; '.join(crawl.found[:3])}"
    return fire.figure("S13", tried, promised="0 faults, nothing inline", found=found, ok=not crawl.found)


def _sign_in(client: Client, name: str, phone: str | None) -> bool:
    """By password, and by the code that the phone shows where one is asked for."""
    is_in = client.sign_in(name, PASSWORD)
    if phone is not None:
        is_in = is_in and client.send_form(CODE, {"code": pyotp.TOTP(phone).now()}).status == HTTPStatus.FOUND
    return is_in and client.get("/cuenta").status == HTTPStatus.OK


def _client(stack: Stack, **more: str) -> Client:
    """As the proxy in front says it; pages of https are asked for with an origin."""
    host = urlsplit(stack.url).netloc
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Origin": f"https://{host}"}
    return stack.client(headers=said | more)


def _links(answer: Answer, path: str) -> Iterator[str]:
    location = answer.headers.get("Location")
    found = (
        [location]
        if location
        else LINK.findall(answer.text)
        if answer.headers.get_content_type() == "text/html"
        else []
    )
    for link in found:
        to = urldefrag(urljoin(f"http://site{path}", link.replace("&amp;", "&")))[0]
        parts = urlsplit(to)
        if parts.netloc == "site":
            yield to.removeprefix("http://site") or "/"


def _is_file(path: str) -> bool:
    return path.startswith(STATIC) or path in ("/favicon.ico", "/healthz")


def _refused(fire: Fire, stack: Stack) -> Figure:
    """What no page answers but the server itself: plain text that names no program."""
    found = []
    for name, request in MALFORMED.items():
        head = _said(stack, request)
        if b"HTTP/1." in head[:10] and (b"\r\nServer:" in head or b"text/html" in head):
            found.append(f"{name}: {head[:120]!r}")
        if b"Traceback" in head:
            found.append(f"{name}: a traceback")
    tried = f"{len(MALFORMED)} malformed requests that the server itself answers"
    kept = f"{len(found)} name the server or are pages; plain text without the pages' headers {'; '.join(found[:2])}"
    return fire.figure("S13", tried, promised="plain text, no name, no traceback", found=kept, ok=not found)


def _said(stack: Stack, request: bytes) -> bytes:
    where = urlsplit(stack.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        try:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            return line.recv(65536)
        except OSError:
            return b""
