"""Applying without an account, being taken on, making an account."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from epo.accounts.models import User
from epo.audit.models import AuditEvent
from epo.contacts.models import Contact, ContactView
from epo.core.errors import Refused, TooMany
from epo.notifications.models import Notification
from tests.make import (
    make_application,
    make_application_trade,
    make_contact,
    make_coordinator,
    make_municipality,
    make_region,
    make_trade,
    make_user,
    make_volunteer,
)
from volunteers import actions, duplicates, rules
from volunteers.actions import applications as module
from volunteers.links import invitation_path, invited
from volunteers.models import Application, Volunteer
from volunteers.states import ApplicationState, Basis

pytestmark = pytest.mark.django_db
PASSWORD = "palabra-larga-7"
LIGHT = 20_000
TOKEN = re.compile(rb'value="[A-Za-z0-9]{64}"')


def _said(**more):
    said = {
        "id": str(uuid4()),
        "level-welding": "3",
        "name": "Ana Rojas",
        "phone": "0414-123 45 67",
        "consent": "on",
        "end": "1",
    }
    return said | more


@pytest.fixture
def region():
    return make_region("oriente")


@pytest.fixture
def home(region):
    return make_municipality(region=region, name="Cariaco")


@pytest.fixture
def form(home):
    return f"/voluntariado?municipality={home.code}&trade={make_trade().code}"


def _refusal(action, **arguments):
    with pytest.raises(Refused) as refused:
        action(**arguments)
    return refused.value.refusal


def test_pages_lead_from_the_place_to_the_form_without_script(client, home):
    make_trade("boilers")
    search = client.get("/voluntariado?q=cariaco").content.decode()
    trades = client.get(f"/voluntariado?municipality={home.code}").content.decode()
    unchosen = client.get(f"/voluntariado?municipality={home.code}&next=1").content.decode()
    form = client.get(f"/voluntariado?municipality={home.code}&trade=boilers").content.decode()

    assert f"municipality={home.code}" in search
    assert 'value="boilers"' in trades
    assert 'class="error"' in unchosen
    assert 'name="level-boilers"' in form


@pytest.mark.parametrize("address", ["/", "/entrar"])
def test_the_way_in_for_volunteers_stands_where_strangers_arrive(client, address):
    page = client.get(address).content.decode()

    assert page.count('href="/voluntariado"') == 1
    assert "Quiero ser voluntaria o voluntario" in page


def test_page_is_light(client, form):
    for n in range(62):
        make_trade(f"trade-{n}")
    css, script = (
        gzip.compress(Path(settings.BASE_DIR, "static", name).read_bytes()) for name in ("css/epo.css", "js/epo.js")
    )

    pages = [client.get(address).content for address in ("/voluntariado", form.split("&")[0], form)]

    assert max(len(gzip.compress(page)) for page in pages) + len(css) + len(script) <= LIGHT
    assert all(b"htmx" not in page for page in pages)


def test_application_is_stored_with_contact_details_apart_and_its_coordinators_told(client, form, region):
    boss = make_coordinator(region)

    answer = client.post(form, _said(email="ana@example.org", birth_year="1985"))

    one = Application.objects.get()
    contact = one.contact
    assert (answer.status_code, answer["Location"]) == (302, "/voluntariado/recibida")
    assert (contact.name, contact.phone, contact.email, contact.birth_year) == (
        "Ana Rojas", "+584141234567", "ana@example.org", 1985,
    )  # fmt: skip
    assert [(each.trade.code, each.level) for each in one.trades.all()] == [("welding", 3)]
    assert (one.state, one.consent) == (ApplicationState.WAITING, module.CONSENT)
    assert [(note.kind, note.contact.user) for note in Notification.objects.all()] == [("application.waiting", boss)]
    assert [event.data for event in AuditEvent.objects.all()] == [{"trades": 1}]


def test_application_sent_twice_is_stored_once(client, form):
    said = _said()

    answers = [client.post(form, said)["Location"] for _ in range(2)]

    assert answers == ["/voluntariado/recibida"] * 2
    assert (Application.objects.count(), Contact.objects.count()) == (1, 1)


def test_known_phone_is_answered_exactly_like_an_unknown_one(client, form):
    make_volunteer(contact=make_contact(phone="+584141234567"))
    client.post(form, _said(phone="0414-0000000"))  # the first of the day also writes what is counted
    answers, counts = [], []
    for phone in ("0414-1234567", "0414-7654321"):
        with CaptureQueriesContext(connection) as counted:
            answers.append(client.post(form, _said(phone=phone)))
        counts.append(len(counted))

    known, unknown = answers
    shown = [TOKEN.sub(b"", client.get(each["Location"]).content) for each in answers]
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert shown[0] == shown[1]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"phone": "no sé"}, "no sé"),
        ({"name": ""}, "0414-123 45 67"),
        ({"consent": ""}, "Ana Rojas"),
        ({"level-welding": "9"}, "Ana Rojas"),
        ({"birth_year": "2024"}, "2024"),
        ({"end": ""}, "Ana Rojas"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_stores_nothing(client, form, wrong, kept):
    answer = client.post(form, _said(**wrong))

    assert (answer.status_code, kept in answer.content.decode()) == (422, True)
    assert (Application.objects.count(), Contact.objects.count()) == (0, 0)


def test_flood_from_one_address_is_told_to_wait_and_keeps_what_was_typed(client, form, monkeypatch):
    monkeypatch.setattr(module, "SENDER", module.Pace(burst=2, seconds=600))

    answers = [client.post(form, _said(name=f"Ana {n}")) for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Ana 2" in answers[2].content.decode()
    assert int(answers[2]["Retry-After"]) > 0
    assert Application.objects.count() == 2


def test_flood_from_elsewhere_leaves_each_address_places_of_its_own(home, monkeypatch):
    monkeypatch.setattr(module, "EVERYBODY", module.Pace(burst=1, seconds=600))
    said = module.Applicant(home=home, name="Ana", phone="+584141234567", trades={make_trade(): 2})

    for sender in ("flood", "flood", "flood", "honest"):
        actions.receive_application(application_id=uuid4(), said=said, sender=sender)
    with pytest.raises(TooMany):
        actions.receive_application(application_id=uuid4(), said=said, sender="flood")

    assert Application.objects.count() == 4


def test_queue_is_there_for_the_coordinators_of_the_region_alone(client, home):
    one = make_application(make_contact(name="Ana Rojas"), home=home)
    address = f"/postulaciones/{one.pk}"
    seen = {}
    for name, user in {
        "region": make_coordinator(make_region("oriente")), "nation": make_coordinator(),
        "other": make_coordinator(make_region("andes")), "volunteer": make_volunteer().user,
    }.items():  # fmt: skip
        client.force_login(user)
        listed = client.get("/postulaciones")
        seen[name] = (b"Ana Rojas" in listed.content, client.get(address).status_code)

    assert seen == {"region": (True, 200), "nation": (True, 200), "other": (False, 404), "volunteer": (False, 404)}


def test_contact_details_show_on_request_and_the_look_is_written_down(client, home):
    one = make_application(make_contact(phone="+584141234567"), home=home)
    boss = make_coordinator()
    client.force_login(boss)

    closed = client.get(f"/postulaciones/{one.pk}").content.decode()
    shown = client.post(f"/postulaciones/{one.pk}", {"show": "1"}).content.decode()

    assert ("584141234567" in closed, "584141234567" in shown) == (False, True)
    assert [(look.by, look.reason) for look in ContactView.objects.all()] == [(boss, "application")]


def test_same_phone_is_shown_to_the_coordinator(home):
    contact = make_contact(phone="+584141234567")
    known = make_volunteer(contact=contact)
    first, second = (make_application(make_contact(phone="+584141234567"), home=home) for _ in range(2))
    other = make_application(make_contact(phone=""), home=home)

    duplicates.mark([first, other], make_coordinator())

    assert (first.known, first.repeats) == ([known], 1)
    assert (other.known, other.repeats) == ([], 0)
    assert second.state == ApplicationState.WAITING


def test_confirming_makes_a_volunteer_with_the_trades_as_declared(home):
    one = make_application(make_contact(name="Ana Rojas"), home=home)
    make_application_trade(one, make_trade("boilers"), level=2)
    boss = make_coordinator(home.state.region)

    volunteer = actions.confirm_application(application=one, by=boss)

    one.refresh_from_db()
    assert (volunteer.name, volunteer.folded, volunteer.home, volunteer.user) == ("Ana Rojas", "ana rojas", home, None)
    assert [(q.trade.code, q.level, q.basis) for q in volunteer.qualifications.all()] == [
        ("boilers", 2, Basis.DECLARED)
    ]
    assert (one.state, one.volunteer, one.decided_by, volunteer.contact) == ("confirmed", volunteer, boss, one.contact)
    assert _refusal(actions.confirm_application, application=one, by=boss) == rules.DECIDED_ALREADY
    assert Volunteer.objects.count() == 1


def test_strangers_decide_nothing(home):
    one = make_application(home=home)
    other = make_coordinator(make_region("andes"))

    found = [
        _refusal(actions.confirm_application, application=one, by=other),
        _refusal(actions.reject_application, application=one, reason="no", by=other),
        _refusal(actions.reopen_application, application=one, by=other),
    ]

    assert found == [rules.COORDINATORS_ONLY] * 3


def test_who_is_known_already_gets_the_new_trades_and_the_second_phone_row_goes(home):
    known = make_volunteer("welding", home=home)
    one = make_application(home=home)
    for code in ("welding", "boilers"):
        make_application_trade(one, make_trade(code), level=1)
    contact = one.contact

    actions.add_to_known(application=one, volunteer=known, by=make_coordinator())

    one.refresh_from_db()
    assert {(q.trade.code, q.level) for q in known.qualifications.all()} == {("welding", 3), ("boilers", 1)}
    assert (one.state, one.volunteer, one.contact) == ("confirmed", known, None)
    assert not Contact.objects.filter(pk=contact.pk).exists()


def test_rejecting_needs_a_reason_which_is_told(home):
    one = make_application(home=home)
    boss = make_coordinator()

    silent = _refusal(actions.reject_application, application=one, reason="", by=boss)
    actions.reject_application(application=one, reason="vive lejos", by=boss)

    one.refresh_from_db()
    assert silent == rules.NEEDS_REASON
    assert (one.state, one.reason) == ("rejected", "vive lejos")
    assert [(note.kind, note.contact) for note in Notification.objects.all()] == [("application.rejected", one.contact)]


def test_rejected_application_can_be_opened_again(home):
    one = make_application(home=home, state="rejected", reason="vive lejos")

    actions.reopen_application(application=one, by=make_coordinator())

    one.refresh_from_db()
    assert (one.state, one.reason, one.decided_at) == ("waiting", "", None)


def test_rejected_people_are_forgotten_after_a_time(home):
    old, new = (make_application(home=home, state="rejected", reason="no") for _ in range(2))
    Application.objects.filter(pk=old.pk).update(decided_at=now() - module.FORGET_REJECTED_AFTER - timedelta(days=1))

    forgotten = [actions.forget_rejected() for _ in range(2)]

    old.refresh_from_db()
    assert (forgotten, old.contact, Contact.objects.filter(pk=new.contact_id).exists()) == ([1, 0], None, True)
    assert _refusal(actions.reopen_application, application=old, by=make_coordinator()) == rules.CONTACT_ERASED


def test_invitation_makes_one_account_and_then_is_used_up(client):
    newcomer = make_volunteer("welding", user=None, contact=make_contact())
    address = invitation_path(newcomer)

    opened = client.get(address)
    made = client.post(address, {"username": "ana", "password1": PASSWORD, "password2": PASSWORD})
    again = client.post(address, {"username": "ana2", "password1": PASSWORD, "password2": PASSWORD})

    newcomer.refresh_from_db()
    user = User.objects.get(username="ana")
    assert (opened.status_code, made["Location"], again.status_code) == (200, "/voluntariado/cuenta-lista", 404)
    assert (newcomer.user, newcomer.contact.user, user.name, user.check_password(PASSWORD)) == (
        user, user, newcomer.name, True,
    )  # fmt: skip
    assert User.objects.filter(username="ana2").exists() is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "taken"},
        {"password1": "corta", "password2": "corta"},
        {"password2": "otra-palabra-8"},
        {"username": ""},
    ],
)
def test_account_that_cannot_be_says_why_and_changes_nothing(client, wrong):
    make_user("taken")
    newcomer = make_volunteer(user=None, contact=make_contact())

    answer = client.post(
        invitation_path(newcomer), {"username": "ana", "password1": PASSWORD, "password2": PASSWORD} | wrong
    )

    newcomer.refresh_from_db()
    assert (answer.status_code, b'class="error"' in answer.content, newcomer.user) == (422, True, None)


def test_invitation_dies_with_the_phone_it_was_made_for():
    newcomer = make_volunteer(user=None, contact=make_contact())
    token = invitation_path(newcomer).split("/")[-1]
    before = invited(token)

    actions.update_contact(volunteer=newcomer, by=make_coordinator(), phone="+584140000000")

    assert (before, invited(token), invited("x"), invited(token + "x")) == (newcomer, None, None, None)


def test_inviting_is_for_coordinators_in_charge_and_those_without_an_account(client):
    newcomer = make_volunteer(user=None, contact=make_contact(phone="+584141234567"))
    boss = make_coordinator()
    client.force_login(boss)

    page = client.post(f"/voluntarios/{newcomer.pk}/invitar").content.decode()

    assert "/voluntariado/invitacion/" in page
    assert [(note.kind, note.contact) for note in Notification.objects.all()] == [
        ("volunteer.invited", newcomer.contact)
    ]
    assert _refusal(actions.invite, volunteer=make_volunteer(), by=boss) == rules.HAS_ACCOUNT
    assert _refusal(actions.invite, volunteer=newcomer, by=make_user()) == rules.COORDINATORS_ONLY
