"""Whose phone is it? Asked by coordinators in the queue, never on behalf of who applies."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from volunteers.models import Application, Volunteer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from epo.accounts.models import User

MOST = 10


def known_with_phones(phones: Iterable[str]) -> dict[str, list[Volunteer]]:
    """Volunteers by phone."""
    rows = Volunteer.objects.filter(contact__phone__in={phone for phone in phones if phone})
    found: dict[str, list[Volunteer]] = defaultdict(list)
    for volunteer in rows.select_related("contact", "home__state").order_by("pk")[: MOST * 10]:
        found[volunteer.contact.phone].append(volunteer)
    return found


def applications_with_phones(phones: Iterable[str], user: User) -> dict[str, list[UUID]]:
    """Open applications by phone, the oldest first; of those that `user` may see."""
    rows = Application.objects.visible_to(user).open().filter(contact__phone__in={phone for phone in phones if phone})
    found: dict[str, list[UUID]] = defaultdict(list)
    for phone, pk in rows.order_by("received_at").values_list("contact__phone", "pk")[: MOST * 100]:
        found[phone].append(pk)
    return found


def mark(applications: Iterable[Application], user: User) -> None:
    """Gives each `known` (volunteers) and `repeats` (how many other open applications), both by the same phone."""
    listed = list(applications)
    phones = {one.contact.phone for one in listed if one.contact}
    volunteers, others = known_with_phones(phones), applications_with_phones(phones, user)
    for one in listed:
        phone = one.contact.phone if one.contact else ""
        one.known = volunteers.get(phone, []) if phone else []  # type: ignore[attr-defined]
        one.repeats = len([pk for pk in others.get(phone, []) if pk != one.pk])  # type: ignore[attr-defined]
