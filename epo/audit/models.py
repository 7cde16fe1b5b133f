from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, row: models.Model) -> Self:
        return self.filter(about_type=row._meta.label_lower, about_id=str(row.pk))

    def newest_at(self) -> datetime | None:
        return self.order_by("-pk").values_list("at", flat=True).first()


class AuditEvent(models.Model):
    """What happened to a row, in the transaction in which it happened. Never holds contact details."""

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    kind = models.CharField(_("kind"), max_length=60)
    about_type = models.CharField(_("about"), max_length=60)
    about_id = models.CharField(_("its key"), max_length=40)
    data = models.JSONField(_("data"), default=dict, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["about_type", "about_id"], name="audit_about")]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self) -> str:
        return f"{self.kind} {self.about_type} {self.about_id}"
