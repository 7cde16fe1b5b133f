"""Sends one request as somebody, and tells in what its answer is not as the schema says."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import requests
from schemathesis import Response
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fire.routes.checker import undone
from tests.fire.routes.world import World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
HERE = "http://testserver"
SHOWN = 300


def judged(world: World, actor: str, case: Any) -> tuple[int, list[str]]:
    """The status, and what is wrong; nothing that happens stays."""
    try:
        with undone():
            answer = _sent(world, actor, case)
    except Exception as error:  # noqa: BLE001 -- told to the test as what it found
        return 500, [f"{type(error).__name__}: {error}"[:SHOWN]]
    asked = requests.Request(case.method.upper(), f"{HERE}{answer.request['PATH_INFO']}").prepare()
    headers = {name: [value] for name, value in answer.headers.items()}
    told = Response(answer.status_code, headers, answer.content, asked, elapsed=0.01, verify=False)
    try:
        case.validate_response(told, checks=CHECKS)
    except FailureGroup as found:
        return answer.status_code, [_line(answer, failure) for failure in found.exceptions]
    return answer.status_code, []


def _sent(world: World, actor: str, case: Any) -> Any:
    client = world.enter(actor)
    query = urlencode(case.query or {}, doseq=True)
    body, kind = _body(case)
    address = case.formatted_path + (f"?{query}" if query else "")
    return client.generic(case.method.upper(), address, body, kind, headers=dict(case.headers or {}))


def _body(case: Any) -> tuple[bytes, str]:
    if isinstance(case.body, NotSet):
        return b"", "application/json"
    if isinstance(case.body, bytes):
        return case.body, "application/octet-stream"
    return json.dumps(case.body).encode(), "application/json"


def _line(answer: Any, failure: Any) -> str:
    said = " ".join(f"{failure.title}: {failure.message}".split())
    return f"{answer.status_code} {said}"[:SHOWN]
