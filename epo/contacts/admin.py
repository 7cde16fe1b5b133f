from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from epo.contacts.actions import note_views
from epo.contacts.forms import BirthYearField, PhoneField
from epo.contacts.models import Contact, ContactView
from epo.core.admin import AsksAgain, Nameless
from epo.core.http import when_sure
from epo.work.admin import ReadOnly

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from epo.core.types import Actor


class ContactAdminForm(ModelForm):
    phone = PhoneField(label=_("Phone"), required=False)
    emergency_phone = PhoneField(label=_("Emergency phone"), required=False)
    birth_year = BirthYearField(label=_("Year of birth"), required=False)


@admin.register(Contact)
class ContactAdmin(AsksAgain, Nameless, admin.ModelAdmin):
    """For administrators, and staff with the permission. The list shows names; a look is written down."""

    form = ContactAdminForm
    list_display = ["name", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    autocomplete_fields = ["user"]

    @when_sure
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        contact = self.get_object(request, object_id)
        if contact is not None:
            if not self.has_view_or_change_permission(request, contact):
                raise PermissionDenied
            user: Actor = request.user  # type: ignore[assignment]
            note_views(contacts=[contact], by=user, reason="admin")
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(ContactView)
class ContactViewAdmin(ReadOnly):
    list_display = ["at", "by", "contact", "reason"]
    list_filter = ["reason", "at"]
    list_select_related = ["by", "contact"]
    search_fields = ["contact__name", "by__username"]
    date_hierarchy = "at"
