"""Who has worked with whom is known to apps above this one: the one that knows names itself when it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from volunteers.models import Volunteer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

_known: list[Callable[[Volunteer], QuerySet[Volunteer]]] = []


def register(companions: Callable[[Volunteer], QuerySet[Volunteer]]) -> None:
    _known[:] = [companions]


def companions_of(volunteer: Volunteer) -> QuerySet[Volunteer]:
    """Those who served in a battle with this volunteer."""
    return _known[0](volunteer) if _known else Volunteer.objects.none()
