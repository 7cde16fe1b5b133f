from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle
from epo.accounts.models import coordinated_by
from epo.work.models import ReceivedAction
from factories.models import Factory

if TYPE_CHECKING:
    from epo.accounts.models import User


class MissedActionQuerySet(models.QuerySet["MissedAction"]):
    def wanted_by(self, user: User) -> Self:
        return self.filter(received__by=user.pk)

    def coordinated_by(self, user: User) -> Self:
        return self.filter(coordinated_by(user, "factory__municipality__state__region"))

    def waiting(self) -> Self:
        return self.filter(handled_at=None)


class MissedAction(models.Model):
    """What somebody wrote without network, and could not be done any more when it arrived; `received` keeps their words."""

    received = models.OneToOneField(
        ReceivedAction, models.CASCADE, related_name="missed", verbose_name=_("received action")
    )
    factory = models.ForeignKey(Factory, models.PROTECT, related_name="missed_actions", verbose_name=_("work unit"))
    battle = models.ForeignKey(
        Battle, models.CASCADE, null=True, blank=True, related_name="missed_actions", verbose_name=_("battle")
    )
    had_changed = models.BooleanField(_("had changed since the phone saw it"), default=False)
    at = models.DateTimeField(_("at"), default=now)
    handled_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )

    objects = MissedActionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("action that could not be done")
        verbose_name_plural = _("actions that could not be done")
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None) | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="missed_action_handled_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"{self.received_id} · {self.factory_id}"
