"""Figures before and after that the plant says otherwise."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from battles.actions import corrections as actions
from battles.actions import results
from battles.gains import gains
from battles.models import LineResult, OutputCorrection
from battles.plant_links import plant_token
from battles.rules import plants as rules
from battles.rules.results import TOLD_BY_WORKERS
from epo.audit.models import AuditEvent
from epo.core.errors import Refused
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from factories.models import OutputReading
from factories.states import MemberRole
from tests.make import (
    make_battle,
    make_contact,
    make_coordinator,
    make_factory,
    make_line,
    make_line_result,
    make_membership,
    make_output_correction,
    make_plant_link,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db

DELEGATE = {"said_by": "delegada", "is_first_hand": True}
MANAGER = {"said_by": "gerencia", "is_first_hand": False}


@pytest.fixture
def result():
    battle = make_battle(make_factory(contact=make_contact()), state="closed", ended_at=now() - timedelta(days=3))
    return make_line_result(battle, make_line(battle.factory, unit="t"), before=0, after=14)


def refusal(action, **arguments):
    with pytest.raises(Refused) as refused:
        action(**arguments)
    return refused.value.refusal


def figures(result):
    result.refresh_from_db()
    return (result.before, result.after, result.confirmed_by)


def url(name, *keys):
    return reverse(f"battles:{name}", args=keys)


# What the plant says


def test_what_the_plant_says_stands_beside_and_changes_nothing(result):
    boss = make_coordinator()
    correction = actions.correct_output(result=result, before=Decimal(1), after=Decimal(12), by=None, **DELEGATE)

    event = AuditEvent.objects.get(kind="battle.output_disputed")
    assert figures(result) == (0, 14, "")
    assert (correction.was_before, correction.was_after, correction.is_waiting) == (0, 14, True)
    assert (event.by, event.data) == (
        None,
        {
            "line": result.line_id, "correction": correction.pk,
            "before": "1", "after": "12", "was_before": "0.00", "was_after": "14.00",
        },
    )  # fmt: skip
    note = Notification.objects.get()
    assert (note.contact.user, "→ 12 t" in message_for(note).body) == (boss, True)


def test_something_newer_replaces_what_the_plant_said_before(result):
    first = actions.correct_output(result=result, before=Decimal(0), after=Decimal(12), by=None, **DELEGATE)

    second = actions.correct_output(result=result, before=Decimal(0), after=Decimal(11), by=None, **DELEGATE)

    first.refresh_from_db()
    assert (first.is_taken, first.answer, first.answered_by) == (False, "", None)
    assert list(result.corrections.waiting()) == [second]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"after": Decimal(14)}, rules.NOTHING_DIFFERENT),
        ({"after": Decimal(12)}, rules.NOTHING_DIFFERENT),
        ({"after": Decimal(11), "said_by": ""}, rules.NOBODY_SAID),
        ({"after": Decimal(11)} | MANAGER, rules.SAID_BY_DELEGATE),
    ],
    ids=["as noted", "as said already", "nobody", "over the delegate"],
)
def test_what_cannot_be_said_is_refused(result, said, refused):
    make_output_correction(result, after=12, **DELEGATE)

    arguments = {"before": Decimal(0), "by": None} | DELEGATE | said

    assert refusal(actions.correct_output, result=result, **arguments) == refused
    assert OutputCorrection.objects.count() == 1


def test_figures_that_were_not_measured_cannot_be_corrected():
    result = make_line_result(before=1)

    found = refusal(actions.correct_output, result=result, before=None, after=Decimal(3), by=None, **DELEGATE)

    assert found == rules.NOTHING_MEASURED


def test_the_delegate_who_confirms_after_all_settles_what_was_said(result):
    correction = make_output_correction(result, **MANAGER)

    results.confirm_output(result=result, said_by="delegada", by=None)

    correction.refresh_from_db()
    assert (correction.is_taken, figures(result)) == (False, (0, 14, "delegada"))


def test_one_waits_at_most(result):
    make_output_correction(result)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_output_correction(result)


# What the coordinator does with it


def test_taken_over_what_the_delegate_said_is_confirmed_and_read(result):
    boss, delegate = make_coordinator(), make_membership(result.battle.factory, role=MemberRole.DELEGATE).user
    correction = actions.correct_output(result=result, before=Decimal(1), after=Decimal(12), by=delegate, **DELEGATE)

    actions.take_over_correction(correction=correction, by=boss)

    correction.refresh_from_db()
    reading = OutputReading.objects.get()
    assert figures(result) == (1, 12, "delegada")
    assert (correction.is_taken, correction.answered_by) == (True, boss)
    assert (reading.amount, reading.is_confirmed, reading.by, reading.said_by) == (12, True, delegate, "delegada")
    assert [event.by for event in AuditEvent.objects.filter(kind="battle.output_corrected")] == [boss]
    assert gains(LineResult.objects.all())[0].is_first_hand


def test_taken_over_what_management_said_is_not_confirmed(result):
    correction = make_output_correction(result, after=12, **MANAGER)

    actions.take_over_correction(correction=correction, by=make_coordinator())

    result.refresh_from_db()
    assert (result.after, result.confirmed_at, result.confirmed_by) == (12, None, "gerencia")


def test_what_the_workers_confirmed_gives_way_to_their_delegate_alone(result):
    LineResult.objects.update(confirmed_at=now(), confirmed_by="delegada")
    of_manager = make_output_correction(result, **MANAGER)

    found = refusal(actions.take_over_correction, correction=of_manager, by=make_coordinator())
    of_delegate = actions.correct_output(result=result, before=Decimal(0), after=Decimal(9), by=None, **DELEGATE)
    actions.take_over_correction(correction=of_delegate, by=make_coordinator())

    assert (found, figures(result)) == (rules.CONFIRMED_BY_WORKERS, (0, 9, "delegada"))


def test_a_coordinator_does_not_write_over_what_the_workers_confirmed(result):
    boss = make_coordinator()
    LineResult.objects.update(confirmed_at=now(), confirmed_by="delegada")
    said = {"battle": result.battle, "line": result.line, "before": Decimal(0), "after": Decimal(20), "by": boss}

    found = refusal(results.record_output, **said)
    results.record_output(is_confirmed=True, confirmed_by="otra delegada", **said)

    assert (found, figures(result)) == (TOLD_BY_WORKERS, (0, 20, "otra delegada"))


def test_an_answer_leaves_the_figures_and_tells_the_plant(result):
    boss = make_coordinator()
    correction = make_output_correction(result, **DELEGATE)

    empty = refusal(actions.answer_correction, correction=correction, answer="", by=boss)
    actions.answer_correction(correction=correction, answer="se midió con báscula", by=boss)
    again = [
        refusal(actions.answer_correction, correction=correction, answer="otra", by=boss),
        refusal(actions.take_over_correction, correction=correction, by=boss),
    ]

    note = Notification.objects.get()
    assert (empty, again) == (rules.NO_ANSWER, [rules.ANSWERED_ALREADY] * 2)
    assert (note.contact, "se midió con báscula" in message_for(note).body) == (result.battle.factory.contact, True)
    assert figures(result) == (0, 14, "")


def test_a_gain_that_the_plant_disputes_is_told_as_uncertain(result):
    correction = make_output_correction(result, **DELEGATE)
    results.record_output(battle=result.battle, line=result.line, before=Decimal(0), after=Decimal(14), by=None)

    disputed = gains(LineResult.objects.all())[0]
    actions.answer_correction(correction=correction, answer="se midió", by=make_coordinator())
    settled = gains(LineResult.objects.all())[0]

    said = "la planta dice otras cifras"
    assert (disputed.is_disputed, said in disputed.doubts_now) == (True, True)
    assert (settled.is_disputed, said in settled.doubts_now) == (False, False)


# Pages


def test_a_link_takes_the_right_figures_and_shows_both(client, result):
    link = plant_token(make_plant_link(result.battle))
    address = url("plant-link-correct", link, result.pk)

    form = client.get(address)
    wrong = [
        client.post(address, {"before": "0", "after": after, "said_by": "delegada"})
        for after in ("", "-1", "mucho", "14")
    ]
    done = client.post(address, {"before": "0", "after": "12.5", "said_by": "delegada"})

    correction = OutputCorrection.objects.get()
    page = client.get(done.url).text
    assert [form.status_code, *(answer.status_code for answer in wrong), done.status_code] == [
        200,
        200,
        200,
        200,
        200,
        302,
    ]
    assert (correction.after, correction.is_first_hand, correction.by, figures(result)) == (
        Decimal("12.50"), True, None, (0, 14, ""),
    )  # fmt: skip
    assert ("0 → 12,5 t" in page, "0 → <b>14</b> t" in page, "sin decidir" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("role", "is_first_hand"), [(MemberRole.DELEGATE, True), (MemberRole.MANAGER, False)], ids=["delegate", "manager"]
)
def test_members_say_the_right_figures_signed_in(client, result, role, is_first_hand):
    member = make_membership(result.battle.factory, role=role).user
    client.force_login(member)

    done = client.post(
        url("output-correct", result.battle_id, result.pk), {"before": "", "after": "12", "said_by": "gerencia"}
    )

    correction = OutputCorrection.objects.get()
    assert done.url == url("plant", result.battle.factory_id) + "?said=correction"
    assert (correction.by, correction.is_first_hand, correction.before) == (member, is_first_hand, None)
    assert "(no por los trabajadores)" in client.get(url("battle", result.battle_id)).text or is_first_hand


def test_others_say_nothing_about_figures(client, result):
    worker = make_membership(result.battle.factory, role=MemberRole.WORKER).user
    elsewhere = make_membership(make_factory(), role=MemberRole.DELEGATE).user
    statuses = []
    for user in (make_user(), worker, elsewhere, make_coordinator()):
        client.force_login(user)
        statuses.append(client.post(url("output-correct", result.battle_id, result.pk), {"after": "1"}).status_code)
    client.logout()
    other = plant_token(make_plant_link(make_battle(state="closed")))
    statuses.append(client.post(url("plant-link-correct", other, result.pk), {"after": "1"}).status_code)

    assert (statuses, OutputCorrection.objects.count()) == ([404] * 5, 0)


def test_a_coordinator_sees_the_difference_and_takes_it_over(client, result):
    correction = make_output_correction(result, **DELEGATE)
    client.force_login(make_coordinator())
    page = client.get(url("battle", result.battle_id), {"tab": "result"}).text

    done = client.post(url("battle-correction-take", result.battle_id, correction.pk))

    assert "<b>0 → 12 t</b>" in page
    assert (done.status_code, figures(result)) == (302, (0, 12, "delegada"))


def test_a_coordinator_answers_and_an_empty_answer_keeps_the_form(client, result):
    correction = make_output_correction(result, **DELEGATE)
    client.force_login(make_coordinator())
    address = url("battle-correction-answer", result.battle_id, correction.pk)

    empty = client.post(address, {"answer": ""})
    done = client.post(address, {"answer": "se midió con báscula"})

    page = client.get(url("battle", result.battle_id), {"tab": "result"}).text
    assert (empty.status_code, done.status_code) == (200, 302)
    assert ("se midió con báscula" in page, "queda como está" in page) == (True, True)


def test_coordinators_of_elsewhere_and_the_plant_decide_nothing(client, result):
    correction = make_output_correction(result)
    delegate = make_membership(result.battle.factory, role=MemberRole.DELEGATE).user
    statuses = []
    for user in (make_user(), delegate, make_coordinator(make_region("other"))):
        client.force_login(user)
        for name in ("battle-correction-take", "battle-correction-answer"):
            said = {"answer": "no"}
            statuses.append(client.post(url(name, result.battle_id, correction.pk), said).status_code)

    correction.refresh_from_db()
    assert (statuses, correction.is_waiting) == ([404] * 6, True)


def test_what_waits_stands_on_the_page_of_today_until_it_is_decided(client, result):
    correction = make_output_correction(result)
    client.force_login(make_coordinator())

    before = list(client.get(url("today")).context["corrections"])
    client.post(url("battle-correction-answer", result.battle_id, correction.pk), {"answer": "se midió"})
    after = list(client.get(url("today")).context["corrections"])

    assert (before, after) == ([correction], [])
