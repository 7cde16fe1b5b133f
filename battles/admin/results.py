"""Diary, output, readings, own repairs, and what all of it adds up to."""

from __future__ import annotations

from django.contrib import admin

from battles.admin.kept import Kept
from battles.models import (
    DiaryEntry,
    FollowUp,
    LineResult,
    MissedAction,
    OutputCorrection,
    OwnRepair,
    PlantLink,
    PublicFigures,
    WorkPhoto,
)


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


@admin.register(OutputCorrection)
class OutputCorrectionAdmin(Kept):
    list_display = ["result", "before", "after", "said_by", "at", "is_taken", "answered_by"]
    list_filter = ["is_taken", "is_first_hand", "at"]
    list_select_related = ["result__line", "result__battle", "answered_by"]
    search_fields = ["result__battle__title", "result__line__product", "said_by"]
    autocomplete_fields = ["result", "by", "answered_by"]


@admin.register(FollowUp)
class FollowUpAdmin(Kept):
    list_display = ["battle", "line", "after_days", "due_on", "asked_at", "reminders", "reading"]
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


@admin.register(MissedAction)
class MissedActionAdmin(Kept):
    list_display = ["received", "factory", "battle", "had_changed", "at", "handled_at", "handled_by"]
    list_filter = ["at", "had_changed", ("handled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["received", "factory", "battle", "handled_by"]
    search_fields = ["factory__name", "battle__title", "received__kind"]
    autocomplete_fields = ["factory", "battle", "handled_by"]


@admin.register(WorkPhoto)
class WorkPhotoAdmin(Kept):
    list_display = ["photo", "battle", "machine", "day", "note", "by"]
    list_filter = ["day"]
    list_select_related = ["photo", "battle", "machine", "by"]
    search_fields = ["note", "battle__title", "machine__name"]
    autocomplete_fields = ["battle", "machine", "by"]


@admin.register(PlantLink)
class PlantLinkAdmin(Kept):
    list_display = ["battle", "made_at", "made_by", "expires_at", "revoked_at"]
    list_filter = ["expires_at", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["battle", "made_by"]
    search_fields = ["battle__title", "battle__factory__name"]
    autocomplete_fields = ["battle", "made_by", "revoked_by"]


@admin.register(PublicFigures)
class PublicFiguresAdmin(Kept):
    list_display = ["__str__", "made_at"]
    search_fields = ["made_at"]
    list_filter = ["made_at"]
