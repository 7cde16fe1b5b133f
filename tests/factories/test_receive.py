from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from epo.audit.models import AuditEvent
from epo.contacts.models import Contact
from epo.core.errors import Refused
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from factories import actions, rules
from factories.actions import Outcome, Receipt
from factories.actions import reports as module
from factories.content import Content
from factories.models import BreakdownReport, MachineStatus, RawIntake, ReportVariant
from factories.states import Condition, ReportState
from tests.make import (
    make_common_fault,
    make_coordinator,
    make_factory,
    make_label,
    make_machine,
    make_machine_kind,
    make_machine_status,
    make_municipality,
    make_region,
    make_report,
    make_user,
)

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


def send(report_id: UUID | None = None, **said: object) -> Receipt:
    content = Content(**{"condition": "stopped", "text": "no enciende"} | said)  # type: ignore[arg-type]
    return actions.receive_report(report_id=report_id or uuid4(), content=content, by=None)


def test_report_of_a_labelled_machine_is_stored() -> None:
    label = make_label()
    fault = make_common_fault(label.machine.kind, code="no-heat", name_es="No calienta")

    receipt = send(label=label.token, text="Válvula rota", faults=("no-heat",), name="Ana", phone="+584141234567")

    report = BreakdownReport.objects.get()
    assert (receipt.report, receipt.outcome) == (report, Outcome.STORED)
    assert (report.label, report.machine, report.factory) == (label, label.machine, label.machine.factory)
    assert (report.kind, list(report.faults.all()), report.state) == (
        label.machine.kind,
        [fault],
        ReportState.NEW,
    )
    assert (report.reporter.name, report.reporter.phone) == ("Ana", "+584141234567")
    assert 100_000 <= report.number <= 999_999
    assert "valvula rota" in report.folded
    assert list(AuditEvent.objects.about(report).values_list("kind", "by", "data")) == [("report.received", None, {})]


def test_report_names_its_place_in_words() -> None:
    municipality = make_municipality()

    report = send(municipality=municipality.code, plant_name="Taller Sur", machine_name="Torno", kind="").report

    assert (report.municipality, report.factory, report.where, report.what) == (
        municipality,
        None,
        "Taller Sur",
        "Torno",
    )


def test_report_from_a_plants_label_names_the_machine() -> None:
    machine = make_machine()
    label = make_label(factory=machine.factory)

    report = send(label=label.token, machine=machine.pk).report

    assert (report.factory, report.machine, report.label) == (machine.factory, machine, label)


@pytest.mark.parametrize(
    "said",
    [
        {"label": "nada"},
        {"machine": 999_999},
        {"factory": 999_999},
        {"municipality": "nada"},
        {"kind": "nada"},
    ],
)
def test_unknown_place_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        send(**said)

    assert refused.value.refusal == rules.UNKNOWN_PLACE
    assert BreakdownReport.objects.count() == 0


def test_machine_of_another_plant_is_refused() -> None:
    label = make_label(factory=make_factory())

    with pytest.raises(Refused) as refused:
        send(label=label.token, machine=make_machine().pk)

    assert refused.value.refusal == rules.UNKNOWN_PLACE


def test_fault_that_is_not_in_the_catalogue_is_kept_as_a_word() -> None:
    report = send(label=make_label().token, text="", faults=("unknown-fault",)).report

    assert (report.text, list(report.faults.all())) == ("[unknown-fault]", [])


def test_same_report_sent_again_gets_the_same_receipt() -> None:
    report_id, label = uuid4(), make_label()

    first = send(report_id, label=label.token, name="Ana")
    second = send(report_id, label=label.token, name="Ana")

    assert (first.report, first.outcome, second.outcome) == (second.report, Outcome.STORED, Outcome.AGAIN)
    assert (BreakdownReport.objects.count(), Contact.objects.count(), ReportVariant.objects.count()) == (
        1,
        1,
        0,
    )


def test_line_ends_and_order_of_faults_make_no_other_content() -> None:
    one = Content(text="a\nb", faults=("x", "y"))

    assert Content(text="a\nb", faults=("y", "x")).hash == one.hash
    assert Content(text="a b", faults=("x", "y")).hash != one.hash


def test_other_content_is_kept_as_a_variant_once() -> None:
    report_id, label = uuid4(), make_label()
    first = send(report_id, label=label.token)

    receipts = [send(report_id, label=label.token, text="otra cosa", name="Ana", phone="+584141234567") for _ in "12"]

    variant = ReportVariant.objects.get()
    first.report.refresh_from_db()
    assert [receipt.outcome for receipt in receipts] == [Outcome.VARIANT, Outcome.VARIANT]
    assert (first.report.text, first.report.reporter) == ("no enciende", None)
    assert variant.body == {
        "condition": "stopped", "text": "otra cosa", "label": label.token,
        "contact": Contact.objects.get().pk,
    }  # fmt: skip


def test_number_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = make_report(number=100_007).number
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(module.secrets, "randbelow", lambda _n: next(drawn))

    assert (taken, send().report.number) == (100_007, 100_008)


def test_numbers_grow_longer_when_short_ones_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    make_report(number=100_000)
    monkeypatch.setattr(module.secrets, "randbelow", lambda _n: 0)

    assert send().report.number == 10_000_000


# The same breakdown


