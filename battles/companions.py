"""Who has worked with whom: told to `volunteers.companions`, which asks before peers vouch for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from battles.models import Offer
from battles.states import OfferState
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet

SERVED = (OfferState.ON_SITE, OfferState.DONE)


def served_with(volunteer: Volunteer) -> QuerySet[Volunteer]:
    """Those who were in the same plant in the same battle, by name."""
    own = Offer.objects.filter(volunteer=volunteer, state__in=SERVED).values("battle")
    theirs = Offer.objects.filter(battle__in=own, state__in=SERVED).values("volunteer")
    return Volunteer.objects.filter(pk__in=theirs).exclude(pk=volunteer.pk)
