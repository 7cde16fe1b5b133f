from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.accounts.models.people import User


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def usable(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now(), user__is_active=True)


class AccessToken(models.Model):
    """A program that speaks for a person over the API, within `scopes`; never with more than the person may.

    Of the token itself only a hash is kept. It ends with any right that the person held when it was made.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    name = models.CharField(_("what it is for"), max_length=60)
    hashed = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    standing = models.JSONField(_("rights when it was made"), default=list, editable=False)
    made_at = models.DateTimeField(_("made"), default=now)
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return self.name


class CalendarKey(models.Model):
    """What makes the private address of a person's calendar; a new one ends the old address."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_key", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=43, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=now)

    class Meta:
        verbose_name = _("key of a calendar")
        verbose_name_plural = _("keys of calendars")

    def __str__(self) -> str:
        return str(self.user)
