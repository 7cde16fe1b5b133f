from __future__ import annotations

from django.contrib import admin

from battles.admin.kept import Kept
from battles.models import Talk


@admin.register(Talk)
class TalkAdmin(Kept):
    list_display = [
        "begun_at",
        "kind",
        "way",
        "factory",
        "machine",
        "step",
        "ended_at",
        "report",
        "is_draft",
        "handled_at",
    ]
    list_filter = ["kind", "way", "is_draft", "begun_at"]
    list_select_related = ["factory", "machine", "report"]
    search_fields = ["factory__folded", "machine__folded", "report__number"]
    date_hierarchy = "begun_at"
