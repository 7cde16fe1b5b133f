"""Whose account a coordinator may help with. Each app names its people when it starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from epo.accounts.models import CoordinatorPost, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

Keys = Callable[[User], "QuerySet[Any]"]
_reaches: list[Keys] = []


def register(keys: Keys) -> None:
    """`keys` gives the keys of the users for whom a coordinator is responsible through that app."""
    _reaches.append(keys)


def in_reach_of(by: User) -> QuerySet[User]:
    """Administrators: everybody but themselves. Coordinators: their people, never those who may do as much as they."""
    others = User.objects.filter(is_active=True).exclude(pk=by.pk)
    if by.is_superuser:
        return others
    theirs = Q(pk__in=[])
    for keys in _reaches:
        theirs |= Q(pk__in=keys(by).exclude(user=None))
    plain = others.filter(is_staff=False, is_superuser=False)
    return plain.exclude(pk__in=CoordinatorPost.objects.current().values("user")).filter(theirs)
