"""Everything for administrators. What actions write is only looked at here: states, seats, days and offers hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from battles.codes import decode
from battles.models import (
    Agreement,
    Battle,
    BattleRequest,
    CrewDay,
    Demand,
    Departure,
    DiaryEntry,
    Finding,
    FollowUp,
    LineResult,
    MatchingRun,
    MatchingSettings,
    Need,
    Offer,
    OwnRepair,
    PlantDecision,
    RepairRequest,
    RequestReport,
    Seat,
    UsualDemand,
    VoiceHeard,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class Kept(admin.ModelAdmin):
    """Written by actions alone; administrators look, search and filter."""

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


class KeptInline(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(UsualDemand)
class UsualDemandAdmin(admin.ModelAdmin):
    list_display = ["kind", "trade", "level", "people", "days"]
    list_filter = ["level", "kind"]
    list_select_related = ["kind", "trade"]
    search_fields = ["kind__folded", "kind__name_es", "trade__folded", "trade__name_es"]
    autocomplete_fields = ["kind", "trade"]


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


class BattleRequestInline(KeptInline):
    model = BattleRequest


class SeatInline(KeptInline):
    model = Seat


@admin.register(Battle)
class BattleAdmin(admin.ModelAdmin):
    """Words may be corrected here; dates, state and kind move seats, days and offers, so they do not."""

    list_display = ["title", "factory", "kind", "state", "first_day", "days", "coordinator"]
    list_filter = ["state", "kind", "factory__municipality__state__region", "first_day"]
    list_select_related = ["factory", "coordinator"]
    search_fields = ["title", "factory__name", "factory__folded"]
    autocomplete_fields = ["coordinator", "responsible"]
    readonly_fields = [
        "kind", "factory", "follows", "state", "version", "first_day", "days", "earliest", "latest", "created_at",
        "started_at", "ended_at", "end_reason",
    ]  # fmt: skip
    inlines = [BattleRequestInline, SeatInline]
    date_hierarchy = "first_day"

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(BattleRequest)
class BattleRequestAdmin(Kept):
    list_display = ["battle", "request", "is_active", "found_on_site", "outcome", "barrier"]
    list_filter = ["is_active", "found_on_site", "outcome", "barrier"]
    list_select_related = ["battle", "request"]
    search_fields = ["battle__title", "request__title"]
    autocomplete_fields = ["battle", "request"]


@admin.register(Agreement)
class AgreementAdmin(Kept):
    list_display = ["battle", "agreed_on", "management", "council", "waived_reason", "may_publish"]
    list_filter = ["may_publish", "agreed_on"]
    list_select_related = ["battle"]
    search_fields = ["battle__title", "management", "council", "waived_reason"]
    autocomplete_fields = ["battle", "recorded_by"]


@admin.register(Seat)
class SeatAdmin(Kept):
    list_display = ["battle", "trade", "level", "kind", "first_offset", "last_offset"]
    list_filter = ["kind", "level", "battle__state"]
    list_select_related = ["battle", "trade"]
    search_fields = ["battle__title", "trade__name_es", "trade__folded"]
    autocomplete_fields = ["battle", "trade"]


@admin.register(Departure)
class DepartureAdmin(Kept):
    list_display = ["battle", "place", "at", "vehicle", "places", "driver"]
    list_filter = ["at"]
    list_select_related = ["battle", "driver"]
    search_fields = ["battle__title", "place", "vehicle"]
    autocomplete_fields = ["battle", "driver"]


@admin.register(VoiceHeard)
class VoiceHeardAdmin(admin.ModelAdmin):
    list_display = ["battle", "voice", "at"]
    list_filter = ["voice", "at"]
    list_select_related = ["battle"]
    search_fields = ["battle__title", "said"]
    autocomplete_fields = ["battle"]


@admin.register(Finding)
class FindingAdmin(admin.ModelAdmin):
    list_display = ["what", "battle", "machine", "request"]
    list_filter = ["battle__factory__municipality__state__region", ("request", admin.EmptyFieldListFilter)]
    list_select_related = ["battle", "machine", "request"]
    search_fields = ["what", "battle__title", "machine__name"]
    autocomplete_fields = ["battle", "machine"]
    readonly_fields = ["request"]


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
    list_filter = ["state", "status", "region", "asked_at"]
    list_select_related = ["region", "asked_by"]
    search_fields = ["=id", "asked_by__username", "problem"]
    autocomplete_fields = ["region", "asked_by", "only"]


@admin.register(MatchingSettings)
class MatchingSettingsAdmin(admin.ModelAdmin):
    """One row: it can be stored once, changed for ever, never deleted."""

    list_display = [
        "__str__", "near_km", "rest_days", "max_battles", "load", "over", "second", "late", "missing", "spare",
        "incomplete",
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


@admin.register(DiaryEntry)
class DiaryEntryAdmin(admin.ModelAdmin):
    list_display = ["day", "battle", "machine", "hours", "by"]
    list_filter = ["day"]
    list_select_related = ["battle", "machine", "by"]
    search_fields = ["text", "battle__title", "machine__name"]
    autocomplete_fields = ["battle", "request", "machine", "volunteer", "by"]


@admin.register(LineResult)
class LineResultAdmin(Kept):
    list_display = ["battle", "line", "before", "after", "confirmed_by", "confirmed_at"]
    list_filter = ["confirmed_at", "battle__state"]
    list_select_related = ["battle", "line"]
    search_fields = ["battle__title", "line__product", "line__factory__name"]
    autocomplete_fields = ["battle", "line"]


@admin.register(FollowUp)
class FollowUpAdmin(Kept):
    list_display = ["battle", "line", "after_days", "due_on", "asked_at", "reading"]
    list_filter = ["after_days", "due_on", ("reading", admin.EmptyFieldListFilter)]
    list_select_related = ["battle", "line", "reading__line"]
    search_fields = ["battle__title", "line__product"]
    autocomplete_fields = ["battle", "line"]


@admin.register(OwnRepair)
class OwnRepairAdmin(admin.ModelAdmin):
    list_display = ["what", "factory", "machine", "on", "learned_from", "said_by"]
    list_filter = ["on", "factory__sector"]
    list_select_related = ["factory", "machine", "learned_from"]
    search_fields = ["what", "factory__name", "machine__name", "learned_from__title"]
    autocomplete_fields = ["factory", "machine", "learned_from", "by"]
