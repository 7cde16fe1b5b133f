"""The role of who belongs to a plant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from epo.accounts import reach, roles
from epo.accounts.models import coordinated_by
from factories.models import Membership

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from epo.accounts.models import User


def _own_rows(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user.pk)


def _home(user: User) -> str:
    membership = _own_rows(user).order_by("pk")[:1].get()
    return reverse("battles:plant", args=[membership.factory_id])


def _people_of(coordinator: User) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(coordinated_by(coordinator, "factory__municipality__state__region")).values("user")


def register() -> None:
    reach.register(_people_of)
    roles.register(roles.Role(roles.MEMBER, 30, _own_rows, _home))
