"""The page that the reporter keeps: no account, no names, in plain words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from battles.states import BattleState, RequestState
from battles.views.status import fate_of
from factories.states import Condition, ReportState
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_contact,
    make_coordinator,
    make_machine,
    make_photo,
    make_report,
    make_request,
    make_request_report,
)

pytestmark = pytest.mark.django_db


def page_of(report):
    return Client().get(reverse("battles:report-status", args=[report.status_token]))


def say_again(report, **data):
    return Client().post(reverse("battles:report-again", args=[report.status_token]), data)


def make_joined(state: RequestState, **fields):
    machine = make_machine()
    return make_request_report(
        make_request(machine, state=state, **fields), make_report(machine, state=ReportState.JOINED)
    )


def test_status_of_an_unknown_token_is_not_there():
    assert Client().get(reverse("battles:report-status", args=["nonsense"])).status_code == 404
    assert Client().post(reverse("battles:report-again", args=["nonsense"])).status_code == 404


def test_status_needs_no_account_and_is_light():
    response = page_of(make_report())

    assert response.status_code == 200
    assert b"htmx" not in response.content
    assert "no-store" in response["Cache-Control"]


def test_status_shows_the_number_and_nobodys_name():
    boss = make_coordinator(name="Carmen Jefa")
    report = make_report(
        reporter=make_contact(name="Rosa Pérez"), state=ReportState.ANSWERED, reason="girar la llave",
        answered_with="Luisa Torres", in_hand_of=boss, text="palabras del obrero",
    )  # fmt: skip

    text = page_of(report).content.decode()

    assert str(report) in text
    assert "girar la llave" in text
    assert [name for name in ("Rosa", "Luisa", "Carmen", "palabras") if name in text] == []


def kind_of(report) -> str:
    return fate_of(report).kind


def test_status_of_a_new_report_says_whether_somebody_has_it_in_hand():
    waiting, in_hand = fate_of(make_report()), fate_of(make_report(in_hand_of=make_coordinator()))

    assert waiting.kind == in_hand.kind == "info"
    assert waiting.says != in_hand.says


def test_status_says_in_plain_words_what_became_of_the_request():
    fates = {state: fate_of(make_joined(state).report) for state in RequestState}

    assert {state.value: fate.kind for state, fate in fates.items()} == {
        "open": "wait", "planned": "wait", "under_repair": "info", "repaired": "good",
        "partly_repaired": "wait", "not_repairable": "bad", "cancelled": "wait",
    }  # fmt: skip
    assert len({fate.says for fate in fates.values()}) == len(RequestState)


def test_status_of_the_same_breakdown_shares_the_fate_of_the_main_report():
    tie = make_joined(RequestState.UNDER_REPAIR)
    same = make_report(tie.report.machine, state=ReportState.SAME_AS, same_as=tie.report)

    assert fate_of(same) == fate_of(tie.report)


def test_status_of_what_is_closed_is_repaired():
    main = make_report(closed_at=now())
    same = make_report(main.machine, state=ReportState.SAME_AS, same_as=main)

    assert [kind_of(main), kind_of(same)] == ["good", "good"]


@pytest.mark.parametrize(
    ("may_publish", "state", "shown"),
    [
        (True, BattleState.READY, True),
        (True, BattleState.UNDER_WAY, True),
        (True, BattleState.ASKING, False),
        (False, BattleState.READY, False),
    ],
)
def test_status_shows_the_dates_only_where_the_agreement_lets_it(may_publish, state, shown):
    tie = make_joined(RequestState.PLANNED)
    battle = make_battle(tie.request.factory, state=state)
    make_battle_request(battle, tie.request)
    make_agreement(battle, may_publish=may_publish)

    assert (fate_of(tie.report).battle == battle) is shown


def test_status_of_a_dangerous_machine_says_that_this_is_no_emergency_service():
    dangerous = page_of(make_report(condition=Condition.DANGEROUS))
    stopped = page_of(make_report())

    assert dangerous.context["is_dangerous"]
    assert b'role="alert"' in dangerous.content
    assert b'role="alert"' not in stopped.content


def test_status_shows_what_became_of_the_photos():
    photo = make_photo()

    assert list(page_of(photo.report).context["photos"]) == [photo]


def test_broken_again_makes_a_finished_report_new():
    report = make_report(state=ReportState.ANSWERED, closed_at=now() - timedelta(days=3))

    response = say_again(report, text="volvió a pararse")

    report.refresh_from_db()
    assert response.url == reverse("battles:report-status", args=[report.status_token])
    assert (report.state, report.closed_at) == (ReportState.NEW, None)
    assert report.again_at is not None
    assert "volvió a pararse" in report.text


def test_broken_again_is_heard_from_a_phone_without_cookies():
    report = make_report(state=ReportState.ANSWERED)
    phone = Client(enforce_csrf_checks=True)

    phone.post(reverse("battles:report-again", args=[report.status_token]), {"text": "volvió"})

    report.refresh_from_db()
    assert report.state == ReportState.NEW


def test_broken_again_twice_says_it_once():
    report = make_report(state=ReportState.ANSWERED)

    say_again(report, text="volvió")
    say_again(report, text="volvió")

    report.refresh_from_db()
    assert report.text.count("volvió") == 1


def test_broken_again_by_a_link_changes_nothing():
    report = make_report(state=ReportState.ANSWERED)

    response = Client().get(reverse("battles:report-again", args=[report.status_token]))

    report.refresh_from_db()
    assert response.status_code == 405
    assert report.again_at is None


def test_status_keeps_the_receipt_free_of_inline_script_and_style():
    text = page_of(make_report(condition=Condition.DANGEROUS)).content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == []
