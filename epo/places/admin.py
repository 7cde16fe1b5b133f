from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from epo.core.text import refold
from epo.places.models import Municipality, Region, State

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest


class Named(admin.ModelAdmin):
    """A new name is found at once; the old one stays in the search text, since people go on using it."""

    def save_model(
        self,
        request: HttpRequest,
        obj: State | Municipality,
        form: ModelForm,
        change: bool,  # noqa: FBT001 -- Django's signature
    ) -> None:
        if {"name", "seat"} & set(form.changed_data):
            obj.folded = refold(obj.folded, obj.name, getattr(obj, "seat", ""))
        super().save_model(request, obj, form, change)


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]


@admin.register(State)
class StateAdmin(Named):
    list_display = ["name", "code", "region"]
    list_filter = ["region"]
    list_select_related = ["region"]
    search_fields = ["folded", "name", "code"]
    autocomplete_fields = ["region"]


@admin.register(Municipality)
class MunicipalityAdmin(Named):
    list_display = ["name", "seat", "state", "lat", "lon"]
    list_filter = ["state__region", "state"]
    list_select_related = ["state"]
    search_fields = ["folded", "name", "seat", "code"]
    autocomplete_fields = ["state"]
