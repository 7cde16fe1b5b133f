"""Offers, given days, matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from battles.admin.kept import Kept
from battles.codes import decode
from battles.models import CrewDay, MatchingRun, MatchingSettings, Offer
from epo.core.admin import EveryValue, WithHistory

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Offer)
class OfferAdmin(Kept):
    list_display = ["code", "volunteer", "battle", "trade", "level", "state", "deadline"]
    list_filter = ["state", "seat_kind", "answered_by", "decline_reason", "deadline"]
    list_select_related = ["volunteer", "battle", "trade"]
    search_fields = ["volunteer__name", "volunteer__folded", "battle__title"]
    search_help_text = _("Volunteer, battle, or the short code of an offer")
    autocomplete_fields = ["battle", "volunteer", "trade", "seat", "run", "departure", "asked_by"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Offer], search_term: str
    ) -> tuple[QuerySet[Offer], bool]:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        number = decode(search_term)
        return (found if number is None else found | queryset.filter(pk=number)), may_repeat


@admin.register(CrewDay)
class CrewDayAdmin(Kept):
    list_display = ["volunteer", "day", "kind", "offer"]
    list_filter = ["kind", "day"]
    list_select_related = ["volunteer", "offer__volunteer"]
    search_fields = ["volunteer__name", "volunteer__folded", "offer__battle__title"]
    autocomplete_fields = ["volunteer", "offer"]
    date_hierarchy = "day"


@admin.register(MatchingRun)
class MatchingRunAdmin(Kept):
    list_display = ["id", "region", "state", "asked_by", "asked_at", "finished_at", "status", "cost", "bound"]
    list_filter = ["state", ("status", EveryValue), "region", "asked_at"]
    list_select_related = ["region", "asked_by"]
    search_fields = ["=id", "asked_by__username", "problem"]
    autocomplete_fields = ["region", "asked_by", "only"]


@admin.register(MatchingSettings)
class MatchingSettingsAdmin(WithHistory):
    """One row: it can be stored once, changed for ever, never deleted."""

    list_display = [
        "__str__", "near_km", "rest_days", "max_battles", "load", "over", "second", "late", "missing", "spare",
        "incomplete", "change",
    ]  # fmt: skip
    list_filter = ["rest_days"]
    search_fields = ["near_km"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not MatchingSettings.objects.exists()

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: MatchingSettings, form: Any, change: Any) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
