from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from epo.core.pages import server_error


def test_what_broke_gets_a_code_that_stands_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    try:
        1 / 0  # noqa: B018 -- it must fail
    except ZeroDivisionError:
        response = server_error(RequestFactory().get("/"))

    code = re.search(r'<b class="code">(\w{5})</b>', response.content.decode())
    assert code
    assert (response.status_code, caplog.messages) == (500, [f"server error {code[1]}: ZeroDivisionError"])


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_come_without_a_list_of_static_files(name: str, tmp_path: Path) -> None:
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": settings.HASHED_STATIC}}

    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path, DEBUG=False):
        html = render_to_string(name)

    assert 'href="/static/css/epo.css"' in html
