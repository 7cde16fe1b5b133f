"""What can be written without network, one kind each: what it is about, who may, its words, and the action behind it.

Words and actions are those of the other addresses of the API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from rest_framework import serializers
from rest_framework.exceptions import NotFound

from battles.actions import answers, demands, field, results
from battles.actions.readings import record_readings
from battles.api import battle_serializers as shapes
from battles.api.battles import battle_rows
from battles.api.offers import AcceptIn, DeclineIn
from battles.api.part_serializers import NeedOfBattleIn
from battles.api.plant_serializers import LaterRepairIn, MachineStateIn, ReadingsIn
from battles.api.request_serializers import SettleIn
from battles.models import Battle, Need, Offer
from battles.rules import field as field_rules
from battles.states import HOLDS_SEAT, AnsweredBy, DeclineReason, NeedState, OfferState, RequestState
from epo.core.clock import today
from factories.actions import say_machine_state
from factories.models import Factory, Machine
from factories.states import Condition

if TYPE_CHECKING:
    from epo.core.errors import Refusal

ONCE_OF_THE_CREW = (*HOLDS_SEAT, OfferState.RELEASED, OfferState.LEFT)


@dataclass(frozen=True, slots=True)
class Doing:
    """One action: by whom, about which things, and when by the phone's clock."""

    by: Any
    about: Mapping[str, int]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """`find` raises 404 for what the person may not know of; `why_not` refuses what they know of and may not do."""

    about: str
    find: Callable[[Doing], Any]
    shape: type[serializers.Serializer[Any]]
    act: Callable[[Any, Doing, dict[str, Any]], object]
    why_not: Callable[[Any, Doing], Refusal | None] = lambda _row, _doing: None


class Judged(shapes.OutcomeSerializer):
    """`was` is the outcome that the phone showed when this was written."""

    was = serializers.ChoiceField([*RequestState.choices], required=False, allow_blank=True)


def _offers() -> Any:
    rows = Offer.objects.sent().select_related("battle__factory__municipality__state", "battle__coordinator")
    return rows.select_related("volunteer__home__state", "trade")


def known_battles(user: Any) -> Any:
    """Also those of whose crew one was: what one wrote there is not thrown away unread."""
    mine = Offer.objects.made_to(user)
    crew = mine.filter(Q(state__in=ONCE_OF_THE_CREW) | Q(state=OfferState.WITHDRAWN, seat__isnull=False))
    return battle_rows().filter(field_rules.recordable_by(user) | Q(pk__in=crew.values("battle")))


def _own_offer(doing: Doing) -> Any:
    return get_object_or_404(_offers().made_to(doing.by), pk=doing.about["offer"])


def _offer_of_crew(doing: Doing) -> Any:
    """One's own; any of a battle that one keeps the notes of; of one's fellows, while they hold a seat."""
    recorded = Battle.objects.filter(field_rules.recordable_by(doing.by))
    fellows = Q(battle__in=known_battles(doing.by).values("pk"), state__in=HOLDS_SEAT)
    rows = _offers().filter(Q(volunteer__user=doing.by.pk) | Q(battle__in=recorded.values("pk")) | fellows)
    return get_object_or_404(rows, pk=doing.about["offer"])


def _battle(doing: Doing) -> Any:
    return get_object_or_404(known_battles(doing.by), pk=doing.about["battle"])


def _plant(doing: Doing) -> Any:
    rows = Factory.objects.told_of_by(doing.by).select_related("municipality__state")
    return get_object_or_404(rows, pk=doing.about["plant"])


def _machine(doing: Doing) -> Any:
    rows = Machine.objects.told_of_by(doing.by).select_related("factory__municipality__state")
    return get_object_or_404(rows, pk=doing.about["machine"])


def _not_for_offer(offer: Offer, doing: Doing) -> Refusal | None:
    is_own = offer.volunteer.user_id == doing.by.pk
    return None if is_own else field_rules.why_not_record(offer.battle, by=doing.by)


def _not_for_battle(battle: Battle, doing: Doing) -> Refusal | None:
    return field_rules.why_not_record(battle, by=doing.by)


