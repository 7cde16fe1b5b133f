from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from battles.models import Talk
from battles.states import TalkKind
from epo.contacts.models import Contact, ContactView
from factories.models import BreakdownReport
from factories.states import MemberRole
from tests.make import (
    make_contact,
    make_coordinator,
    make_factory,
    make_label,
    make_machine,
    make_membership,
    make_region,
    make_talk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_coordinator(make_region("oriente"))


@pytest.fixture
def draft(boss):
    machine = make_machine(make_factory(region=make_region("oriente")), name="Molino")
    contact = make_contact(name="", phone="+584145551234")
    return make_talk(
        machine, is_draft=True, label=make_label(machine), contact=contact, said={"text": ["chilla mucho"]}
    )


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(user, draft, name):
    return signed_in(user).post(reverse(f"battles:draft-{name}", args=[draft.pk]), headers={"HX-Request": "true"})


def today(user) -> str:
    return signed_in(user).get(reverse("battles:today")).content.decode()


def test_half_told_reports_stand_on_the_page_of_today_without_the_number(boss, draft):
    seen = today(boss)

    assert ("chilla mucho" in seen, "Molino" in seen, "5551234" in seen) == (True, True, False)
    assert "chilla mucho" not in today(make_coordinator(make_region("occidente")))


def test_what_has_no_known_place_is_for_the_nations_coordinators(boss):
    make_talk(kind=TalkKind.OUTPUT, is_draft=True, said={"text": ["PRODUCCION 9999 2"]})

    assert "PRODUCCION 9999 2" in today(make_coordinator())
    assert "PRODUCCION 9999 2" not in today(boss)


def test_somebody_takes_it_in_hand(boss, draft):
    press(boss, draft, "take")

    assert Talk.objects.get().in_hand_of == boss


def test_the_number_is_shown_on_request_and_the_look_is_noted(boss, draft):
    page = press(boss, draft, "contact").content.decode()

    assert "0414-5551234" in page
    assert list(ContactView.objects.values_list("contact", "by", "reason")) == [(draft.contact.pk, boss.pk, "talk")]


def test_management_never_sees_who_wrote(boss, draft):
    make_membership(draft.factory, boss, role=MemberRole.MANAGER)

    page = press(boss, draft, "contact").content.decode()

    assert "5551234" not in page
    assert ContactView.objects.count() == 0


def test_it_becomes_a_report_with_words_and_number(boss, draft):
    press(boss, draft, "report")

    report, talk = BreakdownReport.objects.get(), Talk.objects.get()
    assert (report.machine, report.text, report.reporter.phone) == (draft.machine, "chilla mucho", "+584145551234")
    assert (talk.report, talk.contact, Talk.objects.drafts().count()) == (report, None, 0)
    assert press(boss, draft, "report").status_code == 404


def test_dealt_with_erases_words_and_number(boss, draft):
    press(boss, draft, "handled")

    talk = Talk.objects.get()
    assert (talk.handled_by, talk.said, talk.contact) == (boss, {}, None)
    assert not Contact.objects.filter(phone="+584145551234").exists()
    assert "Molino" not in today(boss)
    assert press(boss, draft, "handled").status_code == 404
