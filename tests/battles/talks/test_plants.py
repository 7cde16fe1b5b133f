from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.timezone import now

from battles.models import OwnRepair, Talk
from battles.states import TalkKind, TalkStep
from epo.contacts.models import Contact
from epo.core import say
from epo.core.clock import today
from factories.models import MachineStatus, OutputReading
from factories.states import Condition, MemberRole
from tests.battles.talks.phones import Phone, phone_of
from tests.make import (
    make_battle,
    make_contact,
    make_factory,
    make_follow_up,
    make_label,
    make_line,
    make_machine,
    make_membership,
    make_output_reading,
    make_user,
)

pytestmark = pytest.mark.django_db
POLITE = "Only who speaks for the plant can tell this, and from the phone that we know. We pass it on to a coordinator."


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def plant():
    plant = make_factory(name="La Gaviota")
    make_label(factory=plant, number=1234)
    return plant


def speaker(plant, role=MemberRole.DELEGATE):
    user = make_user()
    make_membership(plant, user, role=role)
    return phone_of(make_contact(user=user))


def test_the_delegate_tells_the_output_and_answers_the_reading_that_is_due(plant):
    line = make_line(plant, product="Harina", unit="t")
    due = make_follow_up(make_battle(plant, state="closed"), line=line, due_on=today(), asked_at=now())

    told = speaker(plant)("Producción 1234 260,5 t")

    reading = OutputReading.objects.get()
    due.refresh_from_db()
    assert told.startswith(f"Noted: Harina, 260.5 t on {say.short_day(today())}. Thank you.")
    assert (reading.line, reading.day, reading.amount, reading.is_confirmed) == (line, today(), Decimal("260.5"), True)
    assert (due.reading, reading.said_by) == (reading, "workers' delegate, by message")


def test_the_machines_label_names_its_line(plant):
    make_line(plant, product="Sardina")
    line = make_line(plant, product="Harina")
    make_label(make_machine(plant, line=line), number=1250)

    speaker(plant)("produccion 1250 12")

    assert OutputReading.objects.get().line == line


def test_several_lines_are_asked_back_and_the_answer_is_a_number(plant):
    flour, sardine = make_line(plant, product="Harina"), make_line(plant, product="Sardina")
    phone = speaker(plant)

    asked = phone("PRODUCCION 1234 260")
    told = phone("2")

    reading = OutputReading.objects.get()
    assert asked == "Of which line? 1 Harina, 2 Sardina. Answer with the number."
    assert told.startswith("Noted: Sardina, 260 t")
    assert (reading.line, reading.amount) == (sardine, Decimal(260))
    assert (Talk.objects.open().count(), Talk.objects.drafts().count(), flour.readings.count()) == (0, 0, 0)


@pytest.mark.parametrize("text", ["PRODUCCION 1234 2 260", "produccion 1234 sardina 260 t"])
def test_the_line_can_be_named_at_once(plant, text):
    make_line(plant, product="Harina")
    line = make_line(plant, product="Sardina")

    speaker(plant)(text)

    assert OutputReading.objects.get().line == line


def test_an_answer_that_names_no_line_is_left_to_a_coordinator(plant):
    make_line(plant, product="Harina")
    make_line(plant, product="Sardina")
    phone = speaker(plant)

    phone("PRODUCCION 1234 260")
    told = phone("la de siempre")

    talk = Talk.objects.drafts().get()
    assert told == "We could not understand that. A coordinator will look at it. Thank you."
    assert (talk.kind, talk.text, talk.contact.phone) == (
        TalkKind.OUTPUT, "PRODUCCION 1234 260\nla de siempre", phone.number,
    )  # fmt: skip


def test_another_unit_than_the_lines_is_not_taken(plant):
    make_line(plant, product="Harina", unit="t")

    told = speaker(plant)("produccion 1234 260 kg")

    assert told == "Harina is measured in t a day. Write the output again in t."
    assert OutputReading.objects.count() == 0


@pytest.mark.parametrize("role", [MemberRole.MANAGER, None])
def test_management_and_the_plants_contact_tell_but_do_not_confirm(plant, role):
    make_line(plant)
    plant.contact = make_contact()
    plant.save()
    phone = speaker(plant, role) if role else phone_of(plant.contact)

    phone("produccion 1234 12")

    assert OutputReading.objects.get().is_confirmed is False


def test_what_the_workers_confirmed_is_not_overwritten_by_others(plant):
    line = make_line(plant)
    make_output_reading(line, day=today(), amount=10, is_confirmed=True)

    told = speaker(plant, MemberRole.MANAGER)("produccion 1234 99")

    assert told.endswith("The workers' delegate has confirmed another figure for this day.")
    assert OutputReading.objects.get().amount == 10


@pytest.mark.parametrize(
    "text", ["PRODUCCION 1234 260", "REPARAMOS 1234 el molino", "PRODUCCION 9999 260", "reparamos 9999 x"]
)
def test_others_are_refused_politely_and_a_coordinator_sees_it_once(plant, text):
    make_line(plant)
    elsewhere, stranger = speaker(make_factory()), Phone("+584140000000")
    member = speaker(plant, MemberRole.WORKER)

    told = {one(text) for one in (stranger, stranger, elsewhere, member)}

    drafts = Talk.objects.drafts()
    assert told == {POLITE}
    assert sorted(talk.contact.phone for talk in drafts) == sorted(
        [stranger.number, elsewhere.number, member.number]
    )  # fmt: skip
    assert {talk.text for talk in drafts} == {text}
    assert OutputReading.objects.count() == OwnRepair.objects.count() == 0


def test_own_repairs_are_noted_with_the_battle_after_which_the_plant_was_asked(plant):
    machine = make_machine(plant, name="Molino")
    make_label(machine, number=1250)
    battle = make_battle(plant, state="closed")
    make_follow_up(battle, asked_at=now(), due_on=today())
    phone = speaker(plant)

    told = [phone("REPARAMOS 1250"), phone("reparamos 1234 La enlatadora"), phone("reparamos 1234")]

    rows = OwnRepair.objects.order_by("pk").values_list("what", "machine", "learned_from", "on")
    assert told[:2] == [
        f"Noted, repaired by yourselves: {what}. Congratulations, and thank you for telling."
        for what in ("Molino", "La enlatadora")
    ]
    assert told[2].startswith("What did you repair? Write REPARAMOS")
    assert list(rows) == [("Molino", machine.pk, battle.pk, today()), ("La enlatadora", None, battle.pk, today())]
    assert MachineStatus.objects.get(until=None).state == Condition.RUNNING


def test_what_is_missing_is_said_with_an_example(plant):
    phone = speaker(plant)

    assert phone("produccion 1234").endswith("for example: PRODUCCION 1234 260")
    assert phone("reparamos").endswith("for example: REPARAMOS 1234 the mill")


def test_a_question_about_the_line_does_not_stand_in_the_way_of_a_breakdown(plant):
    make_line(plant)
    make_line(plant)
    phone = speaker(plant)

    phone("PRODUCCION 1234 260")
    phone("averia 1234")

    assert Talk.objects.open().get().step in (TalkStep.MACHINE, TalkStep.CONDITION)
    assert Talk.objects.drafts().get().kind == TalkKind.OUTPUT
    assert Contact.objects.filter(phone=phone.number).count() == 3
