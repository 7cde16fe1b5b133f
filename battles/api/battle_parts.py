"""What a battle is put together from, piece by piece, and who of the crew does not stay to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.response import Response

from battles.actions import answers, departures, seats
from battles.actions import battles as actions
from battles.actions.signoff import sign_off
from battles.api import part_serializers as shapes
from battles.api.battle_serializers import ReasonSerializer
from battles.api.battles import OfBattle
from battles.api.offers import AcceptIn, DeclineIn
from battles.states import AnsweredBy, DeclineReason

if TYPE_CHECKING:
    from rest_framework.request import Request

    from battles.models import Battle, Departure, Offer


class OneRequest(OfBattle):
    """DELETE takes a request out of the battle; it is open again."""

    def delete(self, _request: Request, pk: int, request_pk: int) -> Response:
        def take_out(battle: Battle, by: Any) -> None:
            tie = get_object_or_404(battle.battle_requests.select_related("request"), request=request_pk)
            actions.remove_request(battle=battle, request=tie.request, by=by)

        return self.done(pk, take_out, takes_words=False)


class OneSeat(OfBattle):
    takes = shapes.SeatIn

    def put(self, _request: Request, pk: int, seat: int) -> Response:
        def change(battle: Battle, **said: Any) -> None:
            seats.change_seat(seat=get_object_or_404(battle.seats, pk=seat), **said)

        return self.done(pk, change)

    def delete(self, _request: Request, pk: int, seat: int) -> Response:
        def remove(battle: Battle, by: Any) -> None:
            seats.remove_seat(seat=get_object_or_404(battle.seats, pk=seat), by=by)

        return self.done(pk, remove, takes_words=False)


class _OfDepartures(OfBattle):
    """How the crew travels; the answer is all departures of the battle."""

    takes = shapes.DepartureIn
    tells = shapes.DepartureOut(many=True)

    def told(self, battle: Battle) -> Any:
        return shapes.DepartureOut(
            battle.departures.prefetch_related("travellers").order_by("at", "pk"), many=True
        ).data


class Departures(_OfDepartures):
    def get(self, _request: Request, pk: int) -> Response:
        """Also for the crew's responsible."""
        self.of_the_responsible = True
        return Response(self.told(self.battle(pk)))

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda battle, **said: departures.add_departure(battle=battle, **said))


class OneDeparture(_OfDepartures):
    def put(self, _request: Request, pk: int, departure: int) -> Response:
        def change(battle: Battle, **said: Any) -> None:
            departures.change_departure(departure=_departure(battle, departure), **said)

        return self.done(pk, change)

    def delete(self, _request: Request, pk: int, departure: int) -> Response:
        def remove(battle: Battle, by: Any) -> None:
            departures.remove_departure(departure=_departure(battle, departure), by=by)

        return self.done(pk, remove, takes_words=False)


def _departure(battle: Battle, pk: int) -> Departure:
    one: Departure = get_object_or_404(battle.departures, pk=pk)
    return one


class _OfCrew(OfBattle):
    def post(self, _request: Request, pk: int, offer: int) -> Response:
        def act(battle: Battle, **said: Any) -> None:
            self.carry_out(get_object_or_404(battle.offers, pk=offer), **said)

        return self.done(pk, act)

    def carry_out(self, offer: Offer, by: Any, **said: Any) -> None:
        raise NotImplementedError


class SaysYes(_OfCrew):
    """Somebody who was asked says yes on the telephone."""

    takes = AcceptIn

    def carry_out(self, offer: Offer, by: Any, **said: Any) -> None:
        answers.accept(offer=offer, by=by, how=AnsweredBy.PHONE, **said)


class SaysNo(_OfCrew):
    """Somebody who was asked says no on the telephone."""

    takes = DeclineIn

    def carry_out(self, offer: Offer, by: Any, **said: Any) -> None:
        reason = DeclineReason(said.pop("reason"))
        answers.decline(offer=offer, by=by, how=AnsweredBy.PHONE, reason=reason, **said)


class Left(_OfCrew):
    """Somebody goes home before the end: what is left of the stay is an empty seat."""

    takes = shapes.LeftIn
    of_the_responsible = True

    def carry_out(self, offer: Offer, by: Any, **said: Any) -> None:
        answers.leave(offer=offer, by=by, **said)


class Release(_OfCrew):
    """Somebody who said yes is let go: the days are free again, the seat is empty."""

    takes = ReasonSerializer

    def carry_out(self, offer: Offer, by: Any, **said: Any) -> None:
        answers.release(offer=offer, by=by, **said)


class SignOff(_OfCrew):
    """Work that was done shows the level."""

    takes = shapes.SignOffIn
    of_the_responsible = True

    def carry_out(self, offer: Offer, by: Any, **said: Any) -> None:
        sign_off(offer=offer, by=by, **said)


ONE = "battles/<int:pk>"
urlpatterns = [
    path(f"{ONE}/requests/<int:request_pk>", OneRequest.as_view(), name="battle-request"),
    path(f"{ONE}/seats/<int:seat>", OneSeat.as_view(), name="battle-seat"),
    path(f"{ONE}/departures", Departures.as_view(), name="battle-departures"),
    path(f"{ONE}/departures/<int:departure>", OneDeparture.as_view(), name="battle-departure"),
    path(f"{ONE}/crew/<int:offer>/accept", SaysYes.as_view(), name="battle-accept"),
    path(f"{ONE}/crew/<int:offer>/decline", SaysNo.as_view(), name="battle-decline"),
    path(f"{ONE}/crew/<int:offer>/left", Left.as_view(), name="battle-left"),
    path(f"{ONE}/crew/<int:offer>/release", Release.as_view(), name="battle-release"),
    path(f"{ONE}/crew/<int:offer>/sign-off", SignOff.as_view(), name="battle-sign-off"),
]
