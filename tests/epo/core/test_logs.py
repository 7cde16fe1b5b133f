from __future__ import annotations

import logging

import pytest
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
    assert line.endswith("duplicate key value")


@pytest.mark.parametrize("said", ["+584125550001", "0412-555 00 01", "(0412) 555.0001", "rosa@example.org"])
def test_log_names_no_phone_and_no_address(said: str) -> None:
    error = ValueError(f"invalid value: '{said}'")
    record = logging.LogRecord("django", 40, __file__, 1, "%s", (said,), (ValueError, error, None))

    line = _written(record)

    assert said not in line
    assert line.splitlines()[-1].startswith("ValueError: invalid value: '(")


def test_log_keeps_times_and_numbers_of_rows() -> None:
    record = logging.LogRecord("django", 40, __file__, 1, "notice 1234567 since 2026-11-22 19:18:49", (), None)

    assert _written(record).endswith("notice 1234567 since 2026-11-22 19:18:49")


def test_what_reaches_the_log_is_discreet() -> None:
    handler = logging.getLogger().handlers
    formats = {type(one.formatter) for one in handler if type(one) is logging.StreamHandler}

    assert formats == {WithoutRowValues}
