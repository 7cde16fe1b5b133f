from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from epo.work.models import Allowance, Heartbeat, PeriodicRun, ReceivedAction, Watch

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReadOnly(admin.ModelAdmin):
    """Written by the machinery itself; people only look."""

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ["name", "started_at", "beat_at"]
    search_fields = ["name"]


@admin.register(PeriodicRun)
class PeriodicRunAdmin(ReadOnly):
    list_display = ["job", "period", "created_at", "finished_at", "tries", "last_error"]
    list_filter = ["job", "finished_at"]
    search_fields = ["job", "period"]


@admin.register(ReceivedAction)
class ReceivedActionAdmin(ReadOnly):
    list_display = ["kind", "client_id", "by", "received_at", "status", "answered_at"]
    list_filter = ["kind", "status"]
    list_select_related = ["by"]
    search_fields = ["client_id", "kind", "by__username"]


@admin.register(Watch)
class WatchAdmin(ReadOnly):
    list_display = ["seen_at", "resumed_at"]
    search_fields = ["seen_at"]


@admin.register(Allowance)
class AllowanceAdmin(ReadOnly):
    list_display = ["key", "used_until"]
    search_fields = ["key"]
