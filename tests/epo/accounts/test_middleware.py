from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def next_page(answer):
    return parse_qs(urlsplit(answer.url).query)["next"]


@pytest.mark.parametrize(
    ("came_from", "page"),
    [
        ("http://testserver/batallas/7?tab=crew", "/batallas/7?tab=crew"),
        ("https://elsewhere.example/batallas/7", "/"),
        ("", "/"),
    ],
)
def test_form_sent_after_the_session_ended_leads_back_to_its_page(client, came_from, page):
    answer = client.post(reverse("battles:battle-begin", args=[7]), headers={"Referer": came_from} if came_from else {})

    assert (answer.status_code, urlsplit(answer.url).path) == (302, reverse("accounts:login"))
    assert next_page(answer) == [page]


def test_page_asked_for_without_sign_in_is_shown_afterwards(client):
    answer = client.get(reverse("battles:mine"))

    assert next_page(answer) == [reverse("battles:mine")]
