from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from bench.fire import payloads
from bench.fire.payloads import Got, Play, Sent
from bench.fire.seeds.line import ground_of_the_corpus
from epo.core.clock import today
from factories import actions
from factories.models import RawIntake

MANGLED = 60
"""The harness sends 1,000 over a real line (bench/fire/rows/payloads.py)."""
HONOURED = timedelta(days=180)
SEED = 4


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


@pytest.fixture
def play(transactional_db: None, settings: LazySettings) -> Play:
    settings.REPORTS_PER_LABEL = 1_000_000
    client = Client(raise_request_exception=False)

    def send(sent: Sent) -> Got:
        answer = client.generic(sent.method, sent.path, sent.body, content_type=sent.content_type)
        return Got(answer.status_code, answer.content, answer.headers.get("Location", ""))

    return Play(send, _rows, ground_of_the_corpus())


def test_every_released_form_is_understood_as_it_always_was(play: Play, record_property) -> None:
    wrong = list(play.released())

    record_property("R4", f"{len(payloads.corpus())} released forms, {len(wrong)} not understood as before")
    assert wrong == []


def test_whatever_arrives_is_stored_or_explained(play: Play, record_property) -> None:
    wrong = play.mangled(MANGLED, SEED)

    record_property(
        "R4", f"{MANGLED} mangled bodies, {len(wrong)} neither stored nor explained, answers {play.answers}"
    )
    assert wrong == []


def test_bodies_in_letters_that_hide_the_question_of_their_address_are_kept_raw(play: Play) -> None:
    path = f"/reportar?municipality={play.ground['municipality']}&plant=other"
    bodies = [b'{"condition": "stopped", "text": "no gira"}', b"condition=stopped&text=no+gira&end=1"]

    sent = [Sent("POST", path, "application/json; charset=utf-16", body) for body in bodies]

    got = [(one, play.send(one)) for one in sent]
    kept = payloads.Kept.read(play.rows)
    assert [(answer.status, payloads.complaint(one, answer, kept)) for one, answer in got] == [(400, "")] * 2


def test_without_keeping_it_raw_what_is_lost_shows(play: Play, monkeypatch, record_property) -> None:
    monkeypatch.setattr(actions, "keep_raw", lambda **_said: RawIntake(key="0" * 64))

    lost = play.mangled(60, SEED)

    record_property("R4 without", f"unreadable bodies not kept: {len(lost)} of 60 lost")
    assert lost


def test_words_that_got_lost_on_the_way_show(play: Play, monkeypatch, record_property) -> None:
    for where in ("factories.forms", "factories.api.serializers"):
        monkeypatch.setattr(f"{where}.tidy", lambda text: text[:3])

    wrong = play.mangled(60, SEED)

    record_property("R4 without", f"words cut short: {len(wrong)} of 60 found")
    assert {problem.partition(":")[0] for problem in wrong} == {
        "201, and other words stored",
        "302, and other words stored",
    }


def test_forms_are_honoured_for_half_a_year_after_their_replacement() -> None:
    said = {form.name: form.said for form in payloads.corpus()}

    assert len(said) >= 33
    assert all(each.keys() >= {"released", "method", "path", "content_type", "status", "row"} for each in said.values())
    assert [name for name, each in said.items() if _is_over(each.get("replaced"))] == []


def _is_over(replaced: str | None) -> bool:
    return replaced is not None and date.fromisoformat(replaced) + HONOURED < today()
