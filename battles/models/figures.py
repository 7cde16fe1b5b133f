from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PublicFigures(models.Model):
    """The one row of what was achieved, as a worker last worked it out; `battles.impact` reads and writes the document."""

    document = models.JSONField(_("document"))
    made_at = models.DateTimeField(_("worked out at"))

    class Meta:
        verbose_name = _("public figures")
        verbose_name_plural = _("public figures")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="public_figures_are_one_row")]

    def __str__(self) -> str:
        return str(_("public figures"))
