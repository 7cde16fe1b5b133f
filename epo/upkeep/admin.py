from __future__ import annotations

from django.contrib import admin

from epo.upkeep.models import Backup, SanityRun
from epo.work.admin import ReadOnly


@admin.register(Backup)
class BackupAdmin(ReadOnly):
    list_display = ["name", "asked_at", "asked_by", "ended_at", "size", "rows", "files", "problem"]
    list_select_related = ["asked_by"]
    search_fields = ["name", "problem"]


@admin.register(SanityRun)
class SanityRunAdmin(ReadOnly):
    list_display = ["asked_at", "asked_by", "ended_at", "broken"]
    list_select_related = ["asked_by"]
    search_fields = ["asked_at"]
