from __future__ import annotations

import gzip
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.timezone import now

from battles.actions.offers import key_of_notice
from battles.links import PLAN_FRESH, offer_link, offer_path, plan_path
from battles.models import CrewDay, Offer
from battles.states import AnsweredBy, BattleState, DeclineReason, OfferState
from epo.audit.models import AuditEvent
from epo.contacts.models import ContactView
from epo.notifications.models import Notification
from epo.work.models import ReceivedAction
from tests.make import (
    make_battle,
    make_battle_request,
    make_coordinator,
    make_factory,
    make_notification,
    make_offer,
    make_region,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

LARGEST = 20 * 1024


def make_open_offer(**fields):
    return make_offer(make_seat(make_battle(state=BattleState.ASKING, **fields)))


def state_of(offer):
    return Offer.objects.get(pk=offer.pk).state


# What was refused


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ({"answer": "yes"}, "offer.accept", {}),
        ({"answer": "no", "reason": "work", "note": "turno"}, "offer.decline", {"reason": "work", "note": "turno"}),
    ],
)
def test_link_and_page_keep_what_was_asked_for_although_it_is_refused(client, said, kind, words):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.WITHDRAWN)
    user = offer.volunteer.user
    client.force_login(user)

    paths = (offer_path(offer), reverse("battles:offer", args=[offer.pk]))

    answers = [client.post(path, said) for path in (*paths, *paths)]

    kept = ReceivedAction.objects.order_by("pk").values_list("by", "kind", "intent", "status", "answer__code")
    wish = (kind, {"offer": offer.pk, **words}, 409, "withdrawn")
    assert [answer.status_code for answer in answers] == [409] * 4
    assert list(kept) == [(None, *wish), (user.pk, *wish)]


def test_link_keeps_the_days_of_a_refused_part(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.WITHDRAWN)
    days = {"first": str(offer.first_day), "last": str(offer.first_day)}

    client.post(offer_path(offer), {"answer": "part", **days})

    assert [one.intent for one in ReceivedAction.objects.all()] == [{"offer": offer.pk, **days}]


# By the signed link


def test_link_shows_the_offer_and_changes_nothing(client):
    offer = make_open_offer()

    page = client.get(offer_path(offer))

    assert (page.status_code, state_of(offer), AuditEvent.objects.count()) == (200, OfferState.ASKED, 0)
    assert offer.code in page.text


def test_link_shows_no_name_of_the_crew_before_acceptance(client):
    battle = make_battle(state=BattleState.ASKING, responsible=make_volunteer(name="Zoraida Responsable"))
    make_offer(make_seat(battle), make_volunteer("welding", name="Yolanda Compañera"), state=OfferState.ACCEPTED)
    offer = make_offer(make_seat(battle))

    text = client.get(offer_path(offer)).text

    assert [name for name in ("Zoraida", "Yolanda") if name in text] == []


def test_link_with_a_wrong_token_opens_nothing(client):
    offer = make_open_offer()

    answers = [client.get(reverse("battles:offer-link", args=[token])) for token in ("x", f"{offer.code}:wrong")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_link_of_a_proposal_opens_nothing(client):
    offer = make_offer(make_seat(), state=OfferState.PROPOSED)

    assert client.get(offer_path(offer)).status_code == 404


def test_link_takes_a_yes_without_cookies_and_shows_only_that(client):
    offer = make_open_offer()

    page = client.post(offer_path(offer), {"answer": "yes"}, follow=True)

    assert (state_of(offer), page.status_code, CrewDay.objects.count()) == (OfferState.ACCEPTED, 200, 5)
    assert [answer for answer in ("yes", "part", "no") if f'value="{answer}"' in page.text] == []


def test_link_takes_the_same_yes_again(client):
    offer = make_open_offer()
    client.post(offer_path(offer), {"answer": "yes"})

    again = client.post(offer_path(offer), {"answer": "yes"})

    assert (again.status_code, AuditEvent.objects.about(offer).count()) == (302, 1)


def test_link_takes_a_yes_in_part(client):
    offer = make_open_offer()
    first, last = offer.first_day + timedelta(days=1), offer.last_day

    client.post(offer_path(offer), {"answer": "part", "first": first.isoformat(), "last": last.isoformat()})

    offer.refresh_from_db()
    assert (offer.state, offer.first_day, offer.last_day) == (OfferState.ACCEPTED, first, last)


@pytest.mark.parametrize(("first", "last"), [("", ""), ("2026-13-40", "2026-01-01"), ("2030-01-05", "2030-01-01")])
def test_link_with_days_that_are_none_keeps_what_was_typed(client, first, last):
    offer = make_open_offer()

    page = client.post(offer_path(offer), {"answer": "part", "first": first, "last": last})

    assert (page.status_code, state_of(offer)) == (422, OfferState.ASKED)
    assert f'value="{last}"' in page.text or not last


def test_link_takes_a_no_with_its_reason(client):
    offer = make_open_offer()

    client.post(offer_path(offer), {"answer": "no", "reason": "transport", "note": "no hay gasolina"})

    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason, offer.note, offer.answered_by) == (
        OfferState.DECLINED, DeclineReason.TRANSPORT, "no hay gasolina", AnsweredBy.LINK,
    )  # fmt: skip


