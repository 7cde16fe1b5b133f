"""Signed links by which a plant's delegate answers for a battle without an account: see `battles.models.PlantLink`.

The row says until when a link is good and whether it was revoked; the signature, that we made it.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from battles.models import PlantLink

SALT = "battles.plant"
GOOD_FOR = timedelta(days=120)
"""Long enough for the readings at 30 and 90 days."""


def plant_token(link: PlantLink) -> str:
    return signing.Signer(salt=SALT).sign(str(link.pk))


def plant_path(link: PlantLink) -> str:
    return reverse("battles:plant-link", args=[plant_token(link)])


def plant_link(link: PlantLink) -> str:
    """The whole address, for a message."""
    return settings.SITE_URL + plant_path(link)


def plant_link_of(token: str) -> PlantLink | None:
    """The link of a token that we signed, also one that has ended; None for any other text."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return PlantLink.objects.select_related("battle__factory__municipality__state").filter(pk=key).first()
