"""Who is told what becomes of a battle."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from epo.accounts.models import User
from epo.notifications.actions import notify, notify_all

if TYPE_CHECKING:
    from battles.models import Battle, Offer


def tell_plant(*, battle: Battle, kind: str) -> None:
    """The plant's members and its contact, once each."""
    members = User.objects.filter(memberships__factory=battle.factory_id, is_active=True).distinct()
    notify_all(users=members, kind=kind, key=f"{kind}:{battle.pk}", about=battle)
    contact = battle.factory.contact
    if contact is not None and contact.user_id not in {member.pk for member in members}:
        notify(contact=contact, kind=kind, key=f"{kind}:{battle.pk}:c{contact.pk}", about=battle)


def tell_crew(*, battle: Battle, kind: str) -> None:
    for offer in battle.offers.holding().select_related("volunteer__contact"):
        notify(
            contact=offer.volunteer.contact, kind=kind, key=f"{kind}:{battle.pk}:v{offer.volunteer_id}", about=battle
        )


def tell_of_departure(*, offer: Offer) -> None:
    """Each change of place, hour or vehicle is told once."""
    departure = offer.departure
    if departure is None:
        return
    kind = "battle.departure"
    said = crc32(f"{departure.pk} {departure.at:%Y%m%d%H%M} {departure.place} {departure.vehicle}".encode())
    notify(
        contact=offer.volunteer.contact, kind=kind, key=f"{kind}:o{offer.pk}:{said}", about=offer, departure=departure
    )