def test_link_asks_for_the_reason_of_a_no(client):
    offer = make_open_offer()

    page = client.post(offer_path(offer), {"answer": "no", "note": "luego"})

    assert (page.status_code, state_of(offer)) == (422, OfferState.ASKED)
    assert "luego" in page.text


def test_link_refuses_a_no_after_a_yes(client):
    offer = make_open_offer()
    client.post(offer_path(offer), {"answer": "yes"})

    page = client.post(offer_path(offer), {"answer": "no", "reason": "work"})

    assert (page.status_code, state_of(offer)) == (409, OfferState.ACCEPTED)
    assert "Ya se respondió que sí" in page.text


def test_link_takes_a_late_yes_while_the_seat_is_free(client):
    offer = make_offer(
        make_seat(make_battle(state=BattleState.ASKING)),
        state=OfferState.EXPIRED,
        deadline=now() - timedelta(days=1),
    )

    client.post(offer_path(offer), {"answer": "yes"})

    assert state_of(offer) == OfferState.ACCEPTED


def test_link_after_withdrawal_says_so(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.WITHDRAWN)

    page = client.get(offer_path(offer))
    answer = client.post(offer_path(offer), {"answer": "yes"})

    assert (page.status_code, answer.status_code) == (200, 409)
    assert (page.text.count("se retiró"), answer.text.count("se retiró")) == (1, 1)


def test_offers_page_says_once_why_an_answer_is_refused(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.WITHDRAWN)
    client.force_login(offer.volunteer.user)

    answer = client.post(reverse("battles:offer", args=[offer.pk]), {"answer": "yes"})

    assert (answer.status_code, answer.text.count("se retiró")) == (409, 1)


def test_link_of_a_battle_called_off_says_so(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.CALLED_OFF)))

    answer = client.post(offer_path(offer), {"answer": "yes"})

    assert (answer.status_code, state_of(offer)) == (409, OfferState.ASKED)


def test_link_with_an_answer_that_is_none_is_not_found(client):
    offer = make_open_offer()

    assert client.post(offer_path(offer), {"answer": "quizás"}).status_code == 404


def test_link_page_is_small(client):
    offer = make_open_offer()
    make_battle_request(offer.battle)

    page = client.get(offer_path(offer))

    files = [Path("static/css/epo.css").read_bytes(), Path("static/js/epo.js").read_bytes()]
    assert sum(len(gzip.compress(content)) for content in [page.content, *files]) <= LARGEST


def test_link_asks_as_many_questions_of_the_database_for_three_jobs_as_for_one(client, django_assert_max_num_queries):
    offer = make_open_offer()
    make_battle_request(offer.battle)
    with django_assert_max_num_queries(12) as once:
        client.get(offer_path(offer))
    make_battle_request(offer.battle)
    make_battle_request(offer.battle)

    with django_assert_max_num_queries(len(once)):
        client.get(offer_path(offer))


# Signed in


def test_offer_page_needs_sign_in(client):
    offer = make_open_offer()

    answer = client.get(reverse("battles:offer", args=[offer.pk]))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:login"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_offer_of_another_volunteer_is_not_found(client, method):
    offer = make_open_offer()
    client.force_login(make_volunteer().user)

    answer = getattr(client, method)(reverse("battles:offer", args=[offer.pk]), {"answer": "yes"})

    assert (answer.status_code, state_of(offer)) == (404, OfferState.ASKED)


def test_offer_page_takes_a_yes(client):
    offer = make_open_offer()
    client.force_login(offer.volunteer.user)

    client.post(reverse("battles:offer", args=[offer.pk]), {"answer": "yes"})

    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == (OfferState.ACCEPTED, AnsweredBy.PAGE)


def test_coordinator_of_the_home_region_notes_an_answer_by_phone(client):
    offer = make_open_offer()
    client.force_login(make_coordinator(offer.volunteer.home.state.region))

    client.post(reverse("battles:offer", args=[offer.pk]), {"answer": "no", "reason": "family"})

    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == (OfferState.DECLINED, AnsweredBy.PHONE)


