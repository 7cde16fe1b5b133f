"""The role of a volunteer, their entries in the menu, and that of the list for coordinators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from epo.accounts import menu, reach, roles
from epo.accounts.models import coordinated_by
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from epo.accounts.models import User

COORDINATORS = frozenset({roles.COORDINATOR})
VOLUNTEERS = frozenset({roles.VOLUNTEER})


def _own_rows(user: User) -> QuerySet[Volunteer]:
    return Volunteer.objects.filter(user=user.pk)


def _home(_user: User) -> str:
    return reverse("battles:mine")


def _people_of(coordinator: User) -> QuerySet[Volunteer, Any]:
    return Volunteer.objects.filter(coordinated_by(coordinator, "home__state__region")).values("user")


def register() -> None:
    reach.register(_people_of)
    roles.register(roles.Role(roles.VOLUNTEER, 20, _own_rows, _home))
    menu.register(
        menu.Entry(_("Volunteers"), "volunteers:list", 80, COORDINATORS),
        menu.Entry(_("My profile"), "volunteers:me", 90, VOLUNTEERS),
    )
