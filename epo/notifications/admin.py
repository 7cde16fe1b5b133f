from __future__ import annotations

from django.contrib import admin

from epo.notifications.models import Notification, Preference, Received, TelegramLink
from epo.work.admin import ReadOnly


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    list_display = [
        "kind",
        "contact",
        "created_at",
        "not_before",
        "sent_at",
        "way",
        "delivered_at",
        "undelivered_at",
        "failed_at",
        "read_at",
        "tries",
        "last_error",
    ]
    list_filter = ["kind", "is_urgent", "way", "sent_at", "failed_at", "undelivered_at"]
    list_select_related = ["contact"]
    search_fields = ["key", "kind", "contact__name", "contact__user__username"]
    show_full_result_count = False


@admin.register(Preference)
class PreferenceAdmin(admin.ModelAdmin):
    list_display = ["contact", "language", "ways", "quiet_from", "quiet_until", "digest"]
    list_filter = ["language", "digest"]
    list_select_related = ["contact"]
    search_fields = ["contact__name", "contact__user__username"]
    autocomplete_fields = ["contact"]


@admin.register(TelegramLink)
class TelegramLinkAdmin(ReadOnly):
    """That somebody has linked a chat; its number is for nobody here."""

    list_display = ["contact", "code_until", "blocked_at"]
    list_filter = ["blocked_at"]
    list_select_related = ["contact"]
    search_fields = ["contact__name", "contact__user__username"]
    exclude = ["chat", "code_hash"]
    show_full_result_count = False


@admin.register(Received)
class ReceivedAdmin(ReadOnly):
    """That something came and was answered; words and numbers are for nobody here."""

    list_display = ["pk", "way", "received_at", "answered_at", "reply_sent_at", "failed_at", "tries", "last_error"]
    list_filter = ["way", "received_at", "answered_at", "failed_at"]
    search_fields = ["last_error"]
    exclude = ["provider_id", "sender", "text", "reply"]
    show_full_result_count = False
