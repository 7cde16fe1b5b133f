from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from epo.core.admin import Nameless, WithHistory
from epo.core.sheets.admin import ImportsSheets
from epo.core.text import fold, refold
from epo.work.admin import ReadOnly
from volunteers.importing import VOLUNTEERS
from volunteers.models import (
    Absence,
    Application,
    ApplicationTrade,
    Certificate,
    Endorsement,
    Qualification,
    Trade,
    Volunteer,
)

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.http import HttpRequest


class QualificationInline(admin.TabularInline):
    model = Qualification
    extra = 0
    autocomplete_fields = ["trade"]


class AbsenceInline(admin.TabularInline):
    model = Absence
    extra = 0


@admin.register(Trade)
class TradeAdmin(WithHistory):
    list_display = ["name_es", "name_en", "isco", "code"]
    search_fields = ["folded", "name_es", "name_en", "isco"]

    def save_model(self, request: HttpRequest, obj: Trade, form: ModelForm, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        obj.folded = refold(obj.folded, obj.name_es, obj.name_en)
        super().save_model(request, obj, form, change)


@admin.register(Volunteer)
class VolunteerAdmin(ImportsSheets, Nameless, WithHistory):
    """The standing moves through the pages, where it is audited."""

    importer = VOLUNTEERS
    list_display = ["name", "home", "standing", "is_adviser_only", "joined_on"]
    list_filter = ["standing", "is_adviser_only", "gender", "home__state__region", "home__state"]
    list_select_related = ["home__state"]
    search_fields = ["folded", "name"]
    autocomplete_fields = ["user", "contact", "home"]
    readonly_fields = ["standing"]
    inlines = [QualificationInline, AbsenceInline]

    def save_model(self, request: HttpRequest, obj: Volunteer, form: ModelForm, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        obj.folded = fold(obj.name)
        super().save_model(request, obj, form, change)


@admin.register(Qualification)
class QualificationAdmin(WithHistory):
    list_display = ["volunteer", "trade", "level", "basis", "valid_until"]
    list_filter = ["basis", "level", "trade"]
    list_select_related = ["volunteer", "trade"]
    search_fields = ["volunteer__folded", "volunteer__name", "trade__folded"]
    autocomplete_fields = ["volunteer", "trade"]


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    list_display = ["volunteer", "first_day", "last_day", "note"]
    list_filter = ["first_day"]
    list_select_related = ["volunteer"]
    search_fields = ["volunteer__folded", "volunteer__name"]
    autocomplete_fields = ["volunteer"]


class ApplicationTradeInline(admin.TabularInline):
    model = ApplicationTrade
    extra = 0
    autocomplete_fields = ["trade"]


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    """Decided on the pages, where it is audited. Names stand in the contact details."""

    list_display = ["received_at", "home", "state", "decided_by", "decided_at"]
    list_filter = ["state", "home__state__region", "received_at"]
    list_select_related = ["home__state", "decided_by"]
    search_fields = ["id", "home__folded"]
    date_hierarchy = "received_at"
    inlines = [ApplicationTradeInline]


@admin.register(ApplicationTrade)
class ApplicationTradeAdmin(ReadOnly):
    list_display = ["application", "trade", "level"]
    list_filter = ["level", "trade"]
    list_select_related = ["trade"]
    search_fields = ["trade__folded"]


@admin.register(Endorsement)
class EndorsementAdmin(ReadOnly):
    list_display = ["volunteer", "trade", "level", "peer", "state", "served_together", "asked_at", "answered_at"]
    list_filter = ["state", "level", "trade"]
    list_select_related = ["volunteer", "peer", "trade"]
    search_fields = ["volunteer__folded", "peer__folded", "trade__folded"]


@admin.register(Certificate)
class CertificateAdmin(ReadOnly):
    """Added and checked on the pages, where it is audited and its photo written anew."""

    list_display = ["volunteer", "trade", "level", "number", "issuer", "issued_on", "valid_until", "state"]
    list_filter = ["state", "trade", "level"]
    list_select_related = ["volunteer", "trade"]
    search_fields = ["volunteer__folded", "number", "issuer"]
    exclude = ["scan"]
