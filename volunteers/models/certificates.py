from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinated_by
from volunteers.models.people import Trade, Volunteer
from volunteers.states import CertificateState, Level

if TYPE_CHECKING:
    from epo.accounts.models import User


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> Self:
        """One's own; and, to coordinators, those of the people of their regions."""
        return self.filter(Q(volunteer__user=user.pk) | coordinated_by(user, "volunteer__home__state__region"))

    def of_regions_of(self, user: User) -> Self:
        return self.filter(coordinated_by(user, "volunteer__home__state__region"))

    def to_check(self) -> Self:
        return self.filter(state=CertificateState.WAITING)

    def in_force(self) -> Self:
        return self.filter(state=CertificateState.CONFIRMED)


class Certificate(models.Model):
    """A paper that says at which level somebody has a trade. Counts once a coordinator has seen it."""

    key = models.UUIDField(_("key"), unique=True, default=uuid4, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="certificates", verbose_name=_("volunteer"))
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=120)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    scan = models.FileField(_("photo of it"), upload_to="certificates", blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CertificateState, default=CertificateState.WAITING, db_index=True
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "trade", "number", "issuer", "issued_on"],
                condition=~Q(state=CertificateState.REFUSED),
                name="certificate_once",
            ),
            models.UniqueConstraint(
                fields=["volunteer", "trade"],
                condition=Q(state=CertificateState.CONFIRMED),
                name="certificate_one_in_force",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="certificate_level_is_known"),
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificate_state_is_known"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("issued_on")),
                name="certificate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state=CertificateState.WAITING) ^ Q(checked_at__isnull=False, checked_by__isnull=False),
                name="certificate_checked_at_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.level} · {self.number}"
