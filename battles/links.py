"""Signed links that open an offer without sign-in. A link shows and answers that one offer, nothing else.

Many volunteers have no account: their plan opens by another link, which stays fresh for two weeks.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from battles.models import Offer

SALT = "battles.offer"
PLAN_SALT = "battles.plan"
PLAN_FRESH = timedelta(days=14)


def offer_token(offer: Offer) -> str:
    return signing.Signer(salt=SALT).sign(offer.code)


def offer_path(offer: Offer) -> str:
    return reverse("battles:offer-link", args=[offer_token(offer)])


def offer_link(offer: Offer) -> str:
    """The whole address, for a message."""
    return settings.SITE_URL + offer_path(offer)


def plan_path(offer: Offer) -> str:
    """A fresh link to the plan of somebody who said yes; it is made anew whenever it is shown or sent."""
    return reverse("battles:plan-link", args=[signing.TimestampSigner(salt=PLAN_SALT).sign(offer.code)])


def plan_link(offer: Offer) -> str:
    return settings.SITE_URL + plan_path(offer)


def held_offer_of(token: str) -> Offer | None:
    """The accepted offer of a plan link that is still fresh; None for any other text."""
    try:
        code = signing.TimestampSigner(salt=PLAN_SALT).unsign(token, max_age=PLAN_FRESH)
    except signing.BadSignature:
        return None
    return Offer.objects.holding().with_code(code).first()


def offer_of(token: str) -> Offer | None:
    """The offer of a token that we signed, if it was ever sent; None for any other text."""
    try:
        code = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Offer.objects.sent().with_code(code).first()
