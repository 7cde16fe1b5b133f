from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from battles.models import Battle
from epo.accounts import tokens
from epo.accounts.actions import tokens as actions
from epo.accounts.models import AccessToken, CalendarKey
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.work.models import ReceivedAction
from tests.make import (
    make_access_token,
    make_battle,
    make_calendar_key,
    make_coordinator,
    make_factory,
    make_offer,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

SECRET = "epo_secret-of-a-program"


def shown(secret=SECRET):
    return {"headers": {"authorization": f"Bearer {secret}"}}


def volunteer_with_token(**fields):
    volunteer = make_volunteer("welding", user=make_user())
    return volunteer, make_access_token(volunteer.user, SECRET, **fields)


def test_a_token_reads_as_its_person(client):
    volunteer, token = volunteer_with_token(scopes=["read"])
    mine, _others = make_offer(volunteer=volunteer), make_offer()

    answer = client.get(reverse("api:offers"), **shown())

    token.refresh_from_db()
    assert (answer.status_code, [row["id"] for row in answer.json()["results"]]) == (200, [mine.pk])
    assert token.last_used_on == today()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"expires_at": now() - timedelta(seconds=1)}, 403),
        ({"revoked_at": now()}, 403),
        ({"standing": ["post 1"]}, 403),
    ],
)
def test_a_token_ends(client, fields, status):
    volunteer_with_token(**fields)

    assert client.get(reverse("api:offers"), **shown()).status_code == status


def test_a_token_ends_with_the_role_it_was_made_under(client):
    boss = make_coordinator()
    make_access_token(boss, SECRET)
    before = client.get(reverse("api:battles"), **shown()).status_code

    boss.posts.update(until=today() - timedelta(days=1), since=today() - timedelta(days=9))

    assert (before, client.get(reverse("api:battles"), **shown()).status_code) == (200, 403)


def test_a_token_ends_with_its_account(client):
    volunteer, _token = volunteer_with_token()

    type(volunteer.user).objects.filter(pk=volunteer.user_id).update(is_active=False)

    assert client.get(reverse("api:offers"), **shown()).status_code == 403


@pytest.mark.parametrize("secret", ["", "x", "epo_", "epo_secret-of-a-programx", "\u00e9"])
def test_no_other_secret_opens(client, secret):
    volunteer_with_token()

    assert client.get(reverse("api:offers"), **shown(secret)).status_code == 403


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [(["read"], (200, 403, 403)), (["answer"], (403, 200, 403)), (["plan"], (403, 403, 404)), ([], (403, 403, 403))],
)
def test_a_token_does_what_its_scopes_name(client, scopes, statuses):
    """Planning a battle: 404, since the person is no coordinator, whatever the scope."""
    volunteer, _token = volunteer_with_token(scopes=scopes)
    offer = make_offer(volunteer=volunteer)
    said = {"content_type": "application/json"} | shown()

    answers = (
        client.get(reverse("api:offers"), **shown()),
        client.post(reverse("api:offer-decline", args=[offer.pk]), {"reason": "work"}, **said),
        client.post(reverse("api:battles"), {}, **said),
    )

    assert tuple(answer.status_code for answer in answers) == statuses


def test_a_token_opens_no_page(client):
    volunteer_with_token()

    assert client.get(reverse("battles:mine"), **shown()).status_code == 302


def test_the_secret_is_told_once_and_never_stored(client):
    user = make_user()
    client.force_login(user)

    page = client.post(reverse("accounts:token-make"), {"name": "hoja", "scopes": ["read"], "days": 90})

    token = AccessToken.objects.get(user=user)
    secret = page.context["secret"]
    assert (page.status_code, token.hashed, token.scopes) == (200, tokens.hashed(secret), ["read"])
    assert secret not in client.get(reverse("accounts:tokens")).content.decode()
    assert AuditEvent.objects.get(kind="token.made").data == {"scopes": ["read"], "days": 90}
    assert page["Cache-Control"].startswith("max-age=0")


def test_a_wrong_form_makes_no_token(client):
    client.force_login(make_user())

    page = client.post(reverse("accounts:token-make"), {"name": "hoja", "scopes": ["everything"], "days": 4})

    assert (page.status_code, AccessToken.objects.count()) == (422, 0)
    assert set(page.context["form"].errors) == {"scopes", "days"}


def test_revoking_ends_a_token_and_only_ones_own(client):
    volunteer, token = volunteer_with_token()
    client.force_login(volunteer.user)
    foreign = client.post(reverse("accounts:token-revoke", args=[make_access_token().pk]))

    client.post(reverse("accounts:token-revoke", args=[token.pk]))
    client.post(reverse("accounts:token-revoke", args=[token.pk]))

    client.logout()
    assert (foreign.status_code, client.get(reverse("api:offers"), **shown()).status_code) == (404, 403)
    assert AuditEvent.objects.filter(kind="token.revoked").count() == 1


# Repeats


def plan(client, key, title="Horno", **more):
    day = str(today() + timedelta(days=9))
    body = {"factory": more["factory"], "title": title, "first_day": day, "kind": "diagnosis"}
    headers = {"Idempotency-Key": key}
    return client.post(reverse("api:battles"), body, content_type="application/json", headers=headers)


