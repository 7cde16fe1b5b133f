from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import get_resolver

ROOT = Path(__file__).parents[3]
LIMIT = re.compile(r" *(minimum|maximum|format: int64)")


def test_the_schema_in_the_docs_is_that_of_the_code():
    """If not: make schema."""
    out, said = StringIO(), StringIO()

    call_command("spectacular", "--validate", stdout=out, stderr=said)

    assert _without_limits(out.getvalue()) == _without_limits((ROOT / "docs" / "api.yaml").read_text("utf-8"))


def _without_limits(schema: str) -> list[str]:
    """How large a number may be is the database's matter."""
    return [line for line in schema.strip().splitlines() if not LIMIT.match(line)]


def test_every_address_of_the_api_is_in_the_schema():
    told = (ROOT / "docs" / "api.yaml").read_text("utf-8")
    names = get_resolver().namespace_dict["api"][1].reverse_dict

    paths = {
        "/api/v1/" + variants[0][0][0][0].replace("%(", "{").replace(")s", "}").replace("{pk}", "{id}")
        for name, variants in ((name, names.getlist(name)) for name in names if isinstance(name, str))
    }

    assert sorted(path for path in paths if f"{path}:" not in told) == []


@pytest.mark.django_db
def test_the_page_of_the_api_loads_nothing_from_elsewhere(client):
    page = client.get("/api/docs/").content.decode()
    script = client.get("/api/docs/?script=")

    assert ("https://" in page, "<style" in page, "onclick" in page) == (False, False, False)
    assert "/api/schema/" in script.text
    assert script["Content-Type"] == "application/javascript; charset=utf-8"
