from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle


class PlantLinkQuerySet(models.QuerySet["PlantLink"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now())


class PlantLink(models.Model):
    """A signed link by which the plant's delegate answers for one battle without an account, until it ends."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="plant_links", verbose_name=_("battle"))
    made_at = models.DateTimeField(_("made at"), default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    objects = PlantLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("link for a plant")
        verbose_name_plural = _("links for plants")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="plant_link_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.battle} · {self.made_at:%Y-%m-%d}"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > now()