def test_a_write_repeated_under_its_key_is_done_once(client):
    boss, plant = make_coordinator(), make_factory().pk
    client.force_login(boss)

    first, again = plan(client, "k-1", factory=plant), plan(client, "k-1", factory=plant)
    other = plan(client, "k-1", title="Caldera", factory=plant)
    without = [plan(client, "", factory=plant).status_code for _ in range(2)]

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "other_content")
    assert without == [201, 201]
    assert sorted(Battle.objects.values_list("title", flat=True)) == ["Horno"] * 3


def test_a_key_is_ones_own(client):
    plant = make_factory().pk
    ids = []
    for _ in range(2):
        client.force_login(make_coordinator())
        ids.append(plan(client, "k-1", factory=plant).json()["id"])

    assert ids[0] != ids[1]


@pytest.mark.parametrize("key", ["", "k-5"])
def test_more_than_is_taken_at_once_is_told_as_a_problem(client, key):
    client.force_login(make_coordinator())

    answer = plan(client, key, title="x" * 3_000_000, factory=1)

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert (answer.json()["code"], Battle.objects.count()) == ("too_big", 0)


def test_a_key_that_is_too_long_is_told_in_a_sentence(client):
    client.force_login(make_coordinator())

    answer = plan(client, "k" * 65, factory=1)

    assert (answer.status_code, answer.json()["detail"]) == (400, "Idempotency-Key: 64 caracteres como máximo.")


def test_a_key_works_with_a_token_too(client):
    boss, plant = make_coordinator(), make_factory().pk
    make_access_token(boss, SECRET)
    headers = {"Idempotency-Key": "k-9", "authorization": f"Bearer {SECRET}"}
    body = {"factory": plant, "title": "x", "first_day": str(today() + timedelta(days=9)), "kind": "diagnosis"}

    answers = [
        client.post(reverse("api:battles"), body, content_type="application/json", headers=headers) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert [answer.status_code for answer in answers] == [201, 201]


def test_what_was_sent_is_not_kept_with_the_key(client):
    plant = make_factory().pk
    client.force_login(make_coordinator())

    plan(client, "k-1", title="Secreto", factory=plant)

    kept = ReceivedAction.objects.get()
    assert (set(kept.intent), "Secreto" in str(kept.intent)) == ({"path", "method", "body"}, False)


def test_a_key_that_is_too_long_is_refused(client):
    client.force_login(make_coordinator())

    assert plan(client, "k" * 65, factory=1).status_code == 400


# Calendars


def ics(client, key, *more):
    name = "battles:battle-calendar" if more else "battles:calendar"
    return client.get(reverse(name, args=[key.key, *more]))


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_tells_ones_own_days_with_the_journey(client):
    volunteer, _token = volunteer_with_token()
    offer = make_offer(volunteer=volunteer, state="accepted", answered_at=now(), travels=True)
    make_offer(volunteer=volunteer, state="asked")
    make_offer(state="accepted", answered_at=now())

    (event,) = events(ics(client, make_calendar_key(volunteer.user)))

    assert (event["dtstart"].dt, event["dtend"].dt) == (offer.leaves_on, offer.back_on + timedelta(days=1))
    assert (event["status"], str(event["uid"]).partition("@")[0]) == ("CONFIRMED", f"offer-{offer.pk}")


@pytest.mark.parametrize(("state", "battle"), [("released", "asking"), ("withdrawn", "called_off")])
def test_what_was_called_off_leaves_the_calendar(client, state, battle):
    volunteer, _token = volunteer_with_token()
    make_offer(make_seat(make_battle(state=battle)), volunteer, state=state, answered_at=now())

    (event,) = events(ics(client, make_calendar_key(volunteer.user)))

    assert event["status"] == "CANCELLED"


def test_a_calendar_names_nobody_else(client):
    volunteer, _token = volunteer_with_token()
    offer = make_offer(volunteer=volunteer, state="accepted", answered_at=now())
    make_offer(make_seat(offer.battle), make_volunteer("welding", name="Otra Persona"), state="accepted")

    answer = ics(client, make_calendar_key(volunteer.user))

    assert (answer["Content-Type"], "Otra" in answer.content.decode()) == ("text/calendar; charset=utf-8", False)


def test_a_coordinator_sees_the_battles_in_their_hands(client):
    boss = make_coordinator()
    mine, _other = make_battle(coordinator=boss), make_battle()

    assert [str(event["summary"]) for event in events(ics(client, make_calendar_key(boss)))] == [mine.title]


def test_the_calendar_of_a_battle_is_for_who_may_see_it(client):
    volunteer, _token = volunteer_with_token()
    offer = make_offer(volunteer=volunteer, state="accepted", answered_at=now())
    key = make_calendar_key(volunteer.user)

    mine, foreign = ics(client, key, offer.battle_id), ics(client, key, make_battle().pk)

    assert (len(events(mine)), foreign.status_code) == (1, 404)


def test_a_new_address_ends_the_old_one(client):
    user = make_user()
    old = actions.new_calendar_key(user=user).key

    new = actions.new_calendar_key(user=user).key

    statuses = [client.get(reverse("battles:calendar", args=[key])).status_code for key in (old, new)]
    actions.drop_calendar_key(user=user)
    gone = client.get(reverse("battles:calendar", args=[new])).status_code
    assert (statuses, gone, CalendarKey.objects.count()) == ([404, 200], 404, 0)
