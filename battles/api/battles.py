"""Battles over the API: read by who may see them, moved by who coordinates them or leads the crew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from rest_framework import generics, status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import agreements, field, results, seats
from battles.actions import battles as actions
from battles.api import battle_serializers as shapes
from battles.forms.battle_list import BattleFilter
from battles.models import Battle
from battles.rules import field as field_rules
from epo.accounts.models import is_coordinator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request


def battle_rows() -> Any:
    return Battle.objects.select_related("factory__municipality__state", "agreement")


def told_of(battle: Battle, user: Any) -> Any:
    """In full to its coordinators and its crew; in short to the plant."""
    is_crew = battle.offers.holding().filter(volunteer__user=user.pk).exists()
    in_full = is_crew or Battle.objects.coordinated_by(user).filter(pk=battle.pk).exists()
    row = battle_rows().prefetch_related("battle_requests__request", "line_results__line").get(pk=battle.pk)
    return (shapes.BattleSerializer if in_full else shapes.BattleBriefSerializer)(row).data


class BattleList(generics.ListAPIView[Battle]):
    serializer_class = shapes.BattleBriefSerializer
    filterset_class = BattleFilter
    takes = shapes.PlanSerializer
    tells = shapes.BattleSerializer

    def get_queryset(self) -> QuerySet[Battle]:
        return battle_rows().visible_to(self.request.user)

    def post(self, request: Request) -> Response:
        """Plan a battle."""
        by: Any = request.user
        if not is_coordinator(by):
            raise NotFound
        said = shapes.PlanSerializer(data=request.data, context={"request": request})
        said.is_valid(raise_exception=True)
        battle = actions.plan_battle(by=by, **said.validated_data)
        return Response(told_of(battle, by), status.HTTP_201_CREATED)


class BattleDetail(APIView):
    """In full to its coordinators and its crew, in short to the plant."""

    takes = shapes.ChangeSerializer
    tells = shapes.BattleBriefSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(told_of(get_object_or_404(battle_rows().visible_to(request.user), pk=pk), request.user))

    def patch(self, request: Request, pk: int) -> Response:
        battle = get_object_or_404(battle_rows().coordinated_by(request.user), pk=pk)
        said = shapes.ChangeSerializer(data=request.data, context={"request": request, "battle": battle})
        said.is_valid(raise_exception=True)
        by: Any = request.user
        actions.change_battle(battle=battle, by=by, **said.validated_data)
        return Response(told_of(battle, by))


class OfBattle(APIView):
    """Actions on one battle; the answer is the battle as it is then."""

    takes: type[Any] = shapes.NothingSerializer
    tells: Any = shapes.BattleSerializer
    of_the_responsible = False

    def done(self, pk: int, act: Callable[..., object], *, takes_words: bool = True) -> Response:
        battle, user = self.battle(pk), self.request.user
        said: dict[str, Any] = {}
        if takes_words:
            words = self.takes(data=self.request.data, context={"request": self.request, "battle": battle})
            words.is_valid(raise_exception=True)
            said = dict(words.validated_data)
        act(battle, by=user, **said)
        return Response(self.told(battle))

    def told(self, battle: Battle) -> Any:
        return told_of(battle, self.request.user)

    def battle(self, pk: int) -> Battle:
        user: Any = self.request.user
        rows = battle_rows()
        rows = rows.filter(field_rules.recordable_by(user)) if self.of_the_responsible else rows.coordinated_by(user)
        battle: Battle = get_object_or_404(rows, pk=pk)
        return battle


class Operation(OfBattle):
    """POST: one action on one battle; the answer is the battle as it is then."""

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, self.carry_out)

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        raise NotImplementedError


class Ask(Operation):
    def carry_out(self, battle: Battle, by: Any, **_said: Any) -> None:
        actions.start_asking(battle=battle, by=by)


class Draft(Operation):
    takes = shapes.ReasonSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        actions.back_to_draft(battle=battle, by=by, **said)


class CallOff(Operation):
    takes = shapes.ReasonSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        actions.call_off(battle=battle, by=by, **said)


class Begin(Operation):
    def carry_out(self, battle: Battle, by: Any, **_said: Any) -> None:
        actions.begin(battle=battle, by=by)


class AddRequest(Operation):
    takes = shapes.RequestSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        actions.add_request(battle=battle, by=by, **said)


class FillSeats(Operation):
    def carry_out(self, battle: Battle, by: Any, **_said: Any) -> None:
        seats.fill_seats(battle=battle, by=by)


class AddSeats(Operation):
    takes = shapes.SeatsSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        seats.add_seat(battle=battle, by=by, **said)


class Agree(Operation):
    takes = shapes.AgreeSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        agreements.record_agreement(battle=battle, by=by, **said)


class Waive(Operation):
    takes = shapes.ReasonSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        agreements.waive_agreement(battle=battle, by=by, **said)


class Arrive(Operation):
    takes = shapes.OfferKeySerializer
    of_the_responsible = True

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        if offer := said.get("offer"):
            field.arrive(offer=offer, by=by)
        else:
            field.arrive_all(battle=battle, by=by)


class GoHome(Operation):
    takes = shapes.OfferKeySerializer
    of_the_responsible = True

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        if offer := said.get("offer"):
            field.go_home(offer=offer, by=by)
        else:
            field.go_home_all(battle=battle, by=by)


class Found(Operation):
    takes = shapes.FoundSerializer
    of_the_responsible = True

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        field.note_machine_found(battle=battle, by=by, **said)


class Outcome(Operation):
    takes = shapes.OutcomeSerializer
    of_the_responsible = True

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        link = battle.battle_requests.filter(request=said.pop("request")).first()
        if link is None:
            raise NotFound
        results.record_outcome(link=link, by=by, **said)


class Output(Operation):
    takes = shapes.OutputSerializer
    of_the_responsible = True

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        results.record_output(battle=battle, by=by, **said)


class Close(Operation):
    takes = shapes.CloseSerializer

    def carry_out(self, battle: Battle, by: Any, **said: Any) -> None:
        results.close_battle(battle=battle, by=by, **said)
