"""Usual demands, repair requests, the decided order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from battles.admin.kept import Kept, KeptInline
from battles.models import ChecklistStep, Demand, Need, PlantDecision, RepairRequest, RequestReport, UsualDemand

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(UsualDemand)
class UsualDemandAdmin(admin.ModelAdmin):
    list_display = ["kind", "trade", "level", "people", "days"]
    list_filter = ["level", "kind"]
    list_select_related = ["kind", "trade"]
    search_fields = ["kind__folded", "kind__name_es", "trade__folded", "trade__name_es"]
    autocomplete_fields = ["kind", "trade"]


@admin.register(ChecklistStep)
class ChecklistStepAdmin(admin.ModelAdmin):
    list_display = ["text_es", "kind", "position"]
    list_filter = ["kind"]
    list_select_related = ["kind"]
    search_fields = ["text_es", "text_en", "kind__folded"]
    autocomplete_fields = ["kind"]


class DemandInline(admin.TabularInline):
    model = Demand
    extra = 0
    autocomplete_fields = ["trade"]


class NeedInline(admin.TabularInline):
    model = Need
    extra = 0
    readonly_fields = ["state"]


class RequestReportInline(KeptInline):
    model = RequestReport


@admin.register(RepairRequest)
class RepairRequestAdmin(admin.ModelAdmin):
    list_display = ["title", "factory", "machine", "condition", "state", "opened_at"]
    list_filter = ["state", "condition", "factory__municipality__state__region", "opened_at"]
    list_select_related = ["factory", "machine"]
    search_fields = ["title", "factory__name", "factory__folded", "machine__name", "machine__folded"]
    autocomplete_fields = ["factory", "machine", "in_hand_of"]
    readonly_fields = ["state", "version", "opened_at", "opened_by", "finished_at", "cancel_reason"]
    inlines = [DemandInline, NeedInline, RequestReportInline]

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(RequestReport)
class RequestReportAdmin(Kept):
    list_display = ["request", "report"]
    list_filter = ["request__state"]
    list_select_related = ["request", "report"]
    search_fields = ["request__title", "report__number"]
    autocomplete_fields = ["request", "report"]


@admin.register(Demand)
class DemandAdmin(admin.ModelAdmin):
    list_display = ["request", "trade", "level", "people", "days"]
    list_filter = ["level", "request__state"]
    list_select_related = ["request", "trade"]
    search_fields = ["request__title", "trade__name_es", "trade__folded"]
    autocomplete_fields = ["request", "trade"]


@admin.register(Need)
class NeedAdmin(admin.ModelAdmin):
    list_display = ["what", "request", "kind", "quantity", "brings", "state"]
    list_filter = ["state", "kind", "brings"]
    list_select_related = ["request"]
    search_fields = ["what", "measures", "request__title"]
    autocomplete_fields = ["request"]
    readonly_fields = ["state"]


@admin.register(PlantDecision)
class PlantDecisionAdmin(Kept):
    list_display = ["position", "factory", "weight", "why", "by", "at"]
    list_filter = ["weight", "at"]
    list_select_related = ["factory", "by"]
    search_fields = ["factory__name", "factory__folded", "why"]
    autocomplete_fields = ["factory", "by"]
