from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle


class Agreement(models.Model):
    """What the parties agreed before people are called, or why it was waived."""

    battle = models.OneToOneField(Battle, models.CASCADE, related_name="agreement", verbose_name=_("battle"))
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    management = models.CharField(_("for the management"), max_length=120, blank=True, help_text=_("Post, not name."))
    council = models.CharField(_("workers' council or assembly"), max_length=120, blank=True)
    council_on = models.DateField(_("date of the assembly"), null=True, blank=True)
    army = models.CharField(_("for the Army"), max_length=120, blank=True)
    sleeping = models.CharField(_("the plant gives: sleeping"), max_length=200, blank=True)
    food = models.CharField(_("the plant gives: food"), max_length=200, blank=True)
    materials = models.CharField(_("the plant gives: materials"), max_length=300, blank=True)
    isolates = models.CharField(_("who isolates the machine"), max_length=120, blank=True)
    may_publish = models.BooleanField(_("may be shown in public"), default=False)
    waived_reason = models.CharField(_("why it was waived"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed by the plant at"), null=True, blank=True)
    confirmed_as = models.CharField(_("confirmed as"), max_length=60, blank=True, help_text=_("Post, not name."))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
        help_text=_("Empty where it was confirmed by a link, without an account."),
    )

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=(Q(agreed_on__isnull=False) & Q(waived_reason="")) | (Q(agreed_on=None) & ~Q(waived_reason="")),
                name="agreement_agreed_or_waived",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(agreed_on__isnull=False), name="agreement_confirmed_is_agreed"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.agreed_on or self.waived_reason)
