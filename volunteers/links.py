"""Signed links: an invitation to make an account, and a question to a peer. Whoever holds one may open it, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from volunteers.models import Qualification, Volunteer
from volunteers.states import Standing

INVITATION_SALT = "volunteers.invitation"
INVITATION_FRESH = timedelta(days=14)
PEER_SALT = "volunteers.peer"
PEER_FRESH = timedelta(days=60)


def _mark(volunteer: Volunteer) -> str:
    """Another phone or e-mail, and the link is no longer good: it went to the wrong one."""
    said = f"{volunteer.pk} {volunteer.contact.phone} {volunteer.contact.email}"
    return salted_hmac(INVITATION_SALT, said, algorithm="sha256").hexdigest()[:12]


def invitation_path(volunteer: Volunteer) -> str:
    signed = signing.TimestampSigner(salt=INVITATION_SALT).sign(f"{volunteer.pk}.{_mark(volunteer)}")
    return reverse("volunteers:invitation", args=[signed])


def invitation_link(volunteer: Volunteer) -> str:
    return settings.SITE_URL + invitation_path(volunteer)


def invited(token: str) -> Volunteer | None:
    """Who may make an account by this link: only as long as they have none."""
    try:
        key, _dot, mark = (
            signing.TimestampSigner(salt=INVITATION_SALT).unsign(token, max_age=INVITATION_FRESH).partition(".")
        )
    except signing.BadSignature:
        return None
    rows = Volunteer.objects.select_related("contact").filter(user=None).exclude(standing=Standing.LEFT)
    volunteer = rows.filter(pk=key).first()
    return volunteer if volunteer and constant_time_compare(mark, _mark(volunteer)) else None


def peer_path(qualification: Qualification) -> str:
    signed = signing.TimestampSigner(salt=PEER_SALT).sign(f"{qualification.pk}.{qualification.level}")
    return reverse("volunteers:endorse-link", args=[signed])


def peer_link(qualification: Qualification) -> str:
    return settings.SITE_URL + peer_path(qualification)


def asked_about(token: str) -> Qualification | None:
    """What a peer is asked to say, as long as the level is still what it was."""
    try:
        key, _dot, level = signing.TimestampSigner(salt=PEER_SALT).unsign(token, max_age=PEER_FRESH).partition(".")
    except signing.BadSignature:
        return None
    rows = Qualification.objects.select_related("volunteer__home__state", "trade")
    return rows.filter(pk=key, level=level).first()