def test_coordinator_of_another_region_finds_no_offer(client):
    offer = make_open_offer()
    client.force_login(make_coordinator(make_region()))

    assert client.get(reverse("battles:offer", args=[offer.pk])).status_code == 404


def test_coordinator_of_the_battle_withdraws_an_open_ask(client):
    offer = make_open_offer()
    client.force_login(make_coordinator(offer.battle.factory.municipality.state.region))

    client.post(reverse("battles:offer-let-go", args=[offer.pk]), {"reason": "cambio de plan"})

    assert state_of(offer) == OfferState.WITHDRAWN


def test_coordinator_of_the_home_region_alone_withdraws_nothing(client):
    offer = make_open_offer()
    client.force_login(make_coordinator(offer.volunteer.home.state.region))

    client.post(reverse("battles:offer-let-go", args=[offer.pk]), {"reason": "x"})

    assert state_of(offer) == OfferState.ASKED


def test_volunteer_gives_an_accepted_seat_back(client):
    offer = make_open_offer()
    client.force_login(offer.volunteer.user)
    client.post(reverse("battles:offer", args=[offer.pk]), {"answer": "yes"})

    client.post(reverse("battles:offer-let-go", args=[offer.pk]), {"reason": "me enfermé"})

    assert (state_of(offer), CrewDay.objects.count()) == (OfferState.RELEASED, 0)


def test_withdrawing_what_was_answered_meanwhile_releases_nobody(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.ACCEPTED)
    client.force_login(make_coordinator())

    client.post(reverse("battles:offer-let-go", args=[offer.pk]), {"reason": "x", "state": "asked"})

    assert state_of(offer) == OfferState.ACCEPTED


# Whom to call


def test_to_call_shows_people_of_the_region_and_of_its_battles(client):
    region = make_region()
    user = make_coordinator(region)
    of_battle = make_open_offer(factory=make_factory(region=region))
    at_home = make_offer(
        make_seat(make_battle(state=BattleState.ASKING)),
        make_volunteer("welding", home=make_factory(region=region).municipality),
    )
    elsewhere = make_open_offer()
    client.force_login(user)

    text = client.get(reverse("battles:to-call")).text

    shown = [offer for offer in (of_battle, at_home, elsewhere) if offer.code in text]
    assert shown == [of_battle, at_home]


def test_to_call_shows_phones_only_on_request_and_writes_it_down(client):
    offer = make_open_offer()
    phone = offer.volunteer.contact.phone
    user = make_coordinator()
    client.force_login(user)

    before = client.get(reverse("battles:to-call")).text
    after = client.post(reverse("battles:to-call")).text

    assert (phone in before, f"tel:{phone}" in after) == (False, True)
    assert [(view.contact, view.by) for view in ContactView.objects.all()] == [(offer.volunteer.contact, user)]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"way": "sms", "sent_at": now(), "delivered_at": now()}, "Mensaje de texto, llegó"),
        ({"way": "sms", "sent_at": now(), "undelivered_at": now()}, "Mensaje de texto, no llegó"),
        ({"way": "telegram", "sent_at": now()}, "Telegram</p>"),
        ({"failed_at": now()}, "Ningún mensaje le llega."),
        ({}, "El mensaje todavía no ha salido."),
    ],
)
def test_to_call_says_whether_the_message_arrived(client, how, said):
    offer = make_open_offer()
    make_notification(offer.volunteer.contact, kind="offer.asked", key=key_of_notice(offer, "offer.asked"), **how)
    client.force_login(make_coordinator())

    assert said in client.get(reverse("battles:to-call")).text


def test_to_call_is_not_found_by_volunteers(client):
    client.force_login(make_volunteer().user)

    assert client.get(reverse("battles:to-call")).status_code == 404


def test_to_call_finds_without_accents(client):
    make_open_offer(factory=make_factory(name="Válvulas"))
    other = make_open_offer()
    client.force_login(make_coordinator())

    text = client.get(reverse("battles:to-call"), {"q": "valvula"}).text

    assert ("Válvulas" in text, other.code in text) == (True, False)


def test_to_call_asks_as_often_for_three_rows_as_for_one(client, django_assert_max_num_queries):
    client.force_login(make_coordinator())
    make_open_offer()
    with django_assert_max_num_queries(15) as once:
        client.get(reverse("battles:to-call"))
    make_open_offer()
    make_open_offer()

    with django_assert_max_num_queries(len(once)):
        client.get(reverse("battles:to-call"))


# API


def test_api_lists_only_ones_own_offers(client):
    mine, _other = make_open_offer(), make_open_offer()
    client.force_login(mine.volunteer.user)

    found = client.get(reverse("api:offers")).json()

    assert [row["id"] for row in found["results"]] == [mine.pk]


