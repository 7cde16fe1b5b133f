from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.core.models import Leased, LeasedQuerySet


class BackupQuerySet(LeasedQuerySet["Backup"]):
    def unfinished(self) -> Self:
        return self.filter(ended_at=None)

    def good(self) -> Self:
        return self.filter(problem="", ended_at__isnull=False)


class Backup(Leased):
    """One backup that was asked for, by the clock or by a person, and what became of it."""

    period = models.CharField(_("period"), max_length=40, null=True, blank=True, unique=True)
    asked_at = models.DateTimeField(_("asked at"), default=now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    sha256 = models.CharField(_("hash of the content"), max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)
    missing = models.PositiveIntegerField(_("files that were missing"), default=0)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, name="", problem="") | Q(ended_at__isnull=False) & (Q(name="") ^ Q(problem="")),
                name="backup_ended_well_or_not",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class SanityRunQuerySet(LeasedQuerySet["SanityRun"]):
    def unfinished(self) -> Self:
        return self.filter(ended_at=None)


class SanityRun(Leased):
    """What is promised, checked on all rows: see `epo.upkeep.sanity`."""

    asked_at = models.DateTimeField(_("asked at"), default=now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    broken = models.PositiveIntegerField(_("rows that break a promise"), default=0)
    findings = models.JSONField(_("findings"), default=list, blank=True)

    objects = SanityRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("check of the data")
        verbose_name_plural = _("checks of the data")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def unkept(self) -> list[dict[str, Any]]:
        return [finding for finding in self.findings if finding["count"]]
