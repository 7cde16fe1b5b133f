"""Labels of a plant and its machines: who may hang them up may make, renew and retire them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from factories import actions
from factories.models import Factory, Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request


class LabelOut(serializers.ModelSerializer[Label]):
    """`url` is what the code on the label leads to."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Label
        fields = ["id", "number", "machine", "url", "retired_at"]

    def get_url(self, label: Label) -> str:
        return settings.SITE_URL + reverse("factories:report", args=[label.token])


class Labels(APIView):
    tells = LabelOut(many=True)

    def get(self, request: Request, pk: int) -> Response:
        """Those in use."""
        return self._told(_plant(request, pk), status.HTTP_200_OK)

    def post(self, request: Request, pk: int) -> Response:
        """Makes those that are missing; the answer is all that are in use."""
        by: Any = request.user
        plant = _plant(request, pk)
        actions.label_all(factory=plant, by=by)
        return self._told(plant, status.HTTP_201_CREATED)

    @staticmethod
    def _told(plant: Factory, answer: int) -> Response:
        rows = Label.objects.of_plant(plant).in_use().order_by("number")
        return Response(LabelOut(rows, many=True).data, answer)


def _plant(request: Request, pk: int) -> Factory:
    by: Any = request.user
    plant: Factory = get_object_or_404(Factory.objects.visible_to(by), pk=pk)
    return plant


class _OfLabel(APIView):
    tells = LabelOut
    act: Callable[..., Label]

    def post(self, request: Request, pk: int, label: int) -> Response:
        by: Any = request.user
        plant = get_object_or_404(Factory.objects.labelled_by(by), pk=pk)
        one = get_object_or_404(Label.objects.of_plant(plant).select_related("machine", "factory"), pk=label)
        return Response(LabelOut(type(self).act(label=one, by=by)).data)


class Renew(_OfLabel):
    """The answer is the new one; the old one leads to where it leads."""

    act = staticmethod(actions.renew_label)


class Retire(_OfLabel):
    act = staticmethod(actions.retire_label)


ONE = "plants/<int:pk>/labels"
urlpatterns = [
    path(ONE, Labels.as_view(), name="plant-labels"),
    path(f"{ONE}/<int:label>/renew", Renew.as_view(), name="plant-label-renew"),
    path(f"{ONE}/<int:label>/retire", Retire.as_view(), name="plant-label-retire"),
]
