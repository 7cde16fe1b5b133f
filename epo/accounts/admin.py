from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from epo.accounts.actions.tokens import revoke_token
from epo.accounts.models import (
    AccessToken,
    CalendarKey,
    CoordinatorPost,
    Factor,
    KnownDevice,
    OpenSession,
    PasswordLink,
    RecoveryCode,
    User,
)
from epo.core.admin import AsksAgain, Nameless
from epo.core.http import when_sure
from epo.work.admin import ReadOnly

if TYPE_CHECKING:
    from django.http import HttpRequest


class PostInline(admin.TabularInline):
    model = CoordinatorPost
    extra = 0
    autocomplete_fields = ["region"]


@admin.register(User)
class UserAdmin(AsksAgain, Nameless, DjangoUserAdmin):
    list_display = ["username", "name", "is_staff", "is_active", "joined_at", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "posts__region"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["joined_at", "last_login"]
    inlines = [PostInline]
    fieldsets = [
        (None, {"fields": ["username", "password", "name"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "name", "usable_password", "password1", "password2"],
            },
        )
    ]

    @when_sure
    def user_change_password(self, *said: Any, **more: Any) -> Any:
        return super().user_change_password(*said, **more)


@admin.register(KnownDevice)
class KnownDeviceAdmin(Nameless, admin.ModelAdmin):
    """Whoever lost a phone has it forgotten here; nobody adds one by hand."""

    list_display = ["user", "seen_at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__name"]
    fields = ("user", "seen_at")
    readonly_fields = ("user", "seen_at")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(CoordinatorPost)
class CoordinatorPostAdmin(AsksAgain, Nameless, admin.ModelAdmin):
    list_display = ["user", "region", "since", "until"]
    list_filter = ["region"]
    list_select_related = ["user", "region"]
    search_fields = ["user__username", "user__name"]
    autocomplete_fields = ["user", "region"]


class OfSigningIn(ReadOnly):
    """When and whose, and nothing that one could sign in with. What is to be done stands at /cuentas."""

    list_select_related = ["user"]
    search_fields = ["user__username", "user__name"]


@admin.register(Factor)
class FactorAdmin(OfSigningIn):
    list_display = ["user", "set_up_at"]
    fields = ("user", "set_up_at")


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(OfSigningIn):
    list_display = ["user", "made_at", "used_at"]
    fields = ("user", "made_at", "used_at")


@admin.register(OpenSession)
class OpenSessionAdmin(OfSigningIn):
    list_display = ["user", "device", "begun_at", "seen_at", "expires_at"]
    fields = ("user", "device", "begun_at", "seen_at", "expires_at")


@admin.register(AccessToken)
class AccessTokenAdmin(OfSigningIn):
    list_display = ["name", "user", "scopes", "made_at", "expires_at", "last_used_on", "revoked_at"]
    list_filter = ["revoked_at"]
    fields = ("user", "name", "scopes", "made_at", "expires_at", "last_used_on", "revoked_at")
    actions = ["revoke"]

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["view"])
    def revoke(self, request: HttpRequest, rows: Any) -> None:
        by: Any = request.user
        for token in rows:
            revoke_token(token=token, by=by)


@admin.register(CalendarKey)
class CalendarKeyAdmin(OfSigningIn):
    list_display = ["user", "made_at"]
    fields = ("user", "made_at")


@admin.register(PasswordLink)
class PasswordLinkAdmin(OfSigningIn):
    list_display = ["user", "by", "made_at", "sent_at", "ended_at"]
    fields = ("user", "by", "made_at", "sent_at", "ended_at")
    list_select_related = ["user", "by"]
