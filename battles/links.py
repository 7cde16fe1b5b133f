"""Signed links that open an offer without sign-in. A link shows and answers that one offer, nothing else."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from battles.models import Offer

SALT = "battles.offer"


def offer_token(offer: Offer) -> str:
    return signing.Signer(salt=SALT).sign(offer.code)


def offer_path(offer: Offer) -> str:
    return reverse("battles:offer-link", args=[offer_token(offer)])


def offer_link(offer: Offer) -> str:
    """The whole address, for a message."""
    return settings.SITE_URL + offer_path(offer)


def offer_of(token: str) -> Offer | None:
    """The offer of a token that we signed, if it was ever sent; None for any other text."""
    try:
        code = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Offer.objects.sent().with_code(code).first()
