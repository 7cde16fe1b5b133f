"""Battles and what they are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from battles.admin.kept import Kept, KeptInline
from battles.models import Agreement, Battle, BattleRequest, Departure, Finding, Pin, Seat, VoiceHeard

if TYPE_CHECKING:
    from django.http import HttpRequest


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
        "pinned_start", "started_at", "ended_at", "end_reason",
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


@admin.register(Pin)
class PinAdmin(Kept):
    list_display = ["battle", "volunteer", "kind", "by", "at"]
    list_filter = ["kind", "at"]
    list_select_related = ["battle", "volunteer", "by"]
    search_fields = ["battle__title", "volunteer__name", "volunteer__folded"]
    autocomplete_fields = ["battle", "volunteer", "by"]


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
