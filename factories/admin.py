"""Everything for administrators. States and what was received are read-only: moves go through actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from epo.core.admin import EveryValue, Nameless, NamelessParts, WithHistory
from epo.core.errors import Refused
from epo.core.sheets.admin import ImportsSheets
from epo.core.text import refold
from factories import actions
from factories.importing import MACHINES, PLANTS
from factories.models import (
    BreakdownReport,
    CommonFault,
    Factory,
    Label,
    Line,
    Machine,
    MachineKind,
    MachineModel,
    MachineStatus,
    Membership,
    OutputReading,
    Photo,
    RawIntake,
    ReportVariant,
    Sector,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class Kept(admin.ModelAdmin):
    """What was received is looked at, not made or changed by hand."""

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(Sector)
class SectorAdmin(WithHistory):
    list_display = ["code", "name_es", "name_en", "weight"]
    list_filter = ["weight"]
    search_fields = ["code", "name_es", "name_en"]


class LineInline(admin.TabularInline):
    model = Line
    extra = 0


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Factory)
class FactoryAdmin(ImportsSheets, NamelessParts, WithHistory):
    importer = PLANTS
    list_display = ["name", "sector", "municipality", "managed_by", "running", "needs_review"]
    list_filter = ["needs_review", "running", "managed_by", "sector", "municipality__state"]
    list_select_related = ["sector", "municipality__state"]
    search_fields = ["name", "folded", "place"]
    autocomplete_fields = ["sector", "municipality", "contact"]
    readonly_fields = ["folded"]
    inlines = [LineInline, MembershipInline]

    def save_model(self, request: HttpRequest, obj: Factory, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django calls it so
        obj.folded = actions.folded_factory(obj)
        super().save_model(request, obj, form, change)


@admin.register(Membership)
class MembershipAdmin(Nameless, admin.ModelAdmin):
    list_display = ["user", "factory", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "factory"]
    search_fields = ["user__username", "user__name", "factory__folded"]
    autocomplete_fields = ["user", "factory"]


@admin.register(Line)
class LineAdmin(WithHistory):
    list_display = ["product", "factory", "unit", "nominal", "current"]
    list_filter = ["factory__sector"]
    list_select_related = ["factory"]
    search_fields = ["product", "factory__folded"]
    autocomplete_fields = ["factory"]


@admin.register(OutputReading)
class OutputReadingAdmin(admin.ModelAdmin):
    list_display = ["day", "line", "amount", "said_by", "is_confirmed", "by"]
    list_filter = ["is_confirmed", "day"]
    list_select_related = ["line__factory", "by"]
    search_fields = ["line__product", "line__factory__folded"]
    autocomplete_fields = ["line", "by"]
    date_hierarchy = "day"


class CommonFaultInline(admin.TabularInline):
    model = CommonFault
    extra = 0


@admin.register(MachineKind)
class MachineKindAdmin(WithHistory):
    list_display = ["code", "name_es", "name_en"]
    search_fields = ["code", "name_es", "name_en", "folded"]
    readonly_fields = ["folded"]
    inlines = [CommonFaultInline]

    def save_model(self, request: HttpRequest, obj: MachineKind, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django calls it so
        obj.folded = refold(obj.folded, obj.name_es, obj.name_en)[:300]
        super().save_model(request, obj, form, change)


@admin.register(CommonFault)
class CommonFaultAdmin(admin.ModelAdmin):
    list_display = ["code", "kind", "name_es", "name_en"]
    list_filter = ["kind"]
    list_select_related = ["kind"]
    search_fields = ["code", "name_es", "name_en"]
    autocomplete_fields = ["kind"]


@admin.register(MachineModel)
class MachineModelAdmin(WithHistory):
    list_display = ["maker", "name", "kind"]
    list_filter = ["kind"]
    list_select_related = ["kind"]
    search_fields = ["maker", "name"]
    autocomplete_fields = ["kind"]


@admin.register(Machine)
class MachineAdmin(ImportsSheets, WithHistory):
    importer = MACHINES
    list_display = ["name", "factory", "kind", "line", "is_retired"]
    list_filter = ["is_retired", "kind"]
    list_select_related = ["factory", "kind", "line"]
    search_fields = ["name", "folded", "serial", "factory__folded"]
    autocomplete_fields = ["factory", "line", "kind", "model"]
    readonly_fields = ["folded"]

    def save_model(self, request: HttpRequest, obj: Machine, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django calls it so
        obj.folded = actions.folded_machine(obj)
        super().save_model(request, obj, form, change)


@admin.register(Label)
class LabelAdmin(Kept):
    list_display = ["number", "machine", "factory", "created_at", "retired_at"]
    list_filter = ["created_at", ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["machine", "factory"]
    search_fields = ["number", "machine__folded", "factory__folded"]
    actions = ["retire"]

    @admin.action(description=_("Retire the chosen labels"), permissions=["retire"])
    def retire(self, request: HttpRequest, labels: QuerySet[Label]) -> None:
        retired = 0
        for label in labels:
            try:
                actions.retire_label(label=label, by=request.user)  # type: ignore[arg-type]
            except Refused:
                continue
            retired += 1
        text = ngettext("%(count)s label retired.", "%(count)s labels retired.", retired) % {"count": retired}
        messages.success(request, text)

    def has_retire_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("factories.change_label")


@admin.register(MachineStatus)
class MachineStatusAdmin(Kept):
    list_display = ["machine", "state", "since", "until", "by"]
    list_filter = ["state", ("until", admin.EmptyFieldListFilter)]
    list_select_related = ["machine", "by"]
    search_fields = ["machine__folded", "machine__factory__folded"]


class PhotoInline(admin.TabularInline):
    model = Photo
    extra = 0
    can_delete = False
    fields = ["id", "state", "problem", "received_at"]
    readonly_fields = ["id", "state", "problem", "received_at"]

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(BreakdownReport)
class BreakdownReportAdmin(Kept):
    list_display = ["number", "state", "condition", "where", "what", "received_at", "in_hand_of"]
    list_filter = ["state", "condition", "received_at", "kind"]
    list_select_related = ["factory", "machine", "kind", "in_hand_of"]
    search_fields = ["number", "folded", "factory__folded", "machine__folded"]
    date_hierarchy = "received_at"
    exclude = ["status_token", "content_hash"]
    inlines = [PhotoInline]


@admin.register(ReportVariant)
class ReportVariantAdmin(Kept):
    list_display = ["report", "received_at", "seen_at"]
    list_filter = ["received_at", ("seen_at", admin.EmptyFieldListFilter)]
    list_select_related = ["report"]
    search_fields = ["report__number"]
    exclude = ["content_hash"]


@admin.register(RawIntake)
class RawIntakeAdmin(Kept):
    list_display = ["received_at", "path", "content_type", "size", "problem", "handled_at", "handled_by"]
    list_filter = ["received_at", ("handled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["handled_by"]
    search_fields = ["key", "path", "problem"]
    readonly_fields = ["as_text"]
    exclude = ["body"]
    actions = ["mark_handled"]

    @admin.display(description=_("body"))
    def as_text(self, raw: RawIntake) -> str:
        return bytes(raw.body).decode("utf-8", "replace")[:20_000]

    @admin.action(description=_("Mark the chosen ones as dealt with, and erase what came"), permissions=["handle"])
    def mark_handled(self, request: HttpRequest, intakes: QuerySet[RawIntake]) -> None:
        for raw in intakes:
            actions.handle_raw(raw=raw, by=request.user)  # type: ignore[arg-type]

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("factories.change_rawintake")


@admin.register(Photo)
class PhotoAdmin(Kept):
    list_display = ["id", "report", "state", "problem", "received_at", "tries", "last_error"]
    list_filter = ["state", ("problem", EveryValue), "received_at"]
    list_select_related = ["report"]
    search_fields = ["id", "report__number"]
    exclude = ["content_hash", "original"]
