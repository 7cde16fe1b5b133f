from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from volunteers.models.people import Trade, Volunteer
from volunteers.states import EndorsementState, Level


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    def given(self) -> Self:
        return self.filter(state=EndorsementState.GIVEN)

    def asked(self) -> Self:
        return self.filter(state=EndorsementState.ASKED)


class Endorsement(models.Model):
    """One volunteer says of another that they have seen them work at this level."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="endorsements", verbose_name=_("volunteer"))
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    peer = models.ForeignKey(Volunteer, models.CASCADE, related_name="endorsed", verbose_name=_("endorsed by"))
    served_together = models.BooleanField(_("served in a battle together"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=EndorsementState, default=EndorsementState.ASKED)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "trade", "level", "peer"], name="endorsement_once_per_peer"),
            models.CheckConstraint(condition=~Q(volunteer=F("peer")), name="endorsement_not_of_oneself"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="endorsement_level_is_known"),
            models.CheckConstraint(condition=Q(state__in=EndorsementState.values), name="endorsement_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=EndorsementState.ASKED) ^ Q(answered_at__isnull=False),
                name="endorsement_answered_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.level} · {self.volunteer} ← {self.peer}"
