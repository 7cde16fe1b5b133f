"""What coordinators fix before a run, over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from battles import planning
from battles.actions import pins as actions
from battles.models import Battle, Pin
from battles.rules import pins as rules
from battles.states import PinKind
from epo.api.fields import DateField
from epo.core.errors import Refused
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from rest_framework.request import Request

    from epo.accounts.models import User

ACTS = {PinKind.IN: actions.pin_in, PinKind.OUT: actions.pin_out}
LARGEST_KEY = 2**63 - 1


class PinIn(serializers.Serializer[Any]):
    volunteer = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    kind = serializers.ChoiceField(PinKind.choices)


class PinnedStartIn(serializers.Serializer[Any]):
    """Without a day the start is left to the program again."""

    day = DateField(allow_null=True)


def _me(request: Request) -> User:
    return cast("User", request.user)


def _battle(request: Request, pk: int) -> Battle:
    battle: Battle = get_object_or_404(Battle.objects.coordinated_by(_me(request)), pk=pk)
    return battle


def _volunteer(request: Request, pk: int) -> Volunteer:
    volunteer = Volunteer.objects.visible_to(_me(request)).filter(pk=pk).first()
    if volunteer is None:
        raise Refused(rules.NO_SUCH_PERSON)
    return volunteer


def _told(battle: Battle) -> dict[str, Any]:
    """`in_force`: whether a run still has a say, which ends when the person is asked."""
    in_force = {pin.pk for pin in planning.pins_in_force([battle.pk])} if battle.is_planned else set()
    pins = Pin.objects.filter(battle=battle).select_related("volunteer", "by")
    return {
        "battle": battle.pk,
        "start": battle.pinned_start,
        "pins": [
            {
                "volunteer": pin.volunteer_id,
                "name": pin.volunteer.name,
                "kind": pin.kind,
                "by": pin.by and pin.by.username,
                "at": pin.at,
                "in_force": pin.pk in in_force,
            }
            for pin in pins
        ],
    }


class Pins(APIView):
    """Who must go and who is kept out. POST fixes one person: `in` or `out`."""

    takes = PinIn

    def get(self, request: Request, pk: int) -> Response:
        return Response(_told(_battle(request, pk)))

    def post(self, request: Request, pk: int) -> Response:
        battle = _battle(request, pk)
        said = PinIn(data=request.data)
        said.is_valid(raise_exception=True)
        volunteer = _volunteer(request, said.validated_data["volunteer"])
        ACTS[PinKind(said.validated_data["kind"])](battle=battle, volunteer=volunteer, by=_me(request))
        return Response(_told(battle), status.HTTP_201_CREATED)


class OnePin(APIView):
    def delete(self, request: Request, pk: int, volunteer: int) -> Response:
        battle = _battle(request, pk)
        actions.unpin(battle=battle, volunteer=_volunteer(request, volunteer), by=_me(request))
        return Response(_told(battle))


class PinnedStart(APIView):
    """The start with which runs plan a battle that has no date."""

    takes = PinnedStartIn

    def post(self, request: Request, pk: int) -> Response:
        battle = _battle(request, pk)
        said = PinnedStartIn(data=request.data)
        said.is_valid(raise_exception=True)
        if day := said.validated_data["day"]:
            battle = actions.pin_start(battle=battle, day=day, by=_me(request))
        else:
            battle = actions.unpin_start(battle=battle, by=_me(request))
        return Response(_told(battle))
