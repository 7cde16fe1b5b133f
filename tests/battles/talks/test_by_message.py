"""The whole way by text messages alone: reported, asked, answered, and nobody has touched a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from battles.actions import offers
from battles.models import CrewDay, Offer
from battles.states import AnsweredBy, BattleState, OfferState
from epo.notifications import exchange
from epo.notifications.actions import send
from epo.notifications.models import Notification, Received
from factories.models import BreakdownReport
from tests.gateways import KEY, calls, came
from tests.make import (
    make_battle,
    make_contact,
    make_factory,
    make_label,
    make_machine,
    make_offer,
    make_qualification,
    make_seat,
    make_volunteer,
)

if TYPE_CHECKING:
    from django.test import Client

    from tests.gateways import Gateway

pytestmark = pytest.mark.django_db
WORKER, WELDER, STRANGER = "+584141110001", "+584141110002", "+584141110003"


def texts(client: Client, phone: str, words: str, *, times: int = 2) -> None:
    """The gateway repeats itself, and a worker takes each message twice."""
    at = f"2026-11-22T10:00:00.{Received.objects.count():03}-04:00"
    for _ in range(times):
        assert calls(client, came(phone, words, at=at)).status_code == 204
    for row in Received.objects.all():
        exchange.answer(received_id=row.pk)
        exchange.answer(received_id=row.pk)


def test_breakdown_offer_and_answer_by_text_messages_alone(noon: None, gateway: Gateway, client: Client) -> None:
    machine = make_machine(make_factory(name="La Gaviota"), name="Horno 2")
    make_label(machine, number=1234)

    for words in ("avería 1234", "1", "no calienta desde anoche", "no", "no"):
        texts(client, WORKER, words)
    report = BreakdownReport.objects.get()
    told = gateway.texts_to(WORKER)

    battle = make_battle(machine.factory, state=BattleState.ASKING)
    welder = make_volunteer(contact=make_contact(phone=WELDER, email=""))
    seat = make_seat(battle)
    make_qualification(welder, trade=seat.trade, level=seat.level)
    offer = make_offer(seat, volunteer=welder, state=OfferState.PROPOSED)
    offers.ask(offer=offer, by=None)
    for note in Notification.objects.filter(contact=welder.contact):
        send(notification_id=note.pk)
    asked = gateway.texts_to(WELDER)
    texts(client, STRANGER, f"SI {offer.code}")
    after_the_stranger = Offer.objects.get(pk=offer.pk).state
    texts(client, WELDER, f"sí voy {offer.code.lower()}")

    offer.refresh_from_db()
    assert (report.machine, report.text) == (machine, "no calienta desde anoche")
    assert (len(told), f"R-{report.number}" in told[-1]) == (5, True)
    assert (len(asked), re.findall(rf"SI {offer.code}", asked[0]), len(asked[0]) <= 160) == (
        1,
        [f"SI {offer.code}"],
        True,
    )
    assert after_the_stranger == OfferState.ASKED
    assert (offer.state, offer.answered_by) == (OfferState.ACCEPTED, AnsweredBy.SMS)
    assert CrewDay.objects.filter(offer=offer).exists()
    assert len(gateway.texts_to(WELDER)) == 2


def test_forged_yes_is_no_answer(gateway: Gateway, client: Client) -> None:
    welder = make_volunteer(contact=make_contact(phone=WELDER, email=""))
    offer = make_offer(make_seat(make_battle(state=BattleState.ASKING)), volunteer=welder, state=OfferState.ASKED)
    body = came(WELDER, f"SI {offer.code}")

    forged = calls(client, body, key="another").status_code
    before = (Offer.objects.get().state, Received.objects.count())
    true = calls(client, body, key=KEY).status_code
    exchange.answer(received_id=Received.objects.get().pk)

    assert (forged, before, true) == (403, (OfferState.ASKED, 0), 204)
    assert (Offer.objects.get().state, len(gateway.texts_to(WELDER))) == (OfferState.ACCEPTED, 1)
