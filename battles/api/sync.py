"""The server's side of working without network: what a phone takes along, and what it brings back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.api.road_pack_serializers import RoadPacksOut
from battles.api.sync_take import ActionIn, AnswerOut, take
from battles.crew_phones import callable_crew, may_see_contacts
from battles.models import Battle
from battles.road_pack import owner_of, road_packs
from epo.contacts.actions import note_views
from epo.core.errors import Refusal, Refused

if TYPE_CHECKING:
    from rest_framework.request import Request

MOST = 100
OTHER_OWNER = Refusal(
    "other_owner", gettext_lazy("Somebody else is signed in on this phone now. It waits for who wrote it.")
)


class FreshOut(serializers.Serializer[Any]):
    """`owner` stands for the person, the same every time; empty where nobody is signed in."""

    csrf = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)


@method_decorator(never_cache, name="dispatch")
class Fresh(APIView):
    """Who is signed in, and the token that a write of theirs needs."""

    permission_classes = (AllowAny,)
    tells = FreshOut

    def get(self, request: Request) -> Response:
        user: Any = request.user
        who = {"owner": owner_of(user), "name": str(user)} if user.is_authenticated else {"owner": "", "name": ""}
        return Response({"csrf": get_token(request)} | who)


@method_decorator(never_cache, name="dispatch")
class RoadPacks(APIView):
    """What somebody takes along: battles they said yes to, calls that wait for an answer, plants of their own."""

    tells = RoadPacksOut

    def get(self, request: Request) -> Response:
        user: Any = request.user
        return Response(road_packs(user))


class ActionsIn(serializers.Serializer[Any]):
    """In the order in which they are to be done."""

    owner = serializers.CharField(required=False, allow_blank=True)
    actions = serializers.ListField(child=ActionIn(), min_length=1, max_length=MOST)


class ActionsOut(serializers.Serializer[Any]):
    answers = serializers.ListField(child=AnswerOut())


@method_decorator(never_cache, name="dispatch")
class Actions(APIView):
    """What was written without network. Each is done and answered by itself, once; a repeat hears the first answer."""

    has_private_answer = True  # and each action has an id of its own
    takes = ActionsIn
    tells = ActionsOut

    def post(self, request: Request) -> Response:
        said: Any = request.data
        actions = said.get("actions") if isinstance(said, dict) else None
        if (
            not isinstance(actions, list)
            or not 1 <= len(actions) <= MOST
            or not all(_is_object(one) for one in actions)
        ):
            raise serializers.ValidationError({"actions": [_("Between 1 and 100 actions.")]})
        user: Any = request.user
        if said.get("owner") and said["owner"] != owner_of(user):
            raise Refused(OTHER_OWNER)
        return Response({"answers": [take(one, request) for one in actions]})


def _is_object(one: Any) -> bool:
    return isinstance(one, dict)


class PersonOut(serializers.Serializer[Any]):
    offer = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="volunteer.name")
    phone = serializers.CharField(source="volunteer.contact.phone", allow_blank=True)
    emergency_name = serializers.CharField(source="volunteer.contact.emergency_name", allow_blank=True)
    emergency_phone = serializers.CharField(source="volunteer.contact.emergency_phone", allow_blank=True)


class PlantContactOut(serializers.Serializer[Any]):
    name = serializers.CharField(source="__str__")
    phone = serializers.CharField(allow_blank=True)


class ContactsOut(serializers.Serializer[Any]):
    people = PersonOut(many=True)
    plant = PlantContactOut(allow_null=True)


@method_decorator(never_cache, name="dispatch")
class Contacts(APIView):
    """Phones of those who accepted, to be taken along; it is kept who saw them, hence a POST."""

    has_private_answer = True
    takes = serializers.Serializer
    tells = ContactsOut

    def post(self, request: Request, pk: int) -> Response:
        user: Any = request.user
        rows = Battle.objects.visible_to(user).select_related("factory__contact")
        battle = get_object_or_404(rows, pk=pk)
        if not may_see_contacts(battle, user):
            raise Http404
        crew: list[Any] = list(callable_crew(battle, user).order_by("volunteer__folded", "pk"))
        of_plant = battle.factory.contact
        shown = [offer.volunteer.contact for offer in crew] + ([of_plant] if of_plant else [])
        note_views(contacts=shown, by=user, reason="road-pack")
        return Response(ContactsOut({"people": crew, "plant": of_plant}).data)


urlpatterns = [
    path("fresh", Fresh.as_view(), name="fresh"),
    path("road-packs", RoadPacks.as_view(), name="road-packs"),
    path("actions", Actions.as_view(), name="actions"),
    path("battles/<int:pk>/contacts", Contacts.as_view(), name="battle-contacts"),
]
