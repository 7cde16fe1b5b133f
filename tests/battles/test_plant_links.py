"""The signed link of a plant: no account, one battle, until it ends or is revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils.timezone import now

from battles.models import OwnRepair, PlantLink
from battles.plant_links import SALT, plant_path, plant_token
from epo.core.clock import today
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from factories.models import OutputReading
from factories.states import MemberRole
from tests.make import (
    make_agreement,
    make_battle,
    make_contact,
    make_coordinator,
    make_factory,
    make_follow_up,
    make_line,
    make_line_result,
    make_machine,
    make_membership,
    make_offer,
    make_plant_link,
    make_region,
    make_seat,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def closed(**fields):
    return make_battle(make_factory(contact=make_contact()), state="closed", ended_at=now(), **fields)


def at(link, name="plant-link", *keys):
    return reverse(f"battles:{name}", args=[plant_token(link), *keys])


def test_a_coordinator_makes_a_link_that_reaches_the_plants_contact(client):
    battle = closed()
    client.force_login(make_coordinator())

    client.post(reverse("battles:plant-link-make", args=[battle.pk]))

    link, note = PlantLink.objects.get(), Notification.objects.get()
    assert (note.contact, note.kind, message_for(note).url) == (
        battle.factory.contact, "battle.plant_link", plant_path(link),
    )  # fmt: skip
    assert plant_path(link) in client.get(reverse("battles:battle", args=[battle.pk]), {"tab": "agreement"}).text


def test_a_battle_called_off_gets_no_link(client):
    battle = make_battle(state="called_off", ended_at=now())
    client.force_login(make_coordinator())

    client.post(reverse("battles:plant-link-make", args=[battle.pk]))

    assert PlantLink.objects.count() == 0


def test_others_neither_make_nor_revoke_links(client):
    link = make_plant_link()
    statuses = []
    for user in (make_user(), make_coordinator(make_region("other")), make_membership(link.battle.factory).user):
        client.force_login(user)
        statuses.append(client.post(reverse("battles:plant-link-make", args=[link.battle_id])).status_code)
        address = reverse("battles:plant-link-revoke", args=[link.battle_id, link.pk])
        statuses.append(client.post(address).status_code)

    assert (statuses, PlantLink.objects.live().count()) == ([404] * 6, 1)


def test_a_link_confirms_the_agreement_without_an_account(client):
    link = make_plant_link(make_battle(state="asking"))
    agreement = make_agreement(link.battle, management="gerencia")

    shown = client.get(at(link))
    nobody = client.post(at(link, "plant-link-agreement"), {"said_by": ""})
    done = client.post(at(link, "plant-link-agreement"), {"said_by": "delegada"})
    again = client.post(at(link, "plant-link-agreement"), {"said_by": "otra"})

    agreement.refresh_from_db()
    assert [page.status_code for page in (shown, nobody, done, again)] == [200, 200, 302, 200]
    assert (agreement.confirmed_as, agreement.confirmed_by) == ("delegada", None)
    assert "delegada" in client.get(done.url).text


def test_a_link_takes_readings_and_answers_what_was_asked(client):
    battle = closed()
    line = make_line(battle.factory)
    follow_up = make_follow_up(battle, line, asked_at=now())
    link = make_plant_link(battle)
    said = {"do": "day", "day": today(), f"line-{line.pk}": "7", "said_by": "delegada"}

    done = client.post(at(link, "plant-link-readings"), said)

    follow_up.refresh_from_db()
    assert (done.url, follow_up.reading.amount) == (at(link) + "?said=readings", 7)
    assert list(OutputReading.objects.values_list("is_confirmed", "by")) == [(True, None)]


def test_a_link_confirms_figures_and_takes_later_repairs(client):
    battle = closed()
    result = make_line_result(battle, make_line(battle.factory), before=1, after=4)
    machine, link = make_machine(battle.factory), make_plant_link(battle)
    said = {"what": "molino", "machine": machine.pk, "on": today(), "learned_from": battle.pk, "said_by": "mecánica"}

    client.post(at(link, "plant-link-output", result.pk), {"said_by": "delegada"})
    client.post(at(link, "plant-link-repair"), said)

    result.refresh_from_db()
    assert (result.confirmed_by, OwnRepair.objects.get().learned_from) == ("delegada", battle)


def test_a_link_reaches_no_other_battles_figures(client):
    other = closed()
    result = make_line_result(other, make_line(other.factory), before=1, after=4)

    answer = client.post(at(make_plant_link(closed()), "plant-link-output", result.pk), {"said_by": "delegada"})

    result.refresh_from_db()
    assert (answer.status_code, result.confirmed_at) == (404, None)


@pytest.mark.parametrize("ended", ["expired", "revoked"])
def test_a_link_that_has_ended_opens_nothing(client, ended):
    battle = closed()
    make_agreement(battle, management="gerencia de planta")
    link = make_plant_link(battle)
    client.force_login(make_coordinator())
    if ended == "revoked":
        client.post(reverse("battles:plant-link-revoke", args=[battle.pk, link.pk]))
    else:
        PlantLink.objects.update(made_at=now() - timedelta(days=9), expires_at=now() - timedelta(days=1))
    client.logout()

    pages = [client.get(at(link)), client.post(at(link, "plant-link-agreement"), {"said_by": "delegada"})]

    assert [page.status_code for page in pages] == [410, 410]
    assert "gerencia de planta" not in pages[0].text


def test_a_link_that_we_did_not_sign_is_not_found(client):
    link = make_plant_link()
    gone = signing.Signer(salt=SALT).sign(str(link.pk + 9))
    forged = [f"{link.pk}:abc", gone, signing.Signer(salt="battles.reading").sign(str(link.pk))]

    assert [client.get(reverse("battles:plant-link", args=[token])).status_code for token in forged] == [404] * 3


def test_a_link_shows_nobodys_name_or_phone(client):
    battle = make_battle(make_factory(contact=make_contact(name="Ana Canaria", phone="+584127001234")), state="asking")
    make_agreement(battle)
    volunteer = make_volunteer("welding", name="Beto Canario")
    make_offer(make_seat(battle), volunteer, "accepted")
    make_membership(battle.factory, make_user("delegada.canaria"), role=MemberRole.DELEGATE)
    link = make_plant_link(battle)

    pages = [client.get(at(link, name)) for name in ("plant-link", "plant-link-print", "plant-link-readings")]

    assert [page.status_code for page in pages] == [200] * 3
    for words in ("Canari", "canari", "7001234"):
        assert [words in page.text for page in pages] == [False] * 3


def test_the_notice_says_nothing_once_the_link_has_ended(client):
    battle = closed()
    client.force_login(make_coordinator())
    client.post(reverse("battles:plant-link-make", args=[battle.pk]))

    client.post(reverse("battles:plant-link-revoke", args=[battle.pk, PlantLink.objects.get().pk]))

    assert message_for(Notification.objects.get()) is None
