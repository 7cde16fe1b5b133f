"""The shape of what a phone takes along. What stands in each thing is what its page shows; the phone's templates name it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


def _things() -> serializers.ListField:
    return serializers.ListField(child=serializers.DictField())


class PackOut(serializers.Serializer[Any]):
    """A battle that the person said yes to. `may_record`: they may note for the others; `may_call`: they may see phones."""

    battle = serializers.DictField()
    offer = serializers.DictField()
    may_record = serializers.BooleanField()
    may_call = serializers.BooleanField()
    departures = _things()
    agreement = serializers.DictField(allow_null=True)
    crew = _things()
    jobs = _things()
    machines = _things()
    diary = _things()


class CallOut(serializers.Serializer[Any]):
    """A call that waits for an answer: titles of what is to be repaired, and the crew in numbers, without names."""

    offer = serializers.DictField()
    battle = serializers.DictField()
    jobs = serializers.ListField(child=serializers.CharField())
    crew = serializers.DictField()


class MyPlantOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    municipality = serializers.CharField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    may_tell = serializers.BooleanField()
    lines = _things()
    machines = _things()
    readings_asked = _things()
    own_repairs = _things()
    learned_from = _things()


class MissedOut(serializers.Serializer[Any]):
    """What was written without network and could not be done: `words` are the person's, `detail` says why."""

    id = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    words = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    detail = serializers.CharField(allow_blank=True)
    is_handled = serializers.BooleanField()
    battle = serializers.IntegerField(allow_null=True)
    plant = serializers.IntegerField()


class RoadPacksOut(serializers.Serializer[Any]):
    """`owner` stands for the person, the same every time. `choices`: value and label of what can be chosen in forms."""

    made_at = serializers.DateTimeField()
    owner = serializers.CharField()
    name = serializers.CharField()
    choices = serializers.DictField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    )
    packs = PackOut(many=True)
    asks = CallOut(many=True)
    plants = MyPlantOut(many=True)
    missed = MissedOut(many=True)
