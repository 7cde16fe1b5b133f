"""Who somebody is here. Each app names its role when it starts; one query answers for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists

from epo.accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

COORDINATOR = "coordinator"
VOLUNTEER = "volunteer"
MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Role:
    """`rows` is not empty for who has the role; `home` is the address of their first page.

    Who has several roles begins at the home of the one with the lowest `order`.
    """

    name: str
    order: int
    rows: Callable[[User], QuerySet[Any]]
    home: Callable[[User], str]


ROLES: dict[str, Role] = {}


def register(role: Role) -> None:
    ROLES[role.name] = role


def roles_of(user: User) -> frozenset[str]:
    """Administrators count as coordinators of the nation."""
    if not user.is_authenticated:
        return frozenset()
    questions = {f"is_{role.name}": Exists(role.rows(user)) for role in ROLES.values()}
    answers = cast("dict[str, bool]", User.objects.filter(pk=user.pk).values(**questions).get())
    held = {role.name for role in ROLES.values() if answers[f"is_{role.name}"]}
    return frozenset(held | {COORDINATOR} if user.is_superuser else held)


def home_of(user: User) -> str | None:
    held = roles_of(user)
    mine = sorted((role for role in ROLES.values() if role.name in held), key=lambda role: role.order)
    return mine[0].home(user) if mine else None
