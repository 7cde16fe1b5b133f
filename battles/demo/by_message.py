"""What came by text message and from phones without network: some of it waits for a coordinator."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from itertools import cycle
from typing import TYPE_CHECKING

from django.utils.timezone import localdate
from django.utils.translation import override

from battles.actions import talks
from battles.actions.offers import key_of_notice
from battles.demo.names import mobile
from battles.models import MissedAction, Offer
from battles.states import OfferState
from battles.talks.answering import answer
from epo.accounts.models import User
from epo.notifications.incoming import Said
from epo.notifications.models import Notification, Received
from epo.work.models import ReceivedAction
from factories.rules import NOT_YET

if TYPE_CHECKING:
    from battles.demo.plants import Plants
    from factories.models import Machine

WAY = "sms"
ASKED = "offer.asked"
TURNS = range(3)
FIRST_PHONE = 9300
PLANT = "gaviota"
DELEGATE = "obrero"


def create(plants: Plants, now: datetime) -> None:
    """After all else, for what is audited here happens now."""
    with override("es"):
        _asked()
        _messages(plants, now)
        _told_of_tomorrow(plants, now - timedelta(hours=3))


def _asked() -> None:
    """By which way who is asked heard of it; one text in three did not arrive."""
    offers = Offer.objects.filter(state=OfferState.ASKED).select_related("volunteer").order_by("pk")
    Notification.objects.bulk_create(
        Notification(
            contact_id=offer.volunteer.contact_id,
            kind=ASKED,
            key=key_of_notice(offer, ASKED),
            context={"offer": offer.pk},
            sent_at=offer.asked_at,
            way="email" if turn == 1 else WAY,
            delivered_at=offer.asked_at if turn == 0 else None,
            undelivered_at=offer.asked_at if turn == len(TURNS) - 1 else None,
        )
        for offer, turn in zip(offers, cycle(TURNS))
    )


def _messages(plants: Plants, now: datetime) -> None:
    """The words of three phones, and what the product answers them. The first tells a breakdown by half."""
    first, second = (plants.labels[machine.pk].number for machine in _machines(plants))
    told = (
        (0, f"averia {first} suena duro desde ayer", 300),
        (0, "y bota agua por abajo", 296),
        (1, f"PRODUCCION {second} 260", 120),
        (2, "ayuda", 45),
    )
    Received.objects.bulk_create([_message(who, text, now - timedelta(minutes=ago)) for who, text, ago in told])
    half_told = talks.open_talk(way=WAY, sender=mobile(FIRST_PHONE))
    if half_told is None:
        raise LookupError("the breakdown was told to its end")
    talks.end_talk(talk=half_told, is_draft=True)


def _machines(plants: Plants) -> list[Machine]:
    """Two of one plant, each of a line."""
    here = [machine for (factory, _name), machine in plants.machines.items() if factory == PLANT and machine.line_id]
    return here[-2:]


def _message(who: int, text: str, at: datetime) -> Received:
    """As the gateway hands it over, and its answer gone."""
    sender = mobile(FIRST_PHONE + who)
    reply = answer(Said(WAY, sender, None, (), text, at))
    return Received(
        way=WAY, provider_id=f"demo-{sender}-{at.timestamp():.0f}", sender=sender, text=text, received_at=at,
        answered_at=at, reply=reply, reply_sent_at=at,
    )  # fmt: skip


def _told_of_tomorrow(plants: Plants, at: datetime) -> None:
    """A reading of the delegate, whose phone's clock is a day ahead."""
    factory, day = plants.factories[PLANT], localdate(at) + timedelta(days=1)
    line = next(line for (key, _product), line in plants.lines.items() if key == PLANT)
    reading = {"line": line.pk, "day": day.isoformat(), "amount": "1200"}
    intent = {"about": {"plant": factory.pk}, "said": {"readings": [reading], "said_by": "delegado"}}
    received = ReceivedAction.objects.create(
        client_id=str(uuid.UUID(int=1)),
        by=User.objects.get(username=DELEGATE),
        kind="plant.reading",
        intent=intent,
        body_hash=sha256(repr(intent).encode()).hexdigest(),
        client_time=at + timedelta(days=1),
        received_at=at,
        attempted_at=at,
        answered_at=at,
        status=HTTPStatus.CONFLICT,
        answer={"code": NOT_YET.code, "detail": str(NOT_YET)},
    )
    MissedAction.objects.create(received=received, factory=factory, at=at)
