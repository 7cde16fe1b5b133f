from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from simple_history.admin import SimpleHistoryAdmin

from epo.core.http import when_sure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.urls import URLPattern


class NamelessParts:
    """For rows with people in their inlines: the administration's log says what changed, and not of whom."""

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002 -- Django's signature
        said = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]
        for one in said:
            for more in one.values():
                if "object" in more:
                    more["object"] = "#"
        return said


class Nameless(NamelessParts):
    """For rows that are people: the administration's log names them by key, so that no name outlives its row."""

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        return _by_key([super().log_addition(request, obj, message)])[0]  # type: ignore[misc]

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        return _by_key([super().log_change(request, obj, message)])[0]  # type: ignore[misc]

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        return _by_key(super().log_deletions(request, queryset))  # type: ignore[misc]


class AsksAgain:
    """For rows that decide how somebody signs in, is reached, or what they may do."""

    @when_sure
    def add_view(self, *said: Any, **more: Any) -> Any:
        return super().add_view(*said, **more)  # type: ignore[misc]

    @when_sure
    def change_view(self, *said: Any, **more: Any) -> Any:
        return super().change_view(*said, **more)  # type: ignore[misc]

    @when_sure
    def delete_view(self, *said: Any, **more: Any) -> Any:
        return super().delete_view(*said, **more)  # type: ignore[misc]


class EveryValue(admin.AllValuesFieldListFilter):
    """Rows without a word are a choice as well; it is not left without a name."""

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or self.empty_value_display}


def _by_key(entries: Iterable[LogEntry]) -> list[LogEntry]:
    entries = list(entries)
    for entry in entries:
        entry.object_repr = f"#{entry.object_id}"
    LogEntry.objects.bulk_update(entries, ["object_repr"])
    return entries


class WithHistory(SimpleHistoryAdmin):
    """The history is read, not gone back to: an old version would pass by the rules of today."""

    object_history_list_template = "admin/history_list.html"
    history_list_per_page = 500

    def get_urls(self) -> list[URLPattern]:
        return admin.ModelAdmin.get_urls(self)

    def revert_disabled(self, _request: Any, _obj: Any = None) -> bool:
        return True
