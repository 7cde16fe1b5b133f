from __future__ import annotations

import re

import pytest
from django.test import RequestFactory

from epo.core.pages import server_error


def test_what_broke_gets_a_code_that_stands_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    try:
        1 / 0  # noqa: B018 -- it must fail
    except ZeroDivisionError:
        response = server_error(RequestFactory().get("/"))

    code = re.search(r'<b class="code">(\w{5})</b>', response.content.decode())
    assert code
    assert (response.status_code, caplog.messages) == (500, [f"server error {code[1]}: ZeroDivisionError"])