def _accept(offer: Offer, doing: Doing, said: dict[str, Any]) -> None:
    answers.accept(offer=offer, by=doing.by, how=AnsweredBy.PAGE, **said)


def _decline(offer: Offer, doing: Doing, said: dict[str, Any]) -> None:
    reason = DeclineReason(said.pop("reason"))
    answers.decline(offer=offer, by=doing.by, how=AnsweredBy.PAGE, reason=reason, **said)


def _arrive(offer: Offer, doing: Doing, _said: dict[str, Any]) -> None:
    field.arrive(offer=offer, by=doing.by)


def _go_home(offer: Offer, doing: Doing, _said: dict[str, Any]) -> None:
    field.go_home(offer=offer, by=doing.by)


def _diary(battle: Battle, doing: Doing, said: dict[str, Any]) -> None:
    field.write_diary(battle=battle, by=doing.by, **({"day": day_by_phone(battle, doing.at)} | said))


def day_by_phone(battle: Battle, at: datetime | None) -> date:
    """The day on which it was written, where the battle had begun and the day has come; else today."""
    day = localdate(at) if at else today()
    return day if battle.first_day is not None and battle.first_day <= day <= today() else today()


def _found(battle: Battle, doing: Doing, said: dict[str, Any]) -> None:
    field.note_machine_found(battle=battle, by=doing.by, **said)


def _need(_battle: Battle, doing: Doing, said: dict[str, Any]) -> None:
    demands.add_need(by=doing.by, **said)


def _settle(battle: Battle, doing: Doing, said: dict[str, Any]) -> None:
    """What is so already is not said again."""
    need = get_object_or_404(Need, request__battle_requests__battle=battle, pk=doing.about.get("need"))
    to = NeedState(said.pop("state"))
    if need.state != to:
        demands.settle_need(need=need, to=to, by=doing.by, **said)


def _outcome(battle: Battle, doing: Doing, said: dict[str, Any]) -> None:
    link = battle.battle_requests.filter(request=said.pop("request")).first()
    if link is None:
        raise NotFound
    results.record_outcome(link=link, by=doing.by, **said)


def _readings(plant: Factory, doing: Doing, said: dict[str, Any]) -> None:
    speaks = Factory.objects.spoken_for_by(doing.by).filter(pk=plant.pk).exists()
    record_readings(factory=plant, given=said["readings"], said_by=said["said_by"], is_confirmed=speaks, by=doing.by)


def _repair(plant: Factory, doing: Doing, said: dict[str, Any]) -> None:
    results.record_own_repair(factory=plant, by=doing.by, **said)


def _state(machine: Machine, doing: Doing, said: dict[str, Any]) -> None:
    say_machine_state(machine=machine, state=Condition(said["state"]), was=said.get("was"), by=doing.by)


def _of_battle(shape: type[serializers.Serializer[Any]], act: Any) -> Kind:
    return Kind("battle", _battle, shape, act, _not_for_battle)


Nothing = shapes.NothingSerializer
KINDS: Mapping[str, Kind] = {
    "offer.accept": Kind("offer", _own_offer, AcceptIn, _accept),
    "offer.decline": Kind("offer", _own_offer, DeclineIn, _decline),
    "offer.arrived": Kind("offer", _offer_of_crew, Nothing, _arrive, _not_for_offer),
    "offer.home": Kind("offer", _offer_of_crew, Nothing, _go_home, _not_for_offer),
    "battle.diary": _of_battle(shapes.DiarySerializer, _diary),
    "battle.found": _of_battle(shapes.FoundSerializer, _found),
    "battle.need": _of_battle(NeedOfBattleIn, _need),
    "battle.need_settled": _of_battle(SettleIn, _settle),
    "battle.outcome": _of_battle(Judged, _outcome),
    "machine.state": Kind("machine", _machine, MachineStateIn, _state),
    "plant.reading": Kind("plant", _plant, ReadingsIn, _readings),
    "plant.repair": Kind("plant", _plant, LaterRepairIn, _repair),
}
