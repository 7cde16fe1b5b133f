from __future__ import annotations

import logging

from django.test import RequestFactory

from epo.core.logs import RouteInsteadOfPath, WithoutRowValues


def _written(record: logging.LogRecord) -> str:
    RouteInsteadOfPath().filter(record)
    return WithoutRowValues().format(record)


def test_log_names_no_path_of_a_request() -> None:
    request = RequestFactory().get("/c/a-signed-token")
    record = logging.LogRecord("django.request", 30, __file__, 1, "Not Found: %s", ("/c/a-signed-token",), None)
    record.request = request

    line = _written(record)

    assert line.endswith("django.request Not Found: (no route)")


def test_log_leaves_out_the_row_that_postgres_shows() -> None:
    text = "duplicate key value\nDETAIL:  Key (phone)=(+584125550001) already exists.\nLINE 1: INSERT"
    record = logging.LogRecord("django", 40, __file__, 1, text, None, None)

    line = _written(record)

    assert "+58412" not in line
    assert line.endswith("duplicate key value\nLINE 1: INSERT")


def test_what_reaches_the_log_is_discreet() -> None:
    handler = logging.getLogger().handlers
    formats = {type(one.formatter) for one in handler if type(one) is logging.StreamHandler}

    assert formats == {WithoutRowValues}
