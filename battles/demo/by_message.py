"""What came by text message and from phones without network: some of it waits for a coordinator."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.translation import override

from battles.actions import talks
from battles.demo.names import mobile
from battles.models import Battle, MissedAction
from battles.rules.battles import ENDED
from battles.states import BattleState
from battles.talks.answering import answer
from epo.notifications.incoming import Said
from epo.notifications.models import Received
from epo.work.models import ReceivedAction

if TYPE_CHECKING:
    from battles.demo.people import Person
    from battles.demo.plants import Plants
    from factories.models import Machine

WAY = "sms"
FIRST_PHONE = 9300
PLANT = "gaviota"
LATE_WORDS = "Se dejó anotado el ajuste de la última noche; escrito en el camino, sin señal."


def create(plants: Plants, voluntaria: Person, now: datetime) -> None:
    """After all else, for what is audited here happens now."""
    with override("es"):
        _messages(plants, now)
        _wanted_too_late(voluntaria, now - timedelta(days=1))


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


def _wanted_too_late(voluntaria: Person, at: datetime) -> None:
    """The diary of a battle that was closed before her phone had a line again."""
    mine = Battle.objects.filter(state=BattleState.CLOSED, offers__volunteer=voluntaria.volunteer)
    battle = mine.order_by("first_day").last()
    if battle is None:
        raise LookupError("the volunteer who signs in was in no battle")
    intent = {"about": {"battle": battle.pk}, "said": {"text": LATE_WORDS}}
    received = ReceivedAction.objects.create(
        client_id=str(uuid.UUID(int=1)),
        by=voluntaria.volunteer.user,
        kind="battle.diary",
        intent=intent,
        body_hash=sha256(repr(intent).encode()).hexdigest(),
        client_time=at - timedelta(days=2),
        received_at=at,
        attempted_at=at,
        answered_at=at,
        status=HTTPStatus.CONFLICT,
        answer={"code": ENDED.code, "detail": str(ENDED), "state": battle.state},
    )
    MissedAction.objects.create(received=received, factory=battle.factory, battle=battle, had_changed=True, at=at)
