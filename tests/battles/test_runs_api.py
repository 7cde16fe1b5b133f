"""Matching runs over the API, and today's problem as a file."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from battles import matcher
from battles.actions import runs
from battles.models import Battle, MatchingRun, Offer
from tests.battles.run_scenes import make_sendable
from tests.make import (
    make_battle,
    make_coordinator,
    make_matching_run,
    make_seat,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_coordinator(username="boss")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def test_api_starts_reads_and_sends(client, boss):
    battle = make_sendable()
    make_volunteer("welding", name="Ana")

    started = client.post(reverse("api:runs"), {"battle": battle.pk}, content_type="application/json")
    runs.carry_out_run(run_id=started.json()["id"])
    told = client.get(reverse("api:run", args=[started.json()["id"]])).json()
    sent = client.post(reverse("api:run-send", args=[told["id"]]), {}, content_type="application/json").json()

    assert (started.status_code, told["state"], told["places"], told["placed"]) == (202, "done", 1, 1)
    assert [person["name"] for person in told["battles"][0]["lines"][0]["people"]] == ["Ana"]
    assert sent["battles"] == [
        {"battle": battle.pk, "asked": [Offer.objects.get().pk], "waiting": 0, "refusal": None, "refused": []}
    ]


def test_api_refuses_with_a_code(client, boss):
    answer = client.post(reverse("api:runs"), {}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_plan")


def test_api_stops_a_waiting_run(client, boss):
    run = make_matching_run()

    assert client.post(reverse("api:run-stop", args=[run.pk])).json()["state"] == "stopped"


def test_api_shows_runs_to_coordinators_only(client, boss):
    make_matching_run()
    listed = client.get(reverse("api:runs")).json()
    client.force_login(make_volunteer("welding").user)
    run = MatchingRun.objects.get().pk

    assert len(listed["results"]) == 1
    assert client.get(reverse("api:runs")).json()["results"] == []
    assert client.post(reverse("api:runs"), {}, content_type="application/json").status_code == 404
    assert client.get(reverse("api:run", args=[run])).status_code == 404


def test_exported_problem_reads_back_and_holds_no_names(tmp_path):
    make_seat(make_battle(title="Batalla secreta"))
    make_volunteer("welding", name="Zoraida")
    out, printed = tmp_path / "problem.json", StringIO()

    call_command("export_problem", out=out, stderr=StringIO())
    call_command("export_problem", stdout=printed)

    document = json.loads(out.read_text(encoding="utf-8"))
    assert (len(document["people"]), len(document["battles"])) == (1, Battle.objects.count())
    assert matcher.write(matcher.read(document)) == document
    assert json.loads(printed.getvalue()) == document
    assert [word for word in ("Zoraida", "secreta", "+58") if word in printed.getvalue()] == []
