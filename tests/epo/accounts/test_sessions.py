"""Sessions end when they should: the next request is refused, on pages, in the administration and over the API.

Each test has its control beside it: what is just not over, or not theirs, stays.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from epo.accounts import devices, standing
from epo.accounts.models import CoordinatorPost, OpenSession, User
from epo.accounts.sessions import SessionStore, hashed
from epo.core.clock import today
from tests import second_step
from tests.make import (
    make_contact,
    make_coordinator,
    make_coordinator_post,
    make_open_session,
    make_region,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

ACCOUNT = "/cuenta"
NEW = {"old_password": "secret-word", "new_password1": "caldera-y-horno-9", "new_password2": "caldera-y-horno-9"}
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
)


class Clock:
    """Goes on only when told; what sessions and their limits read."""

    def __init__(self, monkeypatch):
        self.at = timezone.now()
        for module in ("standing", "sessions"):
            monkeypatch.setattr(f"epo.accounts.{module}.now", lambda: self.at)

    def go_on(self, **time):
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def _browser(user: User, **headers: str) -> Client:
    client = Client(**headers)
    client.force_login(user)
    return client


def _is_in(client: Client) -> bool:
    """On a page and over the API alike."""
    answers = {client.get(ACCOUNT).status_code == 200, client.get("/api/v1/battles").status_code != 403}
    assert len(answers) == 1, answers
    return answers.pop()


def _administrator() -> User:
    return make_user(is_staff=True, is_superuser=True)


PRIVILEGED = {
    "region": lambda: make_coordinator(make_region()),
    "nation": make_coordinator,
    "administrator": _administrator,
    "staff": lambda: make_user(is_staff=True),
}


@pytest.mark.parametrize("who", PRIVILEGED)
def test_session_of_the_privileged_ends_after_three_hours_idle(who, clock):
    client = _browser(PRIVILEGED[who]())

    clock.go_on(hours=2, minutes=54)
    just_before = _is_in(client)
    clock.go_on(hours=3)

    assert (just_before, _is_in(client)) == (True, False)


@pytest.mark.parametrize("who", PRIVILEGED)
def test_session_of_the_privileged_ends_after_twelve_hours_in_use(who, clock):
    client = _browser(PRIVILEGED[who]())
    seen = []
    for _ in range(12):
        clock.go_on(hours=1)
        seen.append(_is_in(client))

    assert seen == [True] * 11 + [False]


def test_session_of_a_volunteer_lasts_thirty_days_idle_and_half_a_year_in_all(clock):
    idle, used = _browser(make_volunteer().user), _browser(make_volunteer().user)
    days = []
    clock.go_on(days=29)
    still = _is_in(idle)
    clock.go_on(days=31)
    _is_in(used)

    assert (still, _is_in(idle)) == (True, False)
    used = _browser(make_volunteer().user)
    for _ in range(9):
        clock.go_on(days=20)
        days.append(_is_in(used))
    assert days == [True] * 8 + [False]


def test_reading_pages_keeps_a_session_alive_and_writes_seldom(clock, django_assert_num_queries):
    client = _browser(make_coordinator())
    row = OpenSession.objects.get()

    client.get(ACCOUNT)
    same = OpenSession.objects.get().seen_at
    clock.go_on(minutes=6)
    client.get(ACCOUNT)

    assert same == row.seen_at
    assert OpenSession.objects.get().seen_at == clock.at


def test_limits_are_at_most_what_was_promised(settings):
    idle, whole = settings.SESSION_LIMITS["privileged"]

    assert (idle <= timedelta(hours=3), whole <= timedelta(hours=12)) == (True, True)


# A role is taken


def _set_password(user: User) -> None:
    user.set_password("other-word")
    user.save()


def _end_post(user: User) -> None:
    CoordinatorPost.objects.filter(user=user).update(since=today() - timedelta(9), until=today() - timedelta(1))


TAKEN = {
    "post deleted": (make_coordinator, lambda user: user.posts.all().delete()),
    "post ended": (make_coordinator, _end_post),
    "staff flag taken": (lambda: make_user(is_staff=True), lambda user: _set(user, is_staff=False)),
    "superuser flag taken": (_administrator, lambda user: _set(user, is_superuser=False)),
    "one of two posts deleted": (
        lambda: make_coordinator_post(make_coordinator(make_region()), make_region()).user,
        lambda user: user.posts.first().delete(),
    ),
    "account disabled": (make_coordinator, lambda user: _set(user, is_active=False)),
    "volunteer's account disabled": (lambda: make_volunteer().user, lambda user: _set(user, is_active=False)),
    "password changed by somebody else": (make_coordinator, _set_password),
    "volunteer's password changed": (lambda: make_volunteer().user, _set_password),
    "account deleted": (make_user, lambda user: user.delete()),
}


def _set(user: User, **flags: bool) -> None:
    User.objects.filter(pk=user.pk).update(**flags)


@pytest.mark.parametrize("what", TAKEN)
def test_session_ends_at_once(what):
    make, take = TAKEN[what]
    user, other = make(), make()
    clients, control = [_browser(user), _browser(user)], _browser(other)
    before = [_is_in(client) for client in (*clients, control)]

    take(user)

    assert before == [True] * 3
    assert [_is_in(client) for client in clients] == [False, False]
    assert _is_in(control)


def test_role_that_was_given_and_taken_within_a_session_ends_it():
    user = make_coordinator(make_region())
    client = _browser(user)
    post = make_coordinator_post(user)
    between = _is_in(client)

    post.delete()

    assert (between, _is_in(client)) == (True, False)


def test_without_the_look_at_roles_the_session_would_go_on(monkeypatch):
    user = make_coordinator()
    client = _browser(user)
    monkeypatch.setattr(standing, "_was_demoted", lambda *_said: False)

    user.posts.all().delete()

    assert client.get(ACCOUNT).status_code == 200


def test_without_the_clock_the_session_would_go_on(clock, settings):
    settings.SESSION_LIMITS = dict.fromkeys(settings.SESSION_LIMITS, (timedelta(days=99), timedelta(days=99)))
    client = _browser(make_coordinator())

    clock.go_on(hours=11)

    assert _is_in(client)


# Signing out


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie():
    client, thief, elsewhere = _three(make_coordinator())

    client.post(reverse("accounts:logout"))

    assert [_is_in(one) for one in (client, thief, elsewhere)] == [False, False, True]


def _three(user: User) -> tuple[Client, Client, Client]:
    """A browser, another one with a copy of its cookie, and one that signed in by itself."""
    client, thief = _browser(user), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    return client, thief, _browser(user)


def test_signing_out_everywhere_ends_all_of_them_and_nobody_elses():
    clients, other = _three(make_volunteer().user), _browser(make_volunteer().user)

    clients[0].post(reverse("accounts:sign-out-everywhere"))

    assert [_is_in(client) for client in clients] == [False] * 3
    assert _is_in(other)


def test_changing_the_password_ends_all_other_sessions():
    client, thief, elsewhere = _three(make_volunteer().user)

    client.post(reverse("accounts:password"), NEW)

    assert [_is_in(one) for one in (client, thief, elsewhere)] == [True, False, False]
    assert OpenSession.objects.count() == 1


def test_session_that_was_ended_is_not_brought_back_by_a_request_under_way():
    client = _browser(make_user())
    store = SessionStore(client.cookies["sessionid"].value)
    store["x"] = 1

    OpenSession.objects.all().delete()

    with pytest.raises(UpdateError):
        store.save()
    assert not OpenSession.objects.exists()


# The list


def test_own_sessions_are_listed_by_kind_of_device_and_one_can_be_ended():
    user = make_volunteer().user
    here, phone = _browser(user), Client(headers={"user-agent": CHROME})
    phone.post(reverse("accounts:login"), {"username": user.username, "password": "secret-word"})
    theirs = OpenSession.objects.get(device="Android · Chrome")

    page = here.get(ACCOUNT).text
    answer = here.post(reverse("accounts:session-end", args=[theirs.pk]))

    assert ("Android · Chrome" in page, page.count("/terminar")) == (True, 2)
    assert answer.url == ACCOUNT
    assert [_is_in(one) for one in (here, phone)] == [True, False]


def test_session_of_somebody_else_is_not_there(client):
    session = make_open_session(make_user())
    client.force_login(make_user())

    assert client.post(reverse("accounts:session-end", args=[session.pk])).status_code == 404
    assert OpenSession.objects.filter(pk=session.pk).exists()


def test_ending_the_session_in_use_signs_out(client):
    client.force_login(make_user())

    client.post(reverse("accounts:session-end", args=[OpenSession.objects.get().pk]))

    assert not _is_in(client)


def test_rows_of_sessions_hold_neither_the_number_of_the_cookie_nor_an_address(client):
    make_user("ana")
    client.post(reverse("accounts:login"), {"username": "ana", "password": "secret-word"}, REMOTE_ADDR="203.0.113.9")
    number = client.cookies["sessionid"].value

    row = OpenSession.objects.values().get()

    said = str(row) + str(SessionStore(number).load())
    assert (number in said, "203.0.113.9" in said) == (False, False)
    assert row["hashed"] == hashed(number)


def test_hash_of_a_session_is_not_good_as_its_number(client):
    client.force_login(make_user())
    thief = Client()
    thief.cookies["sessionid"] = OpenSession.objects.get().hashed[:32]

    assert not _is_in(thief)


def test_expired_sessions_are_cleared():
    old = make_open_session(expires_at=timezone.now() - timedelta(minutes=1))
    new = make_open_session()

    SessionStore.clear_expired()

    assert [row.pk for row in OpenSession.objects.all()] == [new.pk]
    assert old.pk != new.pk


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (CHROME, "Android · Chrome"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Version/15.0 Mobile/15E148 Safari/604.1",
            "iPhone · Safari",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Windows · Edge"),
        ("Opera/9.80 (Android; Opera Mini/7.5/35.0; U; es) Presto/2.8", "Android · Opera Mini"),
        ("curl/8", ""),
        ("", ""),
        ("\x00" * 5000, ""),
    ],
)
def test_kind_of_device_is_told_without_versions(agent, family):
    assert devices.family(agent) == family


# Asked again


def _pages() -> list[str]:
    return [reverse("accounts:password"), reverse("notifications:wishes"), reverse("volunteers:contact")]


def test_pages_that_matter_ask_again_after_ten_minutes(clock):
    client = _browser(make_volunteer().user)
    early = [client.get(page).status_code for page in _pages()]
    clock.go_on(minutes=11)

    late = [client.get(page) for page in _pages()]

    assert early == [200] * 3
    assert [answer.url for answer in late] == [f"/cuenta/confirmar?next={page}" for page in _pages()]


def test_forms_that_matter_change_nothing_after_ten_minutes(clock):
    user = make_volunteer().user
    client = _browser(user)
    clock.go_on(minutes=11)
    said = {"email": "new@example.org", "language": "en", "phone": "0414-1234567", **NEW}

    answers = [
        client.post(page, said) for page in [*_pages(), reverse("accounts:factor-remove"), reverse("accounts:recovery")]
    ]

    assert {answer.url.split("?")[0] for answer in answers} == {"/cuenta/confirmar"}
    user.refresh_from_db()
    assert (user.check_password("secret-word"), user.contact.email == "new@example.org") == (True, False)


def test_contact_details_of_others_are_neither_shown_nor_changed_after_ten_minutes(clock):
    volunteer = make_volunteer(contact=make_contact(phone="+584141234567"))
    client, page = _browser(make_coordinator()), reverse("volunteers:contact", args=[volunteer.pk])
    early = client.post(page, {"show": "1"})
    clock.go_on(minutes=11)

    late = [client.post(page, said) for said in ({"show": "1"}, {"phone": "0424-111 22 33"})]

    assert "0414-1234567" in early.text
    assert [answer.url.split("?")[0] for answer in late] == ["/cuenta/confirmar"] * 2
    volunteer.contact.refresh_from_db()
    assert volunteer.contact.phone == "+584141234567"


def test_password_makes_sure_for_ten_minutes(clock):
    client = _browser(make_volunteer().user)
    clock.go_on(minutes=11)
    page = reverse("notifications:wishes")

    wrong = client.post("/cuenta/confirmar", {"password": "otra", "next": page})
    right = client.post("/cuenta/confirmar", {"password": "secret-word", "next": page})

    assert (wrong.status_code, right.status_code, right.url) == (200, 302, page)
    assert client.get(page).status_code == 200
    clock.go_on(minutes=11)
    assert client.get(page).status_code == 302


def test_who_has_a_second_step_needs_the_code_as_well(clock):
    user = make_coordinator()
    client = _browser(user)
    factor = User.objects.get(pk=user.pk).factor
    clock.go_on(minutes=11)

    answers = [
        client.post("/cuenta/confirmar", {"password": password, "code": code}).status_code
        for password, code in [
            ("secret-word", ""), ("secret-word", "000000"), ("otra", second_step.code_now(factor)),
            ("secret-word", second_step.code_now(factor)), ("secret-word", second_step.code_now(factor)),
        ]
    ]  # fmt: skip

    assert answers == [200, 200, 200, 302, 200]


def test_password_is_not_to_be_guessed_there():
    client = _browser(make_user())

    answers = [client.post("/cuenta/confirmar", {"password": f"no-{n}"}).text for n in range(6)]

    assert ["demasiadas veces" in text for text in answers] == [False] * 5 + [True]


def test_administration_asks_again_before_accounts_and_contacts_change(clock):
    admin = _administrator()
    client = _browser(admin)
    rows = {
        reverse("admin:accounts_user_change", args=[admin.pk]), reverse("admin:auth_user_password_change", args=[admin.pk]),
        reverse("admin:accounts_user_add"), reverse("admin:accounts_coordinatorpost_add"),
        reverse("admin:contacts_contact_add"), reverse("admin:accounts_user_delete", args=[admin.pk]),
    }  # fmt: skip
    early = {client.get(page).status_code for page in rows}
    clock.go_on(minutes=11)

    late = {client.get(page).url.split("?")[0] for page in rows}

    assert (early, late) == ({200}, {"/cuenta/confirmar"})
    assert client.get(reverse("admin:index")).status_code == 200


def test_session_holds_who_and_since_when():
    client = _browser(make_coordinator())

    session = second_step.session_of(client)

    assert set(session.keys()) >= {SESSION_KEY, "begun", "sure_at", "standing", "second_step"}