def test_api_accepts_and_answers_with_the_offer(client):
    offer = make_open_offer()
    client.force_login(offer.volunteer.user)

    answer = client.post(reverse("api:offer-accept", args=[offer.pk]), {}, content_type="application/json")

    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")


def test_api_refuses_with_code_and_sentence(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.WITHDRAWN)
    client.force_login(offer.volunteer.user)

    answer = client.post(reverse("api:offer-accept", args=[offer.pk]), {}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "withdrawn")


def test_api_declines(client):
    offer = make_open_offer()
    client.force_login(offer.volunteer.user)

    answer = client.post(
        reverse("api:offer-decline", args=[offer.pk]), {"reason": "work"}, content_type="application/json"
    )

    assert (answer.status_code, state_of(offer)) == (200, OfferState.DECLINED)


def test_api_answers_a_repeat_of_the_same_key_as_the_first_time(client):
    offer = make_open_offer()
    client.force_login(offer.volunteer.user)
    url, key = reverse("api:offer-accept", args=[offer.pk]), {"Idempotency-Key": "phone-1"}

    first, again = (client.post(url, {}, content_type="application/json", headers=key) for _ in range(2))
    other = client.post(url, {"first": str(offer.first_day)}, content_type="application/json", headers=key)

    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "other_content")


@pytest.mark.parametrize("key", [{"Idempotency-Key": "phone-1"}, {}])
def test_api_keeps_what_was_asked_for_although_it_is_refused(client, key):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=OfferState.WITHDRAWN)
    client.force_login(offer.volunteer.user)
    url = reverse("api:offer-decline", args=[offer.pk])

    answers = [client.post(url, {"reason": "work"}, content_type="application/json", headers=key) for _ in range(2)]

    kept = ReceivedAction.objects.get()
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "withdrawn")] * 2
    assert (kept.kind, kept.intent, kept.status) == ("offer.decline", {"offer": offer.pk, "reason": "work"}, 409)


def test_api_refuses_a_key_that_is_too_long(client):
    offer = make_open_offer()
    client.force_login(offer.volunteer.user)
    url, key = reverse("api:offer-accept", args=[offer.pk]), {"Idempotency-Key": "x" * 65}

    answer = client.post(url, {}, content_type="application/json", headers=key)

    assert (answer.status_code, state_of(offer)) == (400, OfferState.ASKED)


def test_api_does_not_find_anothers_offer(client):
    offer = make_open_offer()
    client.force_login(make_user())

    answer = client.post(reverse("api:offer-accept", args=[offer.pk]), {}, content_type="application/json")

    assert (answer.status_code, state_of(offer)) == (404, OfferState.ASKED)


# The plan, by a fresh link


def test_plan_link_shows_the_crew_without_sign_in_and_without_phones(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.READY)), state=OfferState.ACCEPTED)
    other = make_offer(make_seat(offer.battle), make_volunteer("welding", name="Yolanda"), state=OfferState.ACCEPTED)

    page = client.get(plan_path(offer))

    assert (page.status_code, "Yolanda" in page.text, other.volunteer.contact.phone in page.text) == (200, True, False)


@pytest.mark.parametrize("state", [OfferState.ASKED, OfferState.RELEASED, OfferState.WITHDRAWN])
def test_plan_link_opens_nothing_without_a_seat(client, state):
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), state=state)

    assert client.get(plan_path(offer)).status_code == 410


def test_plan_link_grows_stale(client, monkeypatch):
    offer = make_offer(make_seat(make_battle(state=BattleState.READY)), state=OfferState.ACCEPTED)
    path = plan_path(offer)
    later = time.time() + PLAN_FRESH.total_seconds() + 60
    monkeypatch.setattr(time, "time", lambda: later)

    assert client.get(path).status_code == 410


def test_offer_link_is_no_plan_link(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.READY)), state=OfferState.ACCEPTED)

    token = offer_path(offer).rsplit("/", 1)[1]

    assert client.get(reverse("battles:plan-link", args=[token])).status_code == 410


def test_link_sends_the_plan_on_request(client):
    offer = make_offer(make_seat(make_battle(state=BattleState.READY)), state=OfferState.ACCEPTED)

    client.post(offer_path(offer), {"answer": "plan"})

    assert list(Notification.objects.values_list("kind", "contact")) == [("offer.plan", offer.volunteer.contact_id)]


def test_text_to_send_holds_the_link_once(client):
    offer = make_open_offer()
    client.force_login(make_coordinator())

    [row] = client.get(reverse("battles:to-call")).context["rows"]

    assert row["text"].count("http") == 1
    assert row["text"].endswith(offer_link(offer))
