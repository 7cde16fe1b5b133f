"""Watchers and previews ask for the head of a page before the page; whatever may be read answers them."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/", "/acerca", "/entrar", "/logros", "/logros/batallas", "/datos-abiertos", "/healthz"]
)
def test_head_of_a_page_is_that_of_the_page(address: str, client: Client) -> None:
    page, head = client.get(address), client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert set(head.headers) == set(page.headers)
