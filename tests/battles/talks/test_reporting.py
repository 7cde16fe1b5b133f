from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from battles.actions.talks import IDLE, end_idle_talks
from battles.models import Talk
from battles.states import TalkStep
from epo.contacts.models import Contact
from epo.notifications.models import Notification
from factories.models import BreakdownReport
from factories.states import Condition, ReportState
from tests.battles.talks.phones import Phone
from tests.make import (
    make_common_fault,
    make_coordinator,
    make_factory,
    make_label,
    make_machine,
    make_machine_kind,
    make_report,
)

pytestmark = pytest.mark.django_db
HOW = "Horno 2, La Gaviota. How is it? 1 stopped, 2 running badly, 3 dangerous (switch off, isolate, warn)."
WHAT = "What is wrong? 1 no enciende, 2 hace ruido. Answer with numbers, or in your own words."
MORE = "Anything else? What you hear, see or smell. Or write NO."
NAME = "Your name, if you like: only coordinators see it. Or write NO."
phone = Phone()
other_phone = Phone("+584145550002")


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.SITE_URL = "https://epo.example.org"


@pytest.fixture
def oven():
    kind = make_machine_kind()
    make_common_fault(kind, code="dead", name_en="no enciende")
    make_common_fault(kind, code="noise", name_en="hace ruido")
    machine = make_machine(make_factory(name="La Gaviota"), name="Horno 2", kind=kind)
    make_label(machine, number=1234)
    return machine


def grow_old():
    Talk.objects.update(last_at=now() - IDLE - timedelta(minutes=1))


def test_four_questions_make_a_report(oven):
    said = [phone(text) for text in ("AVERIA 1234", "1", "2 y 1", "huele a quemado", "José Rojas")]

    report = BreakdownReport.objects.get()
    talk = Talk.objects.get()
    assert said == [
        HOW, WHAT, MORE, NAME,
        f"Report {report} has arrived: Horno 2. Thank you. What becomes of it: https://epo.example.org/s/{report.status_token}",
    ]  # fmt: skip
    assert (report.machine, report.condition, report.text, report.state) == (
        oven, Condition.STOPPED, "huele a quemado", ReportState.NEW,
    )  # fmt: skip
    assert sorted(fault.code for fault in report.faults.all()) == ["dead", "noise"]
    assert (report.reporter.name, report.reporter.phone) == ("José Rojas", phone.number)
    assert (talk.report, talk.contact, talk.is_draft, talk.asked) == (report, None, False, 4)
    assert phone.number not in str(talk.__dict__)


def test_what_stands_after_the_number_counts_already(oven):
    said = [phone(text) for text in ("averia 1234 parada, huele a quemado", "no", "no", "no")]

    report = BreakdownReport.objects.get()
    assert said[:3] == [WHAT, MORE, NAME]
    assert (report.condition, report.text, report.reporter.name) == (Condition.STOPPED, "parada, huele a quemado", "")


def test_an_answer_that_is_not_understood_is_kept_and_asked_once_more(oven):
    said = [phone(text) for text in ("averia 1234", "no sé", "tampoco", "chilla", "listo")]

    report = BreakdownReport.objects.get()
    assert said[:4] == [
        HOW, "Horno 2: answer with 1, 2 or 3. 1 stopped, 2 running badly, 3 dangerous.", WHAT, MORE,
    ]  # fmt: skip
    assert said[4].startswith(f"Report {report} has arrived")
    assert (report.condition, report.text) == (Condition.STOPPED, "no sé\ntampoco\nchilla")


def test_danger_is_passed_on_at_once_and_coordinators_hear_it_at_night(oven):
    boss = make_coordinator(oven.factory.municipality.state.region)

    said = [phone(text) for text in ("averia 1234", "3 fuga de gas")]

    report, note = BreakdownReport.objects.get(), Notification.objects.get()
    assert said[1].startswith(f"{report}: the coordinators are being told. Switch off, isolate, warn.")
    assert (report.condition, report.text) == (Condition.DANGEROUS, "3 fuga de gas")
    assert (note.kind, note.contact.user, note.is_urgent) == ("report.dangerous", boss, True)


def test_the_same_breakdown_shares_the_fate_of_the_open_report(oven):
    first = make_report(oven)

    said = [phone(text) for text in ("averia 1234", "MISMO")]

    report = BreakdownReport.objects.exclude(pk=first.pk).get()
    assert said[0].startswith(f"Horno 2 has report {first}, just now. Write MISMO if it is that")
    assert said[1].startswith(f"Report {report} has arrived")
    assert (report.state, report.same_as) == (ReportState.SAME_AS, first)


