"""Forms in which reports come, as released (`corpus/`) and mangled, and whether each was stored or explained."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bench.fire.pictures import picture
from bench.fire.words import key_sent, words, words_sent

FOLDER = Path(__file__).parent / "corpus"
JSON, MULTIPART = "application/json", "multipart/form-data"
EDGE = "the-edge-of-a-part"
NO_KEY = "00000000-0000-4000-8000-000000000000"
"""Stands for the report's id until it is sent: the same seed makes the same bodies."""
STORED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.FOUND})
EXPLAINED = frozenset({408, 411, 413, 429, 431})
"""What the sender can mend, or has to send again later."""

Rows = Callable[..., Iterable[tuple[Any, ...]]]
ONE = """
    SELECT r.condition, r.text, r.state, r.language, r.sent_at, l.token, r.machine_id, r.factory_id, p.code, r.plant_name,
           r.machine_name, k.code, c.name, (SELECT count(*) FROM factories_photo f WHERE f.report_id = r.id)
    FROM factories_breakdownreport r LEFT JOIN factories_label l ON l.id = r.label_id
         LEFT JOIN places_municipality p ON p.id = r.municipality_id LEFT JOIN factories_machinekind k ON k.id = r.kind_id
         LEFT JOIN contacts_contact c ON c.id = r.reporter_id
    WHERE r.status_token = %s"""
NAMES = (
    *("condition", "text", "state", "language", "sent_at", "label", "machine", "factory", "municipality", "plant_name"),
    *("machine_name", "kind", "reporter", "photos"),
)
FAULTS = """
    SELECT f.code FROM factories_breakdownreport_faults x JOIN factories_commonfault f ON f.id = x.commonfault_id
    JOIN factories_breakdownreport r ON r.id = x.breakdownreport_id WHERE r.status_token = %s ORDER BY f.code"""


@dataclass(frozen=True, slots=True)
class Sent:
    method: str
    path: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    body: bytes
    location: str = ""

    @property
    def token(self) -> str:
        """Of the page that tells what became of the report."""
        link = self.location or (_said(self.body).get("status_url") or "")
        return link.rsplit("/", 1)[1] if "/s/" in link else ""


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    said: dict[str, Any]

    def sent(self, ground: dict[str, Any], key: str) -> Sent:
        said = fill(self.said, ground | {"id": key})
        return Sent(said["method"], said["path"], *_encoded(said))

    def row(self, ground: dict[str, Any]) -> dict[str, Any]:
        return fill(self.said["row"], ground)


