"""Photos of the work: one request each, kept once, prepared by the worker, seen by who sees the battle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from battles.missed import in_words, missed_by, missed_in_charge_of
from battles.models import Offer, WorkPhoto
from battles.rules import field as rules
from battles.states import BattleState, OfferState
from epo.core.clock import today
from epo.notifications.models import Notification
from factories import tasks
from factories.models import Photo
from factories.states import MemberRole, PhotoState
from tests.factories import images
from tests.make import (
    make_battle,
    make_coordinator,
    make_factory,
    make_machine,
    make_membership,
    make_offer,
    make_photo,
    make_region,
    make_seat,
    make_user,
    make_work_photo,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def responsible() -> Offer:
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=today())
    offer = make_offer(make_seat(battle), state=OfferState.ON_SITE)
    battle.responsible = offer.volunteer
    battle.save()
    return offer


def by(user: Any) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def put(user: Any, battle: Any, data: bytes, photo: Any = None, **said: Any) -> Any:
    address = reverse("api:battle-photo", args=[battle.pk, photo or uuid4()], query=said)
    return by(user).generic("PUT", address, data, "application/octet-stream")


def asked(user: Any, address: str) -> int:
    answer: Any = by(user).get(address)
    b"".join(answer)  # read to its end, a file is closed
    return int(answer.status_code)


def test_photo_of_the_work_is_kept_once_and_prepared_by_the_worker(responsible):
    battle, user = responsible.battle, responsible.volunteer.user
    machine, photo = make_machine(battle.factory), uuid4()

    first = put(user, battle, images.jpeg(), photo, machine=machine.pk, note="eje roto")
    again = put(user, battle, images.jpeg(), photo, machine=machine.pk, note="eje roto")
    tasks.prepare_photo(str(photo))

    shown = WorkPhoto.objects.get()
    assert [answer.status_code for answer in (first, again)] == [201, 200]
    assert first.json() == {"id": str(photo), "state": "waiting", "problem": ""}
    assert (shown.battle, shown.machine, shown.day, shown.note, shown.by) == (
        battle,
        machine,
        today(),
        "eje roto",
        user,
    )
    assert (shown.photo.state, shown.photo.report) == (PhotoState.READY, None)


def test_crew_and_coordinators_see_it_and_nobody_by_the_address_of_reports(
    responsible, django_capture_on_commit_callbacks
):
    region = make_region("west")
    battle = responsible.battle
    fellow = make_offer(make_seat(battle), state=OfferState.ON_SITE).volunteer.user
    photo = uuid4()
    put(responsible.volunteer.user, battle, images.jpeg(), photo)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.prepare_photo(str(photo))
    address = reverse("battles:work-photo", args=[photo, "small"])
    of_plant = make_membership(battle.factory, role=MemberRole.WORKER).user
    may = [responsible.volunteer.user, fellow, of_plant, make_coordinator()]
    may_not = [make_user(), make_coordinator(region), make_offer(make_seat(battle)).volunteer.user]

    assert [asked(user, address) for user in may] == [200] * 4
    assert [asked(user, address) for user in may_not] == [404] * 3
    assert asked(make_coordinator(), reverse("factories:photo", args=[photo, "small"])) == 404
    assert asked(make_coordinator(), reverse("battles:work-photo", args=[photo, "original"])) == 404
    pages = [reverse("battles:my-battle", args=[battle.pk]), reverse("battles:battle", args=[battle.pk]) + "?tab=jobs"]
    assert [address in by(responsible.volunteer.user).get(page).content.decode() for page in pages] == [True, True]


def test_only_who_keeps_the_notes_adds_photos(responsible):
    battle = responsible.battle
    fellow = make_offer(make_seat(battle), state=OfferState.ON_SITE).volunteer.user
    others = [make_user(), make_coordinator(make_region("west"))]

    assert [put(user, battle, images.jpeg()).status_code for user in (fellow, *others)] == [409, 404, 404]
    assert put(make_coordinator(), battle, images.jpeg()).status_code == 201
    assert APIClient().put(reverse("api:battle-photo", args=[battle.pk, uuid4()])).status_code == 403


def test_photo_before_the_battle_of_a_day_to_come_or_one_too_many_is_refused(responsible, monkeypatch):
    user, battle = responsible.volunteer.user, responsible.battle
    early = make_battle(make_factory(), state=BattleState.READY)
    tomorrow = (today() + timedelta(days=1)).isoformat()

    answers = [
        put(make_coordinator(), early, images.jpeg()),
        put(user, battle, images.jpeg(), day=tomorrow),
        put(user, battle, images.jpeg()),
    ]
    monkeypatch.setattr(rules, "MOST_PHOTOS", 1)
    answers.append(put(user, battle, images.jpeg()))

    assert [answer.status_code for answer in answers] == [409, 409, 201, 409]
    assert [answer.json().get("code") for answer in answers] == [
        "not_under_way",
        "day_in_future",
        None,
        "enough_photos",
    ]
    assert (WorkPhoto.objects.count(), Photo.objects.count()) == (1, 1)


def test_wish_of_a_photo_that_is_refused_is_kept_once_for_the_person_and_the_coordinator(responsible):
    user, battle, photo = responsible.volunteer.user, responsible.battle, uuid4()
    battle.coordinator, battle.responsible = make_coordinator(), None
    battle.save()

    answers = [put(user, battle, images.jpeg(), photo, note="eje roto").json()["detail"] for _repeat in range(2)]

    (for_them,), (for_desk,) = in_words(missed_by(user)), in_words(missed_in_charge_of(battle.coordinator))
    assert (for_them.what, for_them.words, for_them.why_not) == ("mostrar una foto del trabajo", "eje roto", answers[0])
    assert (for_desk.missed, answers[0]) == (for_them.missed, answers[1])
    assert Notification.objects.filter(kind="sync.conflict").count() == 1
    assert Photo.objects.count() == 0


def test_id_that_another_photo_has_is_refused(responsible):
    user, battle = responsible.volunteer.user, responsible.battle
    taken = [make_photo().pk, make_work_photo().photo_id]

    assert [put(user, battle, images.jpeg(), photo).status_code for photo in taken] == [409, 409]


@pytest.mark.parametrize(
    "said", [{"machine": 10**9}, {"machine": "x"}, {"day": "ayer"}, {"note": "ñ" * 201}, {"note": "a\x00"}]
)
def test_words_that_cannot_be_so_are_refused(responsible: Offer, said: dict[str, Any]) -> None:
    assert put(responsible.volunteer.user, responsible.battle, images.jpeg(), **said).status_code == 400


def test_machine_of_another_plant_cannot_be_named(responsible):
    other = make_machine()

    assert put(responsible.volunteer.user, responsible.battle, images.jpeg(), machine=other.pk).status_code == 400