def test_a_label_of_a_plant_asks_for_the_machine_and_four_questions_are_all(oven):
    make_label(factory=oven.factory, number=1300)
    make_machine(oven.factory, name="Molino")

    said = [phone(text) for text in ("averia 1300", "2", "1", "no gira", "nada")]

    report = BreakdownReport.objects.get()
    assert said[0] == "La Gaviota. Which machine? 1 Horno 2, 2 Molino. Answer with the number, or write its name."
    assert said[4].startswith(f"Report {report} has arrived: Molino.")
    assert (report.machine.name, report.condition, report.text) == ("Molino", Condition.STOPPED, "no gira")


@pytest.mark.parametrize("answer", ["horno", "1234", "1"])
def test_a_machine_is_chosen_by_name_by_its_label_or_by_its_place(oven, answer):
    make_label(factory=oven.factory, number=1300)

    phone("averia 1300")
    phone(answer)

    assert Talk.objects.get().machine == oven


def test_a_machine_that_nobody_knows_is_kept_as_it_is_called(oven):
    make_label(factory=oven.factory, number=1300)

    for text in ("averia 1300", "la cinta nueva", "2", "se para", "no"):
        phone(text)

    report = BreakdownReport.objects.get()
    assert (report.machine, report.machine_name, report.factory, report.text) == (
        None, "la cinta nueva", oven.factory, "se para",
    )  # fmt: skip


def test_a_number_that_no_label_has_begins_nothing():
    told = phone("averia 9999")
    hint = phone("averia")

    assert told == "We do not know a label with the number 9999. Look at it again."
    assert hint == "Write AVERIA and the number on the machine's label, for example: AVERIA 1234"
    assert Talk.objects.count() == Contact.objects.count() == 0


def test_the_same_order_again_asks_the_same_question_again(oven):
    said = [phone("averia 1234") for _ in range(3)]

    talk = Talk.objects.get()
    assert said == [HOW] * 3
    assert (talk.asked, talk.step) == (1, TalkStep.CONDITION)


def test_two_phones_are_two_conversations(oven):
    said = [(one("averia 1234"), one("2")) for one in (phone, other_phone)]
    for text in ("se apaga", "no", "no"):
        phone(text)
    other_phone("hace ruido")

    report = BreakdownReport.objects.get()
    talk = Talk.objects.open().get()
    assert said == [(HOW, WHAT)] * 2
    assert (report.reporter.phone, report.text) == (phone.number, "se apaga")
    assert (talk.contact.phone, talk.text, talk.step) == (other_phone.number, "hace ruido", TalkStep.MORE)


def test_another_number_ends_what_was_begun_and_loses_nothing(oven):
    mill = make_machine(oven.factory, name="Molino")
    make_label(mill, number=1235)

    for text in ("averia 1234", "1", "averia 1235"):
        phone(text)

    report = BreakdownReport.objects.get()
    assert (report.machine, report.condition) == (oven, Condition.STOPPED)
    assert Talk.objects.open().get().machine == mill


def test_silence_makes_a_report_where_machine_and_condition_are_known(oven):
    for text in ("averia 1234", "1", "chilla"):
        phone(text)
    early = end_idle_talks()
    grow_old()

    ended = [end_idle_talks(), end_idle_talks()]

    report = BreakdownReport.objects.get()
    assert (early, ended) == (0, [1, 0])
    assert (report.machine, report.condition, report.text, report.reporter.phone) == (
        oven, Condition.STOPPED, "chilla", phone.number,
    )  # fmt: skip


def test_silence_before_that_leaves_a_draft_for_a_coordinator(oven):
    phone("averia 1234 huele raro")
    grow_old()

    end_idle_talks()

    talk = Talk.objects.drafts().get()
    assert (talk.machine, talk.text, talk.contact.phone, talk.report) == (oven, "huele raro", phone.number, None)
    assert BreakdownReport.objects.count() == 0
    assert phone("averia 1234") == HOW


def test_too_many_reports_are_kept_and_tried_again(oven, settings):
    settings.REPORTS_PER_LABEL = 0

    said = [phone(text) for text in ("averia 1234", "1", "no", "no", "no")]
    kept = Talk.objects.open().get()
    settings.REPORTS_PER_LABEL = 60
    grow_old()
    end_idle_talks()

    report = BreakdownReport.objects.get()
    kept.refresh_from_db()
    assert said[4].startswith("Many reports come in just now.")
    assert (kept.report, report.condition) == (report, Condition.STOPPED)


def test_an_offers_code_in_the_midst_of_it_does_not_answer_the_question(oven):
    phone("averia 1234")

    told = phone("SI K7Q2")

    assert told == "We do not know this code from this phone. Look at it again in our message."
    assert Talk.objects.get().step == TalkStep.CONDITION


def test_strangers_who_want_nothing_get_no_answer():
    assert [phone(text) for text in ("hola", "", "Su saldo es 0,00 Bs")] == ["", "", ""]
    assert phone("ayuda").startswith("SI or NO and your code.")
