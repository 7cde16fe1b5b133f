from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.results import LineResult


class OutputCorrectionQuerySet(models.QuerySet["OutputCorrection"]):
    def waiting(self) -> Self:
        """Neither taken over nor answered."""
        return self.filter(answered_at=None)


class OutputCorrection(models.Model):
    """What the plant says instead of the figures before and after. It stands beside them until a coordinator decides."""

    result = models.ForeignKey(
        LineResult, models.CASCADE, related_name="corrections", verbose_name=_("result of a line")
    )
    before = models.DecimalField(_("output a day before"), max_digits=12, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("output a day after"), max_digits=12, decimal_places=2)
    was_before = models.DecimalField(
        _("output a day before, as it stood"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    was_after = models.DecimalField(_("output a day after, as it stood"), max_digits=12, decimal_places=2)
    said_by = models.CharField(_("said by"), max_length=60, help_text=_("Post, not name."))
    is_first_hand = models.BooleanField(_("said by the workers' delegate"), default=False)
    at = models.DateTimeField(_("said at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
        help_text=_("Nobody: it came by a signed link."),
    )
    is_taken = models.BooleanField(_("taken over"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
        help_text=_("Nobody: the plant itself said something newer."),
    )

    objects = OutputCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("correction of a result")
        verbose_name_plural = _("corrections of results")
        constraints = [
            models.UniqueConstraint(fields=["result"], condition=Q(answered_at=None), name="one_correction_waits"),
            models.CheckConstraint(
                condition=Q(answered_at=None, is_taken=None) | Q(answered_at__isnull=False, is_taken__isnull=False),
                name="correction_answered_is_decided",
            ),
            models.CheckConstraint(condition=Q(before=None) | Q(before__gte=0), name="correction_before_not_negative"),
            models.CheckConstraint(condition=Q(after__gte=0), name="correction_after_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.result.line}: {self.before} → {self.after}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_at is None
