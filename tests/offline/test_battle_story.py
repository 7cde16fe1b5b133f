"""A battle as a volunteer goes through it without network, while a coordinator changes the plan; then both are told."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Locator, expect

from battles.actions import answers, offers, results
from battles.actions import battles as battle_actions
from battles.models import Battle, MissedAction, Offer
from battles.states import AnsweredBy, BattleState, OfferState, RequestState
from epo.accounts.models import User
from epo.core.clock import today
from tests import stack
from tests.make import (
    make_battle,
    make_battle_request,
    make_coordinator,
    make_machine,
    make_offer,
    make_request,
    make_seat,
    make_volunteer,
)
from tests.offline.road import UNFOLD, Traveller, on_the_road

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> User:
    return make_coordinator(name="Alirio Cova")


@pytest.fixture
def battle(desk: User) -> Battle:
    """It begins today; what is to be done there are two jobs."""
    battle = make_battle(state=BattleState.ASKING, first_day=today(), coordinator=desk)
    for what in ("Bomba 1: sello roto", "Horno 2: no calienta"):
        request = make_request(make_machine(battle.factory), title=what, state=RequestState.PLANNED)
        make_battle_request(battle, request)
    return battle


@pytest.fixture
def marisol(battle: Battle) -> Offer:
    """Asked, and going to be the crew's responsible."""
    return make_offer(make_seat(battle), make_volunteer("welding", name="Marisol Guevara"))


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, marisol: Offer) -> Traveller:
    traveller = on_the_road(browser, live_server.url)
    traveller.signs_in(marisol.volunteer.user)  # type: ignore[arg-type]
    traveller.keeps()
    return traveller


def begin(battle: Battle, offer: Offer) -> None:
    Battle.objects.filter(pk=battle.pk).update(responsible=offer.volunteer)
    battle_actions.begin(battle=Battle.objects.get(pk=battle.pk), by=battle.coordinator)


def refused(phone: Traveller) -> Locator:
    return phone.page.locator("#road .danger-bar")


def told_at_the_desk(desk: User) -> str:
    client = Client()
    client.force_login(desk)
    return unescape(client.get(reverse("battles:today")).content.decode())


def missing(words: list[str], text: str) -> list[str]:
    return [word for word in words if word not in text]


def job(battle: Battle, title: str) -> Any:
    return battle.battle_requests.select_related("request").get(request__title=title)


def test_battle_is_fought_without_network_from_the_call_to_the_way_home(
    phone: Traveller, battle: Battle, marisol: Offer, desk: User
) -> None:
    view = f"batalla-{battle.pk}"
    phone.loses_the_line()
    phone.opens(f"llamada-{marisol.pk}")
    phone.writes("offer.accept")
    phone.sends_all()
    expect(phone.page.locator(f"a[href='#{view}'], #road h1")).to_be_visible()
    marisol.refresh_from_db()
    accepted = marisol.state
    begin(battle, marisol)
    phone.page.evaluate("epoPack.read().then(kept => epoPack.renew(kept.owner, true))")

    phone.loses_the_line()
    phone.opens(view)
    fight(phone, battle)
    meanwhile = job(battle, "Horno 2: no calienta")
    results.record_outcome(link=meanwhile, outcome="repaired", barrier="", note="visto en el sitio", by=desk)
    phone.writes("offer.home")
    phone.sends_all()

    marisol.refresh_from_db()
    assert (accepted, marisol.state) == (OfferState.ACCEPTED, OfferState.DONE)
    assert [(entry.text, str(entry.hours)) for entry in battle.diary.all()] == [("Se desarmó la bomba", "8.0")]
    assert [tie.request.title for tie in battle.battle_requests.filter(found_on_site=True)] == ["cojinete roto"]
    done = job(battle, "Bomba 1: sello roto")
    assert (done.outcome, done.note, done.request.needs.get().what) == ("repaired", "quedó bien", "sello mecánico")
    assert job(battle, "Horno 2: no calienta").outcome == "repaired"
    missed = MissedAction.objects.get()
    expect(refused(phone)).to_have_count(1)
    assert missing(["Horno 2: no calienta", "reparada en parte"], refused(phone).inner_text()) == []
    assert missing([str(marisol.volunteer.user), "reparada en parte"], told_at_the_desk(desk)) == []
    assert missed.battle == battle