def corpus() -> list[Form]:
    return [Form(path.stem, json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def fill(said: Any, ground: dict[str, Any]) -> Any:
    """A text that is nothing but a word in braces becomes the thing itself: "{machine}" is a number afterwards."""
    if isinstance(said, dict):
        return {name: fill(value, ground) for name, value in said.items()}
    if isinstance(said, list):
        return [fill(value, ground) for value in said]
    if not isinstance(said, str):
        return said
    if said.strip("{}") in ground and said.startswith("{"):
        return ground[said.strip("{}")]
    for name, value in ground.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said


def _encoded(said: dict[str, Any]) -> tuple[str, bytes]:
    if said["content_type"] == JSON:
        return JSON, json.dumps(said["body"]).encode()
    if said["content_type"] == MULTIPART:
        return f"{MULTIPART}; boundary={EDGE}", _parts(said["body"], said["photo"])
    return said["content_type"], urlencode(said["body"], doseq=True).encode()


def _parts(fields: dict[str, Any], photo: str) -> bytes:
    """An empty file field is sent as a file without name and content, as browsers do."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="photos"; filename="{photo and "a.jpg"}"\r\n'
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    file = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + (picture("c0ffee") if photo else b"") + b"\r\n"
    return b"".join([*parts[:-1], file, parts[-1], f"--{EDGE}--\r\n".encode()])


def wrong_with(form: Form, ground: dict[str, Any], sent: Sent, got: Got, rows: Rows) -> str:
    """Empty where a form of the corpus was answered and stored as it always was."""
    if got.status != form.said["status"]:
        return f"{form.name}: {got.status} instead of {form.said['status']}"
    wanted = form.row(ground)
    if "raw" in wanted:
        there = Kept.read(rows)
        is_kept = (sent.path, sent.body) in there.raw and _said(got.body).get("code") == wanted["raw"]
        return "" if is_kept else f"{form.name}: not kept raw"
    if got.status not in STORED:
        return ""
    found = _row(rows, got.token)
    differs = {name: found.get(name) for name, value in wanted.items() if found.get(name) != value}
    return f"{form.name}: {differs}" if differs else ""


def _row(rows: Rows, token: str) -> dict[str, Any]:
    one = next(iter(rows(ONE, token)), None)
    if one is None:
        return {}
    found = dict(zip(NAMES, one, strict=True))
    found["sent_at"] = _moment(found["sent_at"])
    return found | {"faults": [code for (code,) in rows(FAULTS, token)]}


def _moment(value: Any) -> str | None:
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database has: words of reports by the token of their page, words of variants by the report's id."""

    reports: dict[str, frozenset[str]]
    variants: dict[str, list[frozenset[str]]]
    raw: set[tuple[str, bytes]]

    @classmethod
    def read(cls, rows: Rows) -> Kept:
        variants: dict[str, list[frozenset[str]]] = {}
        for key, body in rows("SELECT report_id, body FROM factories_reportvariant"):
            said = body if isinstance(body, dict) else json.loads(body)
            variants.setdefault(_plain(key), []).append(words(said.get("condition"), said.get("text")))
        reports = rows("SELECT status_token, condition, text FROM factories_breakdownreport")
        return cls(
            {token: words(condition, text) for token, condition, text in reports},
            variants,
            {(path, bytes(body)) for path, body in rows("SELECT path, body FROM factories_rawintake")},
        )


def _plain(key: Any) -> str:
    return str(UUID(str(key)))


def complaint(sent: Sent, got: Got, kept: Kept) -> str:
    """Why this was neither stored nor explained; empty where it was."""
    if got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{got.status}"
    if got.status in EXPLAINED:
        return ""
    if got.status in STORED:
        return _not_stored(sent, got, kept)
    if got.status == HTTPStatus.BAD_REQUEST:
        is_kept = not sent.body or (sent.path.partition("?")[0], sent.body) in kept.raw
        return "" if is_kept else "400, and not kept"
    if got.status == HTTPStatus.UNPROCESSABLE_ENTITY and b'role="alert"' in got.body:
        return ""
    return f"{got.status}, neither stored nor explained"


def _not_stored(sent: Sent, got: Got, kept: Kept) -> str:
    """A row is not enough: it holds the words that were sent."""
    is_page = sent.method == "POST"
    if got.status == HTTPStatus.ACCEPTED:
        there = kept.variants.get(_plain(sent.path.rsplit("/", 1)[1]), [])
    elif "/reportar/anotado/" in got.location:
        there = kept.variants.get(key_sent(sent.content_type, sent.body), [])
    else:
        there = [kept.reports[got.token]] if got.token in kept.reports else []
    if not there:
        return f"{got.status}, and not stored"
    said = words_sent(sent.content_type, sent.body, is_page=is_page)
    return "" if any(said <= each for each in there) else f"{got.status}, and other words stored"


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


# Mangling ------------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7", "utf-8-sig")
TRICKS = (
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"[" * 100_000,
    b'{"condition":"stopped","condition":"badly","text":"a","text":"b"}',
    b'{"condition":"stopped","text":"\\ud800 \\udfff"}',
    b'{"condition":"stopped","text":"a\\u0000b"}',
    b'{"condition":"stopped","text":"a","machine":1e400}',
    b'{"condition":"stopped","text":"a","factory":NaN}',
    b'{"condition":"stopped","text":"a","same_as":' + b"9" * 5_000 + b"}",
    b"\xff\xfe\x00\x00",
    b"null",
    b'""',
    b"%",
    b"condition=stopped&text=%FF%FE%00&end=1",
    b"condition=stopped&text=%ED%A0%80&end=1",
    b"&" * 3_000,
    b"a=1&" * 3_000,
    b"--" + EDGE.encode() + b"\r\n\r\n",
    b"",
)
TYPES = ("", "text/plain", JSON, "application/json; charset=utf-16", f"{MULTIPART}; boundary={EDGE}", MULTIPART, "\u00e9/x",
         "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "image/jpeg")  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn, ground: dict[str, Any]) -> Sent:
    """A form of the corpus to which something happened, or a body that nobody ever meant."""
    whole = draw(st.sampled_from(corpus())).sent(ground, NO_KEY)
    how = draw(st.sampled_from(sorted(MANGLERS)))
    body = MANGLERS[how](draw, whole.body)
    content_type = draw(st.sampled_from(TYPES)) if draw(st.integers(0, 3)) == 0 else whole.content_type
    return Sent(whole.method, whole.path, content_type, body)


def _with_key(sent: Sent, key: str) -> Sent:
    body = sent.body.replace(NO_KEY.encode(), key.encode())
    return Sent(sent.method, sent.path.replace(NO_KEY, key), sent.content_type, body)


def _spot(draw: st.DrawFn, body: bytes) -> tuple[int, int]:
    low = draw(st.integers(0, max(0, len(body) - 1)))
    return low, draw(st.integers(low, len(body)))


def _cut(draw: st.DrawFn, body: bytes) -> bytes:
    return body[: _spot(draw, body)[0]]


def _hole(draw: st.DrawFn, body: bytes) -> bytes:
    low, high = _spot(draw, body)
    return body[:low] + body[high:]


def _twice(draw: st.DrawFn, body: bytes) -> bytes:
    low, high = _spot(draw, body)
    return body[:high] + body[low:]


def _noise(draw: st.DrawFn, body: bytes) -> bytes:
    low, high = _spot(draw, body)
    return body[:low] + draw(st.binary(max_size=30)) + body[min(high, low + 30) :]


def _other_encoding(draw: st.DrawFn, body: bytes) -> bytes:
    return body.decode("latin-1").encode(draw(st.sampled_from(ENCODINGS)), "replace")


def _other_value(draw: st.DrawFn, body: bytes) -> bytes:
    """One field, or one more, says something that no form says."""
    said = _said(body)
    name = draw(st.sampled_from(sorted(said) or ["text"]) | st.text(max_size=12))
    return json.dumps(said | {name: draw(VALUES)}).encode()


def _raw_characters(draw: st.DrawFn, body: bytes) -> bytes:
    """JSON with characters as they are, lone halves of characters and NUL among them."""
    text = draw(st.text(st.characters(), max_size=60))
    return json.dumps(_said(body) | {"text": text}, ensure_ascii=False).encode("utf-8", "surrogatepass")


MANGLERS: dict[str, Callable[[st.DrawFn, bytes], bytes]] = {
    "cut": _cut,
    "hole": _hole,
    "twice": _twice,
    "noise": _noise,
    "encoding": _other_encoding,
    "value": _other_value,
    "characters": _raw_characters,
    "gzip": lambda _draw, body: gzip.compress(body),
    "trick": lambda draw, _body: draw(st.sampled_from(TRICKS)),
    "bytes": lambda draw, _body: draw(st.binary(max_size=300)),
}


@dataclass
class Play:
    """Sends the corpus and what became of it; afterwards asks the database what it kept."""

    send: Callable[[Sent], Got]
    rows: Rows
    ground: dict[str, Any]
    answers: dict[int, int] = field(default_factory=dict)

    def released(self) -> Iterator[str]:
        """What is wrong, of all forms."""
        for form in corpus():
            sent = form.sent(self.ground, str(uuid4()))
            if problem := wrong_with(form, self.ground, sent, self.send(sent), self.rows):
                yield problem

    def mangled(self, count: int, number: int) -> list[str]:
        """Of `count` bodies, what was neither stored nor explained."""
        seen: list[tuple[Sent, Got]] = []

        @seed(number)
        @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(mangled(self.ground))
        def play(sent: Sent) -> None:
            fresh = _with_key(sent, str(uuid4()))
            seen.append((fresh, self.send(fresh)))

        play()
        for _, got in seen:
            self.answers[got.status] = self.answers.get(got.status, 0) + 1
        kept = Kept.read(self.rows)
        return [
            f"{problem}: {sent.method} {sent.path} {sent.content_type} {sent.body[:200]!r}"
            for sent, got in seen
            if (problem := complaint(sent, got, kept))
        ]
