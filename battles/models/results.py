from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle
from battles.models.requests import RepairRequest
from epo.core.clock import today
from factories.models import Factory, Line, Machine, OutputReading
from volunteers.models import Volunteer


class DiaryEntry(models.Model):
    """What was done on a day, on which machine, in how many hours of people's work."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="diary", verbose_name=_("battle"))
    request = models.ForeignKey(
        RepairRequest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="diary",
        verbose_name=_("repair request"),
    )
    machine = models.ForeignKey(
        Machine, models.PROTECT, null=True, blank=True, related_name="diary", verbose_name=_("machine")
    )
    day = models.DateField(_("day"), default=today)
    text = models.TextField(_("what was done"))
    hours = models.DecimalField(_("hours of work"), max_digits=6, decimal_places=1, null=True, blank=True)
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="diary", verbose_name=_("volunteer")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    at = models.DateTimeField(_("entered at"), default=now)

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("diary entry")
        verbose_name_plural = _("diary entries")
        constraints = [
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0), name="diary_hours_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.text[:60]}"


class LineResult(models.Model):
    """Output of a line before and after a battle. Gain is counted per line from its last reading, not from here."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="line_results", verbose_name=_("battle"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="results", verbose_name=_("line"))
    before = models.DecimalField(_("output a day before"), max_digits=12, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("output a day after"), max_digits=12, decimal_places=2, null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=80, blank=True, help_text=_("Post, not name."))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        ordering = ["line"]
        verbose_name = _("result of a line")
        verbose_name_plural = _("results of lines")
        constraints = [
            models.UniqueConstraint(fields=["battle", "line"], name="result_once_per_line"),
            models.CheckConstraint(condition=Q(before=None) | Q(before__gte=0), name="result_before_not_negative"),
            models.CheckConstraint(condition=Q(after=None) | Q(after__gte=0), name="result_after_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.before} → {self.after}"


class FollowUp(models.Model):
    """A reading that falls due some days after a battle was closed."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="follow_ups", verbose_name=_("battle"))
    line = models.ForeignKey(Line, models.CASCADE, related_name="follow_ups", verbose_name=_("line"))
    after_days = models.PositiveSmallIntegerField(_("days after the battle"))
    due_on = models.DateField(_("due on"))
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    reading = models.ForeignKey(
        OutputReading,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("reading"),
    )

    class Meta:
        ordering = ["due_on"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [models.UniqueConstraint(fields=["battle", "line", "after_days"], name="follow_up_once")]

    def __str__(self) -> str:
        return f"{self.battle} + {self.after_days}"


class OwnRepair(models.Model):
    """A repair made by the plant's own workers, with the battle from which they learned."""

    factory = models.ForeignKey(Factory, models.PROTECT, related_name="own_repairs", verbose_name=_("work unit"))
    machine = models.ForeignKey(
        Machine, models.PROTECT, null=True, blank=True, related_name="own_repairs", verbose_name=_("machine")
    )
    what = models.CharField(_("what was repaired"), max_length=200)
    on = models.DateField(_("on"), default=today)
    learned_from = models.ForeignKey(
        Battle,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="own_repairs",
        verbose_name=_("learned at"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    said_by = models.CharField(_("said by"), max_length=60, blank=True, help_text=_("Post, not name."))
    at = models.DateTimeField(_("entered at"), default=now)

    class Meta:
        ordering = ["-on"]
        verbose_name = _("own repair")
        verbose_name_plural = _("own repairs")

    def __str__(self) -> str:
        return self.what
