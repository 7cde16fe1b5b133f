"""Strict headers on every answer: each route as different people, each kind of error, files, cookies, redirects."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches, path, reverse

from battles.links import offer_path
from epo.core import pages
from tests import make
from tests.fire.headers import cookie_faults, faults, inline_in
from tests.fire.routes import ROUTES, administration
from tests.fire.routes.checker import IS_FULL, address_of, undone
from tests.fire.routes.world import World, make_world

pytestmark = pytest.mark.django_db
Say = Callable[[str, object], None]
PEOPLE = ("anonymous", "crew", "manager", "region", "administrator") if IS_FULL else ("anonymous", "region")
WITH_TOKEN = ("/c/", "/p/", "/s/", "/lectura/", "/reportar/anotado/")
FILES = ("/favicon.ico", "/static/css/epo.css", "/static/js/epo.js", "/static/no-such-file.css")
ELSEWHERE = ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "////evil.example")


def told(response: Any, address: str, **how: bool) -> list[str]:
    """What is wrong with one answer."""
    found = [*faults(response.headers, **how), *cookie_faults(_cookies(response), is_https=how.get("is_https", False))]
    kind = response.headers.get("Content-Type", "")
    if response.streaming:
        b"".join(response.streaming_content)
    elif kind.startswith("text/html"):
        found += inline_in(response.content.decode())
    return [f"{address} {response.status_code}: {fault}" for fault in found]


def _cookies(response: Any) -> list[str]:
    return [cookie.OutputString() for cookie in response.cookies.values()]


def answers(world: World, actor: str) -> Iterator[tuple[str, Any]]:
    """Each route as `actor`: asked, and sent what is usually said there."""
    for route in ROUTES:
        address = address_of(route, world.here, world.here, {})
        for method in route.does:
            with undone():
                yield address, _ask(world.enter(actor), route, method, address, dict(route.said(world.here)))


def _ask(client: Client, route: Any, method: str, address: str, said: dict[str, Any]) -> Any:
    if method == "GET":
        return client.get(address)
    if method == "POST" and not route.is_api:
        return client.post(address, said)
    return client.generic(method, address, "{}", "application/json")


def everywhere(world: World, people: tuple[str, ...] = PEOPLE) -> tuple[int, list[str]]:
    count, found = 0, []
    for actor in people:
        for address, response in answers(world, actor):
            count += 1
            is_private = actor != "anonymous" or address.startswith(WITH_TOKEN)
            found += told(response, address, is_private=is_private)
    return count, found


def test_every_route_answers_with_strict_headers(record_property: Say) -> None:
    count, found = everywhere(make_world())

    assert found == [], "\n".join(found)
    record_property("S13", f"{len(ROUTES)} routes × {len(PEOPLE)} kinds of people: {count} answers, 0 faults, 0 inline")


def test_administration_answers_with_strict_headers(record_property: Say) -> None:
    world, found, count = make_world(), [], 0

    for _route, address in list(administration.addresses())[:: 1 if IS_FULL else 4]:
        with undone():
            found += told(world.enter("administrator").get(address), address)
        count += 1

    assert found == [], "\n".join(found)
    record_property("S13", f"{count} routes of the administration: 0 faults, 0 inline")


def _broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [path("broken", _broken)]
handler500 = pages.server_error


def errors(client: Client) -> Iterator[tuple[str, Any]]:
    """One of each kind of refusal; 500 is asked of a route that breaks."""
    client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    label = make.make_label(retired_at=make.now())
    yield "404", client.get("/no-such-page")
    yield "404 with NUL", client.get("/c/%00")
    yield "403 without a token", strict.post("/entrar", {"username": "x", "password": "y"})
    yield "405", client.post("/acerca")
    yield "410", client.get(reverse("factories:report", args=[label.token]))
    yield "422", client.post(reverse("factories:report", args=[make.make_label().token]), {"id": "x", "phone": "no"})
    yield "400 host", client.get("/", HTTP_HOST="evil.example")
    many = "&".join(f"a{n}=1" for n in range(3000))
    yield "400 too many fields", client.post("/entrar", many, content_type="application/x-www-form-urlencoded")
    yield "413", client.put("/api/v1/reports/" + "0" * 8 + "-0000-4000-8000-000000000000", "x" * 3_000_000)
    yield "API 403", client.get("/api/v1/battles")
    yield "API 400", client.put("/api/v1/reports/" + "1" * 8 + "-0000-4000-8000-000000000000", "{", "application/json")
    yield "health", client.get("/healthz")
    for _n in range(settings.AXES_FAILURE_LIMIT + 2 if hasattr(settings, "AXES_FAILURE_LIMIT") else 40):
        locked = client.post("/entrar", {"username": "ana", "password": "no"})
    yield "locked", locked
    with override_settings(ROOT_URLCONF="tests.fire.test_headers"):
        clear_url_caches()
        yield "500", client.get("/broken")
    clear_url_caches()


def test_every_error_answers_with_strict_headers(client: Client, record_property: Say) -> None:
    seen, found = [], []
    for name, response in errors(client):
        seen.append(f"{name} → {response.status_code}")
        found += told(response, name, is_private=False)

    assert found == [], "\n".join(found)
    assert {400, 403, 404, 405, 410, 413, 422, 429, 500} <= {int(one.split()[-1]) for one in seen}, seen
    record_property("S13", f"{len(seen)} kinds of errors: 0 faults")


def test_files_answer_with_strict_headers(client: Client, record_property: Say) -> None:
    found = []
    for address in FILES:
        response = client.get(address)
        found += told(response, address, is_private=False)
        if tag := response.headers.get("ETag"):
            found += told(client.get(address, HTTP_IF_NONE_MATCH=tag), f"{address} again", is_private=False)

    assert found == [], "\n".join(found)
    record_property("S13", f"{len(FILES)} files, and again with If-None-Match: 0 faults")


@override_settings(
    SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True, LANGUAGE_COOKIE_SECURE=True, SECURE_HSTS_SECONDS=31536000,
    SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_HSTS_PRELOAD=True, SECURE_SSL_REDIRECT=True,
)  # fmt: skip
def test_https_adds_its_own(record_property: Say) -> None:
    make.make_user("ana")
    client = Client()
    found = []

    for address in ("/", "/entrar", "/acerca", "/healthz", "/static/css/epo.css", "/no-such-page", "/api/v1/battles"):
        found += told(client.get(address, secure=True), address, is_https=True, is_private=False)
    found += told(
        client.post("/entrar", {"username": "ana", "password": "secret-word"}, secure=True), "in", is_https=True
    )
    found += told(client.post("/language/", {"language": "en"}, secure=True), "language", is_https=True)
    found += told(client.get("/avisos/ajustes", secure=True), "wishes", is_https=True)
    plain = client.get("/acerca")

    assert found == [], "\n".join(found)
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/acerca")
    assert told(plain, "/acerca", is_private=False) == []
    record_property("S13", "https: HSTS, secure cookies, http sent on; 0 faults")


@pytest.mark.parametrize("to", ELSEWHERE)
def test_nobody_is_sent_elsewhere(client: Client, to: str) -> None:
    make.make_user("ana")
    said = {"username": "ana", "password": "secret-word", "next": to}

    locations = [
        client.post("/language/", {"language": "en", "next": to}).get("Location", ""),
        client.post("/language/", {"language": "en"}, headers={"referer": to}).get("Location", ""),
        client.post("/avisos/leidos", headers={"referer": f"http://testserver/{to}"}).get("Location", ""),
        client.post("/entrar", said).get("Location", ""),
    ]

    assert [one for one in locations if not one.startswith("/") or one.startswith(("//", "/\\"))] == []


def test_what_a_link_shows_is_kept_nowhere_and_told_to_nobody(client: Client) -> None:
    response = client.get(offer_path(make.make_offer()))

    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store, private", "strict-origin")


NOT_THERE = ("DEBUG", "TESTING", "TEST_DATABASE_FILE", "DJANGO_ALLOW_ASYNC_UNSAFE")


def test_deployment_has_nothing_to_warn_of(record_property: Say, tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in NOT_THERE}
    env |= {
        "ENV_FILE": "", "SITE_URL": "https://epo.example.org", "DATABASE_URL": "postgres://epo@localhost/epo",
        "REDIS_URL": "redis://localhost/0", "DATA_DIR": str(tmp_path), "SECRET_KEY": os.urandom(40).hex(),
    }  # fmt: skip

    argv = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False, cwd=settings.BASE_DIR)

    assert done.returncode == 0, done.stderr
    record_property("S13", f"check --deploy: {done.stdout.strip()}")


@pytest.mark.parametrize("name", ["epo.core.headers.HeadersMiddleware", "csp.middleware.CSPMiddleware"])
def test_middleware_taken_out_is_found(name: str, record_property: Say) -> None:
    rest = [one for one in settings.MIDDLEWARE if one != name]
    with override_settings(MIDDLEWARE=rest):
        found = [fault for address in ("/", "/entrar", "/hoy") for fault in told(Client().get(address), address)]

    assert found != []
    record_property("S13 without", f"{name.rpartition('.')[2]} taken out: {len(found)} faults found")


@override_settings(SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_SAMESITE=None)
def test_cookie_without_its_flags_is_found(client: Client, record_property: Say) -> None:
    make.make_user("ana")

    found = told(client.post("/entrar", {"username": "ana", "password": "secret-word"}), "in")

    assert "in 302: cookie sessionid without httponly" in found
    record_property("S13 without", f"flags of the session's cookie taken out: {len(found)} faults found")
