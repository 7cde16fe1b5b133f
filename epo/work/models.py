from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.core.models import Leased, LeasedQuerySet

FRESH = timedelta(seconds=30)


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def fresh(self) -> Self:
        return self.filter(beat_at__gte=now() - FRESH)


class Heartbeat(models.Model):
    """A worker that is alive says so every few seconds."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    started_at = models.DateTimeField(_("started at"), default=now)
    beat_at = models.DateTimeField(_("last beat at"), default=now)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        ordering = ["-beat_at"]
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class PeriodicRunQuerySet(LeasedQuerySet["PeriodicRun"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None)


class PeriodicRun(Leased):
    """One job of one period (a night, a day, an hour). It is finished once, whoever starts it how often."""

    job = models.CharField(_("job"), max_length=60)
    period = models.CharField(_("period"), max_length=40)
    created_at = models.DateTimeField(_("created"), default=now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = PeriodicRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("periodic run")
        verbose_name_plural = _("periodic runs")
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="periodic_run_once_per_period")]

    def __str__(self) -> str:
        return f"{self.job} · {self.period}"


class ReceivedAction(models.Model):
    """What a client asked for, under an id that the client made; a repeat gets the first answer again.

    Written outside the action's transaction, so that the intent stays although the action was refused.
    """

    client_id = models.CharField(_("id made by the client"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    kind = models.CharField(_("kind"), max_length=60)
    intent = models.JSONField(_("what was asked for"), default=dict, blank=True)
    body_hash = models.CharField(_("hash of the content"), max_length=64)
    version_seen = models.PositiveIntegerField(_("version the client had seen"), null=True, blank=True)
    client_time = models.DateTimeField(_("time on the client"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), default=now)
    attempted_at = models.DateTimeField(_("last attempt at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True, blank=True)
    answer = models.JSONField(_("answer"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("received action")
        verbose_name_plural = _("received actions")
        constraints = [
            models.UniqueConstraint(fields=["by", "client_id"], name="received_action_once_per_person"),
            models.UniqueConstraint(
                fields=["client_id"], condition=Q(by=None), name="received_action_once_without_person"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, status=None) | Q(answered_at__isnull=False, status__isnull=False),
                name="received_action_answered_with_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.client_id}"


class Watch(models.Model):
    """The one row in which beat leaves its minute, so that an outage shows as a gap.

    `resumed_at` is when the last gap of more than a quarter of an hour ended.
    """

    seen_at = models.DateTimeField(_("last minute seen"))
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("watch over outages")
        verbose_name_plural = _("watch over outages")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="watch_is_one_row")]

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M}"


class Allowance(models.Model):
    """How often something was done of late, as one number: the time up to which what may be done is used up.

    The key is a keyed hash, so that no name and no address stands here.
    """

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    used_until = models.BigIntegerField(_("used up until"), db_index=True, help_text=_("Milliseconds since 1970."))

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")

    def __str__(self) -> str:
        return self.key[:8]
