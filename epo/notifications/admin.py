from __future__ import annotations

from django.contrib import admin

from epo.notifications.models import Notification, Preference
from epo.work.admin import ReadOnly


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    list_display = [
        "kind",
        "contact",
        "created_at",
        "not_before",
        "sent_at",
        "failed_at",
        "read_at",
        "tries",
        "last_error",
    ]
    list_filter = ["kind", "is_urgent", "sent_at", "failed_at"]
    list_select_related = ["contact"]
    search_fields = ["key", "kind", "contact__name", "contact__user__username"]
    show_full_result_count = False


@admin.register(Preference)
class PreferenceAdmin(admin.ModelAdmin):
    list_display = ["contact", "language", "by_email"]
    list_filter = ["language", "by_email"]
    list_select_related = ["contact"]
    search_fields = ["contact__name", "contact__user__username"]
    autocomplete_fields = ["contact"]
