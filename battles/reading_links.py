"""Signed links by which a plant says what a line puts out, 30 and 90 days after a battle, without an account."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from battles.models import FollowUp

SALT = "battles.reading"


def reading_path(follow_up: FollowUp) -> str:
    return reverse("battles:reading-link", args=[signing.Signer(salt=SALT).sign(str(follow_up.pk))])


def follow_up_of(token: str) -> FollowUp | None:
    """The follow-up of a token that we signed, once it was asked for; None for any other text."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    rows = FollowUp.objects.select_related("line__factory", "battle", "reading")
    return rows.filter(pk=key, asked_at__isnull=False).first()
