from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from epo.accounts import factor as numbers
from epo.accounts.models import Factor, OpenSession, RecoveryCode, User
from epo.audit.models import AuditEvent
from epo.notifications.models import Notification
from epo.work.models import Allowance
from tests import second_step
from tests.make import (
    make_coordinator,
    make_coordinator_post,
    make_factor,
    make_recovery_code,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

CODE, SET_UP, ACCOUNT = "/entrar/codigo", "/entrar/segundo-paso", "/cuenta"
RECOVERY = "abcd-efgh-jkmn-pqrs"
DESK = "/mesa"


def _in_with_password(user: User) -> Client:
    client = Client()
    second_step.first_step_only(client, user)
    return client


def _send_code(client: Client, code: str, to: str = "") -> object:
    return client.post(CODE, {"code": code, "next": to})


def _offered(client: Client) -> tuple[str, str]:
    """What the page of the set-up offers, and the code that a phone with it would show."""
    text = client.get(SET_UP).text
    offered = re.search(r'name="offered" value="([^"]+)"', text)[1]
    seed = numbers.signing.loads(offered, salt=numbers.OFFER_SALT)["seed"]
    return offered, numbers.code_at(seed, numbers.step_now())


def test_first_sign_in_of_a_coordinator_leads_to_the_set_up(client):
    make_coordinator(username="ana")

    first = client.post(reverse("accounts:login"), {"username": "ana", "password": "secret-word", "next": DESK})
    second = client.get(first.url)

    assert (first.url, second.url) == (f"{CODE}?next=/mesa", f"{SET_UP}?next=/mesa")
    assert client.get(DESK).url == f"{CODE}?next=/mesa"


def test_sign_in_of_a_volunteer_asks_for_no_code(client):
    make_volunteer(user=make_user("ana"))

    answer = client.post(reverse("accounts:login"), {"username": "ana", "password": "secret-word"})

    assert answer.url == "/"


def test_page_of_the_set_up_shows_picture_and_text_and_stores_nothing():
    client = _in_with_password(make_coordinator())

    page = client.get(SET_UP)

    assert '<svg role="img"' in page.text
    assert re.search(r'<span class="code">([A-Z2-7]{4} ?){8}</span>', page.text)
    assert "no-store" in page["Cache-Control"]
    assert not Factor.objects.exists()


def test_right_code_sets_the_second_step_up_and_shows_recovery_codes_once():
    user = make_coordinator()
    client = _in_with_password(user)
    offered, code = _offered(client)

    page = client.post(SET_UP, {"offered": offered, "code": code, "next": DESK})

    shown = re.findall(r'class="code">([a-z0-9-]{19})<', page.text)
    assert len(shown) == len(set(shown)) == 10
    assert client.get(DESK).status_code == 200
    kept = set(RecoveryCode.objects.values_list("hashed", flat=True))
    assert kept == {numbers.recovery_hash(user.pk, one) for one in shown}
    assert [event.kind for event in AuditEvent.objects.filter(about_id=str(user.pk))] == ["user.second_step_set_up"]


@pytest.mark.parametrize("code", ["000000", "", "١٢٣٤٥٦", "x" * 50, "\x00"])
def test_wrong_code_sets_nothing_up(code):
    client = _in_with_password(make_coordinator())
    offered, _code = _offered(client)

    answer = client.post(SET_UP, {"offered": offered, "code": code})

    assert answer.status_code == 200
    assert offered in answer.text
    assert not Factor.objects.exists()


def test_offer_to_somebody_else_or_made_up_is_not_taken():
    mine, theirs = _in_with_password(make_coordinator()), _in_with_password(make_coordinator())
    offered, code = _offered(theirs)

    answers = [mine.post(SET_UP, {"offered": one, "code": code}) for one in (offered, "x:y:z", "")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert not Factor.objects.exists()


def test_code_opens_where_one_wanted_to_go_under_a_new_session_number():
    user = make_coordinator()
    factor = make_factor(user)
    client = _in_with_password(user)
    before = client.cookies["sessionid"].value

    answer = _send_code(client, second_step.code_now(factor), "/mesa?q=a")

    assert answer.url == "/mesa?q=a"
    assert client.cookies["sessionid"].value != before
    assert client.get(DESK).status_code == 200


def test_code_leads_to_no_other_site():
    user = make_coordinator()
    factor = make_factor(user)

    answer = _send_code(_in_with_password(user), second_step.code_now(factor), "https://evil.example/")

    assert answer.url == "/"


def test_code_works_once_and_the_next_one_works():
    user = make_coordinator()
    factor = make_factor(user)
    code = second_step.code_now(factor)
    first, again = _in_with_password(user), _in_with_password(user)

    answers = [_send_code(first, code), _send_code(again, code), _send_code(again, second_step.code_now(factor, 1))]

    assert [answer.status_code for answer in answers] == [302, 200, 302]
    assert "ya se usó" in answers[1].text or "used already" in answers[1].text


def test_earlier_code_is_no_good_after_a_later_one():
    user = make_coordinator()
    factor = make_factor(user)
    later, earlier = second_step.code_now(factor, 1), second_step.code_now(factor)

    answers = [_send_code(_in_with_password(user), code).status_code for code in (later, earlier)]

    assert answers == [302, 200]


@pytest.mark.parametrize(("later", "status"), [(-2, 200), (-1, 302), (0, 302), (1, 302), (2, 200)])
def test_clock_of_the_phone_may_be_half_a_minute_wrong(later, status, monkeypatch):
    monkeypatch.setattr(numbers, "step_now", lambda: 58_000_000)
    user = make_coordinator()
    factor = make_factor(user)

    assert _send_code(_in_with_password(user), second_step.code_now(factor, later)).status_code == status


def test_code_of_somebody_else_opens_nothing():
    user, other = make_coordinator(), make_coordinator()
    make_factor(user)
    client = _in_with_password(user)

    answer = _send_code(client, second_step.code_now(make_factor(other)))

    assert (answer.status_code, client.get(DESK).status_code) == (200, 302)


def test_recovery_code_opens_once_however_it_is_typed():
    user = make_coordinator()
    make_factor(user)
    make_recovery_code(user, RECOVERY)

    answers = [_send_code(_in_with_password(user), code).status_code for code in ("ABCD efgh JKMN pqrs", RECOVERY)]

    assert answers == [302, 200]
    assert RecoveryCode.objects.get().used_at is not None
    assert [note.kind for note in Notification.objects.all()] == ["account.recovery_code_used"]


def test_guesses_are_counted_and_the_owner_is_told_once():
    user = make_coordinator()
    factor = make_factor(user)
    answers = [_send_code(_in_with_password(user), "123456").status_code for _ in range(7)]

    late = _send_code(_in_with_password(user), second_step.code_now(factor))

    assert answers == [200] * 5 + [429] * 2
    assert (late.status_code, "Retry-After" in late) == (429, True)
    assert [note.kind for note in Notification.objects.all()] == ["account.codes_tried"]


def test_guesses_in_a_day_are_few(monkeypatch):
    user = make_coordinator()
    make_factor(user)
    client, looked_at = _in_with_password(user), 0
    for _ in range(50):
        looked_at += _send_code(client, "123456").status_code == 200
        a_day = Allowance.objects.order_by("-used_until").first()
        Allowance.objects.exclude(pk=a_day.pk).delete()

    assert looked_at == 40


def test_volunteer_may_have_a_second_step_and_is_then_asked_for_it():
    user = make_volunteer().user
    make_factor(user)
    client = _in_with_password(user)

    answers = [client.get("/yo").url, client.get("/api/v1/me/profile").status_code]

    assert answers[0] == f"{CODE}?next=/yo"
    assert answers[1] in {401, 403, 404}


def test_volunteer_sets_it_up_from_the_account_page_and_takes_it_away(client):
    user = make_volunteer().user
    client.force_login(user)
    offered, code = _offered(client)

    client.post(SET_UP, {"offered": offered, "code": code, "next": ACCOUNT})
    had = Factor.objects.filter(user=user).exists()
    client.post(reverse("accounts:factor-remove"))

    assert had
    assert not Factor.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_coordinator_cannot_take_it_away(client):
    user = make_coordinator()
    client.force_login(user)

    client.post(reverse("accounts:factor-remove"))

    assert Factor.objects.filter(user=user).exists()


def test_second_step_that_is_set_up_is_not_set_up_over(client):
    user = make_coordinator()
    client.force_login(user)
    before = Factor.objects.get()

    assert client.get(SET_UP).url == ACCOUNT
    assert Factor.objects.get() == before


def test_new_recovery_codes_take_the_place_of_the_old(client):
    user = make_coordinator()
    client.force_login(user)
    make_recovery_code(user, RECOVERY)

    page = client.post(reverse("accounts:recovery"))

    assert page.text.count('class="code">') == 10
    assert RecoveryCode.objects.filter(user=user).count() == 10
    assert not RecoveryCode.objects.filter(hashed=numbers.recovery_hash(user.pk, RECOVERY)).exists()


def test_second_step_set_up_anew_is_asked_of_sessions_of_before(client):
    user = make_coordinator()
    client.force_login(user)
    Factor.objects.all().delete()
    make_factor(user)

    assert client.get(DESK).url == f"{CODE}?next=/mesa"


def test_promoted_volunteer_needs_it_from_the_next_request_on(client):
    user = make_volunteer().user
    client.force_login(user)
    before = client.get("/yo").status_code
    make_coordinator_post(user)

    assert (before, client.get("/yo").url) == (200, f"{CODE}?next=/yo")


def test_second_step_may_be_off_where_the_setting_says_so(client, settings):
    settings.SECOND_FACTOR = False
    make_coordinator(username="ana")

    answer = client.post(reverse("accounts:login"), {"username": "ana", "password": "secret-word"})

    assert (answer.url, client.get(DESK).status_code) == ("/", 200)


def test_whose_password_was_right_can_sign_out_and_is_told_who_they_are():
    client = _in_with_password(make_coordinator(username="ana"))

    assert "ana" in client.get(SET_UP).text
    assert client.get(reverse("accounts:login")).url.startswith(CODE)
    client.post(reverse("accounts:logout"))
    assert client.get(reverse("accounts:login")).status_code == 200


def test_database_alone_does_not_give_the_secret(settings):
    factor = make_factor()
    before = numbers.secret_of(factor.seed)

    settings.SECRET_KEY = "another" * 10

    assert numbers.secret_of(factor.seed) != before
    settings.SECRET_KEY_FALLBACKS = []
    assert numbers.secret_of(factor.seed) not in str(Factor.objects.values())


def test_new_secret_of_the_installation_takes_codes_of_the_old_beside_it(settings):
    factor = make_factor()
    old, code = settings.SECRET_KEY, second_step.code_now(factor)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [old]

    assert numbers.step_of(factor.seed, code) == numbers.step_now()


def test_administration_shows_no_secret(client):
    admin = make_coordinator(is_superuser=True, is_staff=True)
    client.force_login(admin)
    factor, code = Factor.objects.get(), make_recovery_code(admin)
    session = OpenSession.objects.filter(user=admin).first()
    rows = {"factor": factor, "recoverycode": code, "opensession": session}

    pages = "".join(
        client.get(reverse(f"admin:accounts_{name}_{page}", args=args)).text
        for name, row in rows.items()
        for page, args in (("changelist", []), ("change", [row.pk]))
    )

    secrets = [factor.seed, numbers.secret_of(factor.seed), code.hashed, session.hashed, session.data]
    assert [one for one in secrets if one in pages] == []


@pytest.mark.parametrize(("is_on", "said"), [(True, 0), (False, 1)])
def test_sign_in_says_loudly_that_there_is_no_second_step(client, settings, is_on, said):
    settings.SECOND_FACTOR = is_on

    assert client.get(reverse("accounts:login")).text.count('class="notice wait"') == said


def test_account_menu_leads_coordinators_to_the_accounts_they_help_with(client):
    pages = []
    for user in (make_coordinator(), make_volunteer().user, make_user(is_staff=True)):
        client.force_login(user)
        pages.append(client.get(reverse("about")).text)

    assert [f'href="{reverse("accounts:people")}"' in page for page in pages] == [True, False, False]
