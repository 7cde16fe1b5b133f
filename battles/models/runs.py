from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle
from battles.states import RunState
from epo.accounts.models import CoordinatorPost, coordinated_by
from epo.core.history import keep_history
from epo.core.models import Leased, LeasedQuerySet
from epo.places.models import Region

if TYPE_CHECKING:
    from epo.accounts.models import User


class MatchingRunQuerySet(LeasedQuerySet["MatchingRun"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING])

    def visible_to(self, user: User) -> Self:
        """National runs show to every coordinator, who finds their own battles there; regional ones to their region's."""
        is_coordinator = Exists(CoordinatorPost.objects.held_by(user))
        return self.filter(coordinated_by(user, "region") | Q(is_coordinator, region=None))


class MatchingRun(Leased):
    """One run of the matcher: what it was asked, what it proposed, why, and how good that is proven to be.

    Without `region` it plans the whole nation.
    """

    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    only = models.ForeignKey(
        Battle, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only this battle")
    )
    state = models.CharField(_("state"), max_length=7, choices=RunState, default=RunState.WAITING, db_index=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked at"), default=now)
    started_at = models.DateTimeField(_("began"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    stop_asked_at = models.DateTimeField(_("asked to stop"), null=True, blank=True)
    take_asked_at = models.DateTimeField(_("asked to take the plan so far"), null=True, blank=True)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    seconds = models.PositiveSmallIntegerField(_("time limit (s)"), default=3)
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    status = models.CharField(_("solver's status"), max_length=10, blank=True)
    cost = models.FloatField(_("cost (km)"), null=True, blank=True)
    bound = models.FloatField(_("bound (km)"), null=True, blank=True)
    result = models.JSONField(_("proposals and reasons"), default=dict, blank=True)
    prices = models.JSONField(_("prices of days"), default=dict, blank=True)
    timings = models.JSONField(_("times (s)"), default=dict, blank=True)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)

    objects = MatchingRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("matching run")
        verbose_name_plural = _("matching runs")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_is_known"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(state__in=["waiting", "running"], region__isnull=False), name="one_run_per_region"
            ),
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=["waiting", "running"], region=None), name="one_national_run"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def gap(self) -> float | None:
        """How far the plan may be from the best possible, as a share of its cost."""
        if self.cost is None or self.bound is None:
            return None
        return 0.0 if self.cost == 0 else max(0.0, (self.cost - self.bound) / self.cost)


class MatchingSettings(models.Model):
    """The one row of rules and weights, in kilometre-equivalents; coordinators see it, administrators change it."""

    near_km = models.FloatField(_("near: no travel day up to (km)"), default=150, validators=[MinValueValidator(0)])
    rest_days = models.PositiveSmallIntegerField(_("days of rest between battles"), default=3)
    max_battles = models.PositiveSmallIntegerField(_("most battles of a person in a plan"), default=2)
    load = models.FloatField(_("per battle fought in the last year"), default=25, validators=[MinValueValidator(0)])
    over = models.FloatField(_("per level above the level asked"), default=15, validators=[MinValueValidator(0)])
    second = models.FloatField(_("per further battle in one plan"), default=120, validators=[MinValueValidator(0)])
    late = models.FloatField(_("per weight and day late"), default=40, validators=[MinValueValidator(0)])
    missing = models.FloatField(
        _("per weight and required seat empty"), default=2500, validators=[MinValueValidator(0)]
    )
    spare = models.FloatField(_("per weight and optional seat empty"), default=250, validators=[MinValueValidator(0)])
    incomplete = models.FloatField(_("per weight and incomplete crew"), default=1000, validators=[MinValueValidator(0)])

    change = models.FloatField(_("what it costs to change a proposal"), default=60, validators=[MinValueValidator(0)])

    history = keep_history()

    class Meta:
        verbose_name = _("matching settings")
        verbose_name_plural = _("matching settings")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="matching_settings_are_one_row")]

    def __str__(self) -> str:
        return str(_("matching settings"))

    @classmethod
    def current(cls) -> MatchingSettings:
        """The stored row, or the defaults where nobody has stored any."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
