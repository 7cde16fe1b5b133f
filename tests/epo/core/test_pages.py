from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings

from epo.core.pages import server_error
from epo.core.problems import KIND


def test_what_broke_gets_a_code_that_stands_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    try:
        1 / 0  # noqa: B018 -- it must fail
    except ZeroDivisionError:
        response = server_error(RequestFactory().get("/"))

    code = re.search(r'<b class="code">(\w{5})</b>', response.content.decode())
    assert code
    assert (response.status_code, caplog.messages) == (500, [f"server error {code[1]}: ZeroDivisionError"])


def test_program_is_told_what_broke_as_a_problem_with_the_same_code(caplog: pytest.LogCaptureFixture) -> None:
    try:
        1 / 0  # noqa: B018 -- it must fail
    except ZeroDivisionError:
        response = server_error(RequestFactory().get("/api/v1/me"))

    told = json.loads(response.content)
    assert (response.status_code, response["Content-Type"], told["code"]) == (500, KIND, "fault")
    assert caplog.messages == [f"server error {told['reference']}: ZeroDivisionError"]
    assert told["reference"] in told["detail"]


@pytest.mark.parametrize(
    ("path", "kind"), [("/nada", "text/html; charset=utf-8"), ("/api/v1/nothing", KIND), ("/api/v1/battles/x", KIND)]
)
def test_where_nothing_is_people_read_a_page_and_programs_a_problem(client: Client, path: str, kind: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Content-Type"]) == (404, kind)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize(("path", "kind"), [("/mesa", "text/html; charset=utf-8"), ("/api/v1/me", KIND)])
def test_a_database_that_is_away_is_a_pause_that_says_when_to_come_again(
    error: type[Exception], path: str, kind: str
) -> None:
    try:
        raise error("the server closed the connection")
    except (OperationalError, InterfaceError):
        response = server_error(RequestFactory().get(path))

    assert (response.status_code, response["Retry-After"], response["Content-Type"]) == (503, "5", kind)
    assert "the server closed" not in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html"])
def test_error_pages_come_without_a_list_of_static_files(name: str, tmp_path: Path) -> None:
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": settings.HASHED_STATIC}}

    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path, DEBUG=False):
        html = render_to_string(name)

    assert 'href="/static/css/epo.css"' in html
