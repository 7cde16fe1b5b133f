"""What an answer of the API that is no success says (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

KIND = "application/problem+json"
API = "/api/"
"""Below it programs ask, and read no pages."""


def problem_body(answer: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """`code` is for programs, `detail` for people."""
    title = HTTPStatus(answer).phrase
    return {"type": "about:blank", "title": title, "status": answer, "code": code, "detail": detail} | more
