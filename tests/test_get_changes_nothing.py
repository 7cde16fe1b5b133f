"""Messengers and browsers open addresses by themselves: opening one writes nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.doors import DOORS

WRITES = ("INSERT", "UPDATE", "DELETE")


def _tables_written(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    said = [one["sql"] for one in asked if one["sql"].startswith(WRITES)]
    return sorted({sql.split('"')[1] for sql in said})


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_opening_a_page_writes_nothing(client: Client, name: str) -> None:
    door = DOORS[name]()
    if door.by is not None:
        client.force_login(door.by)

    written = {page: _tables_written(client, page) for page in {door.address, *door.then}}

    assert {page: tables for page, tables in written.items() if tables} == {}
