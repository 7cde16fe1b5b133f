from __future__ import annotations

from django.contrib import admin

from epo.audit.models import AuditEvent
from epo.work.admin import ReadOnly


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ["at", "kind", "about_type", "about_id", "by"]
    list_filter = ["about_type", "kind", "at"]
    list_select_related = ["by"]
    search_fields = ["kind", "about_id", "by__username"]
    date_hierarchy = "at"
    show_full_result_count = False