def test_same_breakdown_shares_the_others_fate() -> None:
    label = make_label()
    other = make_report(label.machine, condition=Condition.DANGEROUS)

    report = send(label=label.token, same_as=other.number, condition="", text="").report

    assert (report.state, report.same_as, report.condition) == (
        ReportState.SAME_AS,
        other,
        Condition.DANGEROUS,
    )
    assert [event.kind for event in AuditEvent.objects.about(report).order_by("pk")] == [
        "report.received",
        "breakdownreport.same_as",
    ]


def test_same_breakdown_as_one_of_another_machine_stays_new() -> None:
    other = make_report()

    report = send(label=make_label().token, same_as=other.number).report

    assert (report.state, report.same_as) == (ReportState.NEW, None)


def test_same_breakdown_as_one_that_was_dealt_with_stays_new() -> None:
    label = make_label()
    other = make_report(label.machine, state=ReportState.ANSWERED)

    report = send(label=label.token, same_as=other.number, condition="", text="").report

    assert (report.state, report.condition) == (ReportState.NEW, Condition.STOPPED)


# How the machine is


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [("stopped", ["stopped"]), ("dangerous", ["dangerous"]), ("badly", []), ("running", [])],
)
def test_report_says_how_a_machine_is_of_which_nothing_is_known(condition: str, statuses: list[str]) -> None:
    send(label=make_label().token, condition=condition)

    assert list(MachineStatus.objects.values_list("state", flat=True)) == statuses


def test_report_does_not_overrule_a_known_status() -> None:
    label = make_label()
    make_machine_status(label.machine, state=Condition.RUNNING)

    send(label=label.token)

    assert list(MachineStatus.objects.values_list("state", flat=True)) == [Condition.RUNNING]


# Danger


def test_danger_is_told_to_the_coordinators_of_the_region_once_a_day() -> None:
    label = make_label()
    region = label.machine.factory.municipality.state.region
    near = make_coordinator(region)
    make_coordinator(make_region("far"))
    make_coordinator()

    first = send(label=label.token, condition="dangerous").report
    send(label=label.token, condition="dangerous", text="otra vez")
    send(label=label.token, condition="stopped")

    note = Notification.objects.get()
    message = message_for(note)
    assert (note.contact.user, note.is_urgent, note.not_before) == (near, True, None)
    assert message is not None
    assert message.url == reverse("battles:report", args=[first.pk])
    assert first.what in message.subject


def test_danger_at_an_unknown_plant_is_told_to_the_nation() -> None:
    nation = make_coordinator()

    report = send(condition="dangerous", plant_name="Taller Sur").report

    assert Notification.objects.get().contact.user == nation
    assert "Taller Sur" in message_for(Notification.objects.get()).subject  # type: ignore[union-attr]
    assert report.municipality is None


# What could not be read


def test_unreadable_body_is_kept_once() -> None:
    said = {"path": "/r/x", "content_type": "text/plain", "body": b"\xff\x00", "problem": "unreadable"}

    assert actions.keep_raw(**said) == actions.keep_raw(**said)
    assert [(raw.path, bytes(raw.body)) for raw in RawIntake.objects.all()] == [("/r/x", b"\xff\x00")]


def test_unreadable_body_is_dealt_with_once() -> None:
    raw = actions.keep_raw(path="/r/x", content_type="", body=b"x", problem="unreadable")
    first, second = make_user(), make_user()

    actions.handle_raw(raw=raw, by=first)
    actions.handle_raw(raw=raw, by=second)

    raw.refresh_from_db()
    assert raw.handled_by == first


def test_unreadable_body_that_was_dealt_with_is_erased() -> None:
    raw = actions.keep_raw(path="/r/x", content_type="", body=b"+584145550001", problem="unreadable")

    actions.handle_raw(raw=raw, by=make_user())
    again = actions.keep_raw(path="/r/x", content_type="", body=b"+584145550001", problem="unreadable")

    raw.refresh_from_db()
    assert (again, bytes(raw.body), raw.size, raw.problem) == (raw, b"", 13, "unreadable")


# At once


@pytest.mark.django_db(transaction=True)
def test_five_sendings_at_once_store_one_report() -> None:
    token = make_label(make_machine(kind=make_machine_kind())).token
    report_id, start = uuid4(), Barrier(5)

    def once(_n: int) -> Outcome:
        start.wait()
        try:
            return send(report_id, label=token, name="Ana").outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        outcomes = sorted(outcome.value for outcome in pool.map(once, range(5)))

    assert outcomes == ["again", "again", "again", "again", "stored"]
    assert (BreakdownReport.objects.count(), Contact.objects.count(), ReportVariant.objects.count()) == (
        1,
        1,
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_five_variants_at_once_are_kept_once_each() -> None:
    token = make_label().token
    report_id, start = uuid4(), Barrier(6)
    send(report_id, label=token)

    def once(n: int) -> Outcome:
        start.wait()
        try:
            return send(report_id, label=token, text=f"otra {n % 2}").outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = {outcome.value for outcome in pool.map(once, range(6))}

    assert outcomes == {"variant"}
    assert sorted(variant.body["text"] for variant in ReportVariant.objects.all()) == ["otra 0", "otra 1"]


@pytest.mark.django_db(transaction=True)
def test_reports_of_one_machine_at_once_are_all_stored() -> None:
    token, start = make_label().token, Barrier(4)

    def once(_n: int) -> Outcome:
        start.wait()
        try:
            return send(label=token).outcome
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = [outcome.value for outcome in pool.map(once, range(4))]

    assert (outcomes, MachineStatus.objects.count()) == (["stored"] * 4, 1)
