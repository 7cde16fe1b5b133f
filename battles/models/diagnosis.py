from __future__ import annotations

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle
from battles.models.requests import RepairRequest
from battles.states import Voice
from factories.models import Machine


class VoiceHeard(models.Model):
    """What one of the three voices said at a diagnosis visit."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="voices", verbose_name=_("battle"))
    voice = models.CharField(_("voice"), max_length=10, choices=Voice)
    said = models.TextField(_("what they say"))
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("voice heard")
        verbose_name_plural = _("voices heard")
        constraints = [models.UniqueConstraint(fields=["battle", "voice"], name="voice_once_per_battle")]

    def __str__(self) -> str:
        return self.get_voice_display()


class Finding(models.Model):
    """A knot that holds production back, found at a diagnosis visit; it may have become a request."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="findings", verbose_name=_("battle"))
    machine = models.ForeignKey(
        Machine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("machine")
    )
    what = models.CharField(_("what holds production back"), max_length=300)
    request = models.ForeignKey(
        RepairRequest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("repair request"),
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return self.what
