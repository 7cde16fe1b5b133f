from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from epo.accounts import actions, password_links
from epo.accounts.models import Factor, OpenSession, PasswordLink, User
from epo.audit.models import AuditEvent
from epo.notifications.models import Notification
from epo.work.models import Allowance
from tests.make import (
    make_contact,
    make_coordinator,
    make_factor,
    make_factory,
    make_membership,
    make_municipality,
    make_password_link,
    make_preference,
    make_region,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

FORGOTTEN = "/clave/olvidada"
NEW = {"new_password1": "caldera-y-horno-9", "new_password2": "caldera-y-horno-9"}


def _page_of(link: PasswordLink) -> str:
    return reverse("accounts:new-password", args=[password_links.token_of(link)])


def _ask(client, name, **more):
    return client.post(FORGOTTEN, {"name": name}, **more)


def _send_all():
    for link in PasswordLink.objects.waiting():
        actions.send_password_link(link_id=link.pk)


# By mail


@pytest.mark.parametrize("name", ["ana", "ana@example.org", "ANA@example.org"])
def test_link_goes_to_the_known_address_and_opens(client, mailoutbox, name):
    user = make_user("ana")
    make_contact(user=user, email="ana@example.org")

    _ask(client, name)
    _send_all()

    mail = mailoutbox[0]
    path = re.search(r"https?://[^/]+(/clave/nueva/\S+)", mail.body)[1]
    assert mail.to == ["ana@example.org"]
    assert client.get(path).status_code == 200
    assert PasswordLink.objects.get().sent_at is not None


def test_link_goes_out_in_the_persons_language_whatever_they_wish_of_notices(client, mailoutbox):
    make_preference(make_contact(user=make_user("ana"), email="a@example.org"), language="en", ways=[])

    _ask(client, "ana")
    _send_all()

    assert [mail.subject for mail in mailoutbox] == ["Choose a new password"]


@pytest.mark.parametrize(
    "name", ["nobody", "without-mail", "barred", "x" * 254, "a b", "ñandú", "%00", "two@example.org"]
)
def test_nobody_is_told_whether_a_name_exists(client, mailoutbox, name):
    make_user("without-mail")
    make_contact(user=make_user("barred", is_active=False), email="b@example.org")
    for _ in range(2):
        make_contact(user=make_user(), email="two@example.org")
    make_contact(user=make_user("ana"), email="ana@example.org")
    known = _ask(Client(), "ana")

    answer = _ask(client, name)
    _send_all()

    assert (answer.status_code, answer.url) == (known.status_code, known.url)
    assert _without_token(client.get(answer.url).text) == _without_token(Client().get(known.url).text)
    assert [mail.to for mail in mailoutbox] == [["ana@example.org"]]
    assert PasswordLink.objects.count() == 2


def _without_token(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_known_and_unknown_names_ask_and_write_as_much():
    make_contact(user=make_user("ana"), email="ana@example.org")
    _ask(Client(), "first of this address")
    counts = []
    for name in ("ana", "ana@example.org", "nobody"):
        with CaptureQueriesContext(connection) as asked:
            _ask(Client(), name)
        counts.append(len(asked))

    assert len(set(counts)) == 1


@pytest.mark.parametrize("name", ["", "x" * 255, "\x00"])
def test_name_that_is_none_is_asked_for_again(client, name):
    assert _ask(client, name).status_code == 200
    assert not PasswordLink.objects.exists()


def test_mails_to_one_name_are_few_and_those_from_one_address_too(client):
    of_one_name = [_ask(client, "ana", REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(5)]
    Allowance.objects.all().delete()
    of_one_address = [_ask(client, f"ana-{n}").status_code for n in range(22)]

    assert of_one_name == [302, 302, 302, 429, 429]
    assert of_one_address == [302] * 20 + [429] * 2


def test_mail_goes_out_once_however_often_it_is_handed_out(client, mailoutbox):
    make_contact(user=make_user("ana"), email="ana@example.org")
    _ask(client, "ana")
    link = PasswordLink.objects.get()

    for _ in range(3):
        actions.send_password_link(link_id=link.pk)

    assert len(mailoutbox) == 1


# The link


def test_new_password_ends_all_sessions_keeps_the_second_step_and_tells(client):
    user = make_coordinator(username="ana")
    factor = make_factor(user)
    browser = Client()
    browser.force_login(user)
    link = make_password_link(user)

    answer = client.post(_page_of(link), NEW)

    user.refresh_from_db()
    assert (answer.status_code, user.check_password("caldera-y-horno-9")) == (200, True)
    assert Factor.objects.get() == factor
    assert (browser.get("/mesa").status_code, OpenSession.objects.filter(user=user).count()) == (302, 0)
    assert [note.kind for note in Notification.objects.all()] == ["account.password_changed"]
    assert AuditEvent.objects.filter(kind="user.password_chosen", about_id=str(user.pk)).count() == 1


def test_after_a_new_password_the_second_step_is_still_asked_for(client):
    user = make_coordinator(username="ana")
    make_factor(user)
    client.post(_page_of(make_password_link(user)), NEW)

    client.post(reverse("accounts:login"), {"username": "ana", "password": "caldera-y-horno-9"})

    assert client.get("/mesa").url == "/entrar/codigo?next=/mesa"


def test_choosing_a_password_signs_nobody_in(client):
    client.post(_page_of(make_password_link(make_user())), NEW)

    assert client.get("/cuenta").status_code == 302


def test_link_works_once(client):
    page = _page_of(make_password_link())

    statuses = [client.post(page, NEW).status_code, client.post(page, NEW).status_code, client.get(page).status_code]

    assert statuses == [200, 404, 404]


@pytest.mark.django_db(transaction=True)
def test_link_works_once_for_many_at_once():
    page = _page_of(make_password_link())

    def choose(n: int) -> int:
        try:
            return Client().post(page, {f"new_password{k}": f"caldera-y-horno-{n}" for k in (1, 2)}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(choose, range(8)))

    assert (answers.count(200), answers.count(404)) == (1, 7)


def _age(link: PasswordLink, **time: int) -> None:
    PasswordLink.objects.filter(pk=link.pk).update(made_at=now() - timedelta(**time))


@pytest.mark.parametrize(
    ("by_hand", "hours", "status"), [(False, 2, 200), (False, 4, 404), (True, 23, 200), (True, 25, 404)]
)
def test_link_lasts_hours(client, by_hand, hours, status):
    link = make_password_link(by=make_user() if by_hand else None)
    _age(link, hours=hours)

    assert client.get(_page_of(link)).status_code == status


def _change_password(user: User) -> None:
    user.set_password("another-word")
    user.save()


@pytest.mark.parametrize(
    "after",
    [
        _change_password,
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: actions.hand_out_password_link(user=user, by=make_coordinator()),
    ],
    ids=["password changed", "account disabled", "a newer one handed out"],
)
def test_link_is_of_no_use_any_more(client, after):
    user = make_user()
    page = _page_of(make_password_link(user))
    before = client.get(page).status_code

    after(user)

    assert (before, client.get(page).status_code, client.post(page, NEW).status_code) == (200, 404, 404)


@pytest.mark.parametrize(
    "token", ["x", "1", "1:x", "999:x", "9" * 40 + ":x", pytest.param(Signer().sign("1"), id="signed otherwise"), "ñ:x"]
)
def test_link_that_we_did_not_sign_opens_nothing(client, token):
    make_password_link()

    assert client.get(reverse("accounts:new-password", args=[token])).status_code == 404


def test_signature_of_one_person_is_not_good_for_another(client):
    mine, theirs = make_password_link(), make_password_link()
    signature = password_links.token_of(mine).partition(":")[2]

    assert client.get(reverse("accounts:new-password", args=[f"{theirs.pk}:{signature}"])).status_code == 404


@pytest.mark.parametrize("said", [{}, {"new_password1": "123", "new_password2": "123"}, NEW | {"new_password2": "x"}])
def test_password_that_is_none_is_asked_for_again(client, said):
    page = _page_of(make_password_link())

    assert client.post(page, said).status_code == 200
    assert client.get(page).status_code == 200


def test_old_links_are_forgotten():
    old, new = make_password_link(), make_password_link()
    _age(old, days=8)

    actions.forget_password_links()

    assert list(PasswordLink.objects.all()) == [new]


# Handed out


def _here(region):
    return make_volunteer(home=make_municipality(region=region)).user


def test_coordinator_hands_out_a_link_to_people_of_their_region(client):
    region = make_region()
    user = _here(region)
    client.force_login(make_coordinator(region))

    page = client.post(reverse("accounts:person-link", args=[user.pk]))

    path = re.search(r"https?://[^/]+(/clave/nueva/[^\s<]+)", page.text)[1]
    assert Client().get(path).status_code == 200
    assert [note.kind for note in Notification.objects.filter(contact__user=user)] == ["account.password_link"]
    assert AuditEvent.objects.filter(kind="user.password_link_handed_out", about_id=str(user.pk)).count() == 1


def test_link_stands_in_no_notice_and_no_audit(client):
    region = make_region()
    user = _here(region)
    client.force_login(make_coordinator(region))

    client.post(reverse("accounts:person-link", args=[user.pk]))
    told = Client()
    told.force_login(user)

    token = password_links.token_of(PasswordLink.objects.get())
    assert token not in told.get("/avisos").text
    assert token not in str(list(AuditEvent.objects.values())) + str(list(Notification.objects.values()))


REACHED = {
    "a volunteer of the region": (_here, True),
    "a delegate of the region": (
        lambda region: make_membership(make_factory(municipality=make_municipality(region=region))).user, True,
    ),
    "a volunteer of another region": (lambda _region: _here(make_region()), False),
    "a coordinator who is a volunteer of the region": (
        lambda region: make_volunteer(user=make_coordinator(make_region()), home=make_municipality(region=region)).user,
        False,
    ),
    "an administrator": (lambda region: _staff(_here(region), is_superuser=True), False),
    "somebody of the staff": (lambda region: _staff(_here(region), is_staff=True), False),
    "somebody disabled": (lambda region: _staff(_here(region), is_active=False), False),
    "somebody without a role": (lambda _region: make_user(), False),
}  # fmt: skip


def _staff(user: User, **flags: bool) -> User:
    User.objects.filter(pk=user.pk).update(**flags)
    return user


@pytest.mark.parametrize("whose", REACHED)
def test_coordinator_reaches_their_people_only(client, whose):
    region = make_region()
    make, reached = REACHED[whose]
    user = make(region)
    client.force_login(make_coordinator(region))
    addresses = [reverse(f"accounts:person{name}", args=[user.pk]) for name in ("-link", "-sign-out", "-factor")]

    page = client.get(reverse("accounts:person", args=[user.pk])).status_code
    posts = [client.post(address, {"reason": "x"}).status_code for address in addresses]

    assert page == (200 if reached else 404)
    assert posts == ([200, 302, 404] if reached else [404] * 3)
    assert (str(user) in client.get("/cuentas").text) == reached


def test_nobody_helps_themselves(client):
    admin = make_coordinator(is_superuser=True)
    client.force_login(admin)

    assert client.get(reverse("accounts:person", args=[admin.pk])).status_code == 404


def test_list_finds_by_name_whatever_is_typed(client):
    region = make_region()
    users = [_here(region) for _ in range(2)]
    client.force_login(make_coordinator(region))

    texts = [client.get("/cuentas", {"q": q}).text for q in (users[0].username, "\x00", "%", "'", "x" * 500)]

    assert [users[0].username in text for text in texts] == [True, True, False, False, False]


# The second step taken away


def test_administrator_takes_a_second_step_away_with_a_reason(client):
    user = make_coordinator()
    browser = Client()
    browser.force_login(user)
    client.force_login(make_coordinator(is_superuser=True, username="root"))

    client.post(reverse("accounts:person-factor", args=[user.pk]), {"reason": "perdió el teléfono"})

    event = AuditEvent.objects.get(kind="user.second_step_reset")
    assert (event.by.username, event.data) == ("root", {"reason": "perdió el teléfono"})
    assert [note.kind for note in Notification.objects.filter(contact__user=user)] == ["account.second_step_reset"]
    assert (Factor.objects.filter(user=user).exists(), browser.get("/mesa").status_code) == (False, 302)
    user.refresh_from_db()
    assert user.check_password("secret-word")


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_second_step_is_not_taken_away_without_a_reason(client, reason):
    user = make_coordinator()
    factor = make_factor(user)
    client.force_login(make_coordinator(is_superuser=True))

    client.post(reverse("accounts:person-factor", args=[user.pk]), {"reason": reason})

    assert Factor.objects.filter(pk=factor.pk).exists()


def test_second_step_of_the_only_administrator_is_taken_away_at_the_server():
    user = make_coordinator(username="root", is_superuser=True)
    make_factor(user)

    call_command("reset_second_step", "root", "--reason", "perdió el teléfono", verbosity=0)

    assert not Factor.objects.exists()
    assert AuditEvent.objects.get(kind="user.second_step_reset").by is None


@pytest.mark.parametrize(("name", "reason"), [("nobody", "x"), ("root", " "), ("without", "x")])
def test_command_refuses_with_a_sentence(name, reason):
    make_factor(make_user("root"))
    make_user("without")

    with pytest.raises(CommandError):
        call_command("reset_second_step", name, "--reason", reason)

    assert Factor.objects.count() == 1