def fight(phone: Traveller, battle: Battle) -> None:
    pump, oven = card(phone, "Bomba 1: sello roto"), card(phone, "Horno 2: no calienta")
    phone.writes("offer.arrived")
    phone.writes("battle.diary", text="Se desarmó la bomba", hours="8")
    phone.writes("battle.found", what="cojinete roto", machine=job(battle, "Bomba 1: sello roto").request.machine_id)
    phone.writes("battle.need", pump, what="sello mecánico")
    phone.writes("battle.outcome", pump, outcome="repaired", note="quedó bien")
    phone.writes("battle.outcome", oven, outcome="partly_repaired")


def card(phone: Traveller, title: str) -> Locator:
    return phone.page.locator("#road section.card", has=phone.page.get_by_role("heading", name=title))


def test_who_was_released_meanwhile_is_told_and_so_is_the_coordinator(
    phone: Traveller, battle: Battle, marisol: Offer, desk: User
) -> None:
    answers.accept(offer=marisol, by=marisol.volunteer.user, how=AnsweredBy.PAGE)
    Battle.objects.filter(pk=battle.pk).update(responsible=marisol.volunteer, state=BattleState.READY)
    phone.page.evaluate("epoPack.read().then(kept => epoPack.renew(kept.owner, true))")
    phone.loses_the_line()
    phone.opens(f"batalla-{battle.pk}")
    phone.writes("offer.arrived")
    phone.writes("battle.diary", text="Esperamos a la gente de la planta")
    marisol.refresh_from_db()
    answers.release(offer=marisol, by=desk, reason="va otra persona")

    phone.sends_all()

    stack.wait_until(lambda: phone.kept == [])
    phone.opens()
    expect(refused(phone)).to_have_count(2)
    marisol.refresh_from_db()
    assert (marisol.state, marisol.arrived_at, battle.diary.count()) == (OfferState.RELEASED, None, 0)
    shown = " ".join(refused(phone).all_inner_texts())
    assert missing(["aceptó", "puesto liberado", "Esperamos a la gente de la planta"], shown) == []
    assert missing([str(marisol.volunteer.user), "Esperamos a la gente de la planta"], told_at_the_desk(desk)) == []


def test_days_that_end_before_they_begin_do_not_leave_the_form(phone: Traveller, marisol: Offer) -> None:
    phone.loses_the_line()
    phone.opens(f"llamada-{marisol.pk}")
    part = phone.page.locator("form[data-do='offer.accept']:has([name=first])")
    part.evaluate(UNFOLD)
    first, last = part.locator("[name=first]"), part.locator("[name=last]")
    begins, ends = first.input_value(), last.input_value()

    first.fill(ends)
    last.fill(begins)
    part.locator("button").click()

    assert (begins < ends, phone.waiting, last.evaluate("field => field.validity.rangeUnderflow")) == (True, 0, True)
    last.fill(ends)
    part.locator("button").click()
    stack.wait_until(lambda: phone.waiting == 1)


def test_yes_to_a_call_that_was_withdrawn_is_refused_and_what_was_wanted_stays_until_it_is_read(
    phone: Traveller, marisol: Offer, desk: User
) -> None:
    phone.loses_the_line()
    phone.opens(f"llamada-{marisol.pk}")
    phone.writes("offer.accept")
    offers.withdraw(offer=marisol, by=desk, reason="ya no hace falta")

    phone.sends_all()

    phone.opens()
    expect(refused(phone)).to_have_count(1)
    marisol.refresh_from_db()
    assert marisol.state == OfferState.WITHDRAWN
    assert missing(["Voy", "retirada"], refused(phone).inner_text()) == []
    refused(phone).get_by_role("button").click()
    expect(refused(phone)).to_have_count(0)
    phone.page.reload()
    expect(phone.page.locator("#road")).to_be_visible()
    assert (refused(phone).count(), MissedAction.objects.count()) == (0, 1)
