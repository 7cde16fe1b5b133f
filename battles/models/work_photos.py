from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle
from epo.core.clock import today
from factories.models import Machine, Photo


class WorkPhoto(models.Model):
    """What a photo shows of the work in a plant; the file is the photo's own."""

    photo = models.OneToOneField(
        Photo, models.CASCADE, primary_key=True, related_name="of_work", verbose_name=_("photo")
    )
    battle = models.ForeignKey(Battle, models.CASCADE, related_name="photos", verbose_name=_("battle"))
    machine = models.ForeignKey(
        Machine, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name=_("machine")
    )
    day = models.DateField(_("day"), default=today)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    class Meta:
        ordering = ["-day", "pk"]
        verbose_name = _("photo of work")
        verbose_name_plural = _("photos of work")

    def __str__(self) -> str:
        return f"{self.battle_id} · {self.day}"
