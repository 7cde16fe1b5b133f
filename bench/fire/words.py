"""The words of a report as they were sent, in any of its forms, to be looked for in what was stored."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

NOT_A_CHARACTER = "\ufffd"
WORDS = ("condition", "text")


def words(*said: str | None) -> frozenset[str]:
    """Without what is no character: a database need not hold it."""
    text = " ".join(one or "" for one in said).replace(NOT_A_CHARACTER, " ")
    return frozenset("".join(each if each.isprintable() else " " for each in text).split())


def words_sent(content_type: str, body: bytes, *, is_page: bool) -> frozenset[str]:
    """None at all where the body cannot be read here, and for “it is the same breakdown” of the page, which says none."""
    said = _fields(content_type, body) if is_page else _object(body)
    if is_page and "same_as" in said:
        return frozenset()
    return words(*(value for name in WORDS if isinstance(value := said.get(name), str)))


def key_sent(content_type: str, body: bytes) -> str:
    """The id in the form; empty where it has none that holds."""
    try:
        return str(UUID(_fields(content_type, body).get("id", "")))
    except ValueError:
        return ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    """Of two of a name the last one counts."""
    kind, _, options = content_type.partition(";")
    if "charset" in options:
        return {}
    try:
        if kind == "multipart/form-data":
            return dict(_parts(options.partition("boundary=")[2].encode(), body))
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        return {}


def _parts(edge: bytes, body: bytes) -> list[tuple[str, str]]:
    parts = [part.partition(b"\r\n\r\n") for part in (b"\r\n" + body).split(b"\r\n--" + edge)[1:]]
    return [
        (head.partition(b'name="')[2].partition(b'"')[0].decode(), value.decode())
        for head, _, value in parts
        if head.count(b'name="') == 1
    ]
