"""The page of administrators is found in the menu; it is not their first page where they have another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from epo.accounts import menu, roles
from epo.accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

ADMINISTRATOR = "administrator"


def _administrators(user: User) -> QuerySet[User]:
    return User.objects.filter(pk=user.pk, is_superuser=True, is_active=True)


def _home(_user: User) -> str:
    return reverse("upkeep:page")


def register() -> None:
    roles.register(roles.Role(ADMINISTRATOR, 90, _administrators, _home))
    menu.register(menu.Entry(pgettext_lazy("menu", "System"), "upkeep:page", 95, frozenset({ADMINISTRATOR})))
