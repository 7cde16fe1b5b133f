from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from epo.accounts.models import User
from epo.notifications import kinds
from epo.notifications.kinds import Message
from tests.make import make_contact, make_notification, make_preference, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    kind = kinds.Kind(lambda about: Message(f"Hola {about.name}", "Cuerpo", "/acerca"), {"about": User.objects.all})
    monkeypatch.setitem(kinds.KINDS, "test", kind)


def _note(contact, **fields):
    return make_notification(contact, context={"about": make_user(name="Ana").pk}, **fields)


@pytest.fixture
def reader(client):
    contact = make_contact(user=make_user())
    client.force_login(contact.user)
    return contact


@pytest.mark.parametrize("name", ["list", "wishes"])
def test_notices_send_strangers_to_the_sign_in(client, name):
    url = reverse(f"notifications:{name}")

    assert client.get(url).headers["Location"] == f"{reverse('accounts:login')}?next={url}"


def test_notices_show_ones_own_whose_hour_has_come(client, reader):
    mine = _note(reader)
    _note(reader, not_before=now() + timedelta(hours=1))
    _note(make_contact(user=make_user()))

    response = client.get(reverse("notifications:list"))

    assert [note for note, _message in response.context["rows"]] == [mine]
    assert "Hola Ana" in response.text
    assert response.context["unread"] == 1


def test_notices_about_something_gone_say_so(client, reader):
    note = _note(reader)
    User.objects.filter(pk=note.context["about"]).delete()

    response = client.get(reverse("notifications:list"))

    assert [message for _note_, message in response.context["rows"]] == [None]


def test_notices_take_as_many_queries_for_three_as_for_one(client, reader, django_assert_num_queries):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            _note(reader)
        with django_assert_num_queries(15, exact=False) as queries:
            client.get(reverse("notifications:list"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_notice_opened_is_read_and_leads_where_it_says(client, reader):
    note = _note(reader)

    response = client.post(reverse("notifications:read", args=[note.pk]))

    note.refresh_from_db()
    assert response.headers["Location"] == "/acerca"
    assert note.read_at is not None


def test_notice_is_not_read_by_looking(client, reader):
    note = _note(reader)

    assert client.get(reverse("notifications:read", args=[note.pk])).status_code == 405
    client.get(reverse("notifications:list"))

    note.refresh_from_db()
    assert note.read_at is None


def test_notice_of_another_is_not_there(client, reader):
    note = _note(make_contact(user=make_user()))

    assert client.post(reverse("notifications:read", args=[note.pk])).status_code == 404


def test_all_notices_are_read_at_once(client, reader):
    _note(reader), _note(reader)

    client.post(reverse("notifications:read-all"))

    assert client.get(reverse("notifications:list")).context["unread"] == 0


def test_header_counts_unread_notices(client, reader):
    _note(reader)

    assert '<span class="badge">1</span>' in client.get(reverse("about")).text


def test_wishes_are_kept_and_the_pages_follow(client, reader):
    make_preference(reader)

    response = client.post(reverse("notifications:wishes"), {"email": "a@example.org", "language": "en"})

    reader.refresh_from_db()
    assert response.headers["Location"] == reverse("notifications:list")
    assert (reader.email, reader.preference.language, reader.preference.ways) == ("a@example.org", "en", [])
    assert 'lang="en"' in client.get(reverse("notifications:list")).text


def test_wishes_that_are_wrong_keep_what_was_typed(client, reader):
    response = client.post(reverse("notifications:wishes"), {"email": "nada", "language": "en"})

    assert response.status_code == 200
    assert 'value="nada"' in response.text
