from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinated_by
from epo.contacts.models import Contact
from epo.places.models import Municipality
from volunteers.models.people import Trade, Volunteer
from volunteers.states import ApplicationState, Level

if TYPE_CHECKING:
    from epo.accounts.models import User


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> Self:
        """Those of one's regions, or of the nation."""
        return self.filter(coordinated_by(user, "home__state__region"))

    def open(self) -> Self:
        return self.filter(state=ApplicationState.WAITING)


class Application(models.Model):
    """Somebody without an account would like to join. Name and phone stand in their contact details alone."""

    id = models.UUIDField(_("id"), primary_key=True, help_text=_("Made with the form: sent twice, it is stored once."))
    contact = models.OneToOneField(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="application",
        verbose_name=_("contact details"),
        help_text=_("Empty once they were erased."),
    )
    home = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("home municipality"))
    consent = models.CharField(_("consent"), max_length=20, help_text=_("Which wording was agreed to."))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState, default=ApplicationState.WAITING, db_index=True
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    volunteer = models.ForeignKey(
        Volunteer, models.SET_NULL, null=True, blank=True, related_name="applications", verbose_name=_("volunteer")
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.WAITING) ^ Q(decided_at__isnull=False, decided_by__isnull=False),
                name="application_decided_at_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[:8]}"

    @property
    def name(self) -> str:
        return self.contact.name if self.contact else ""


class ApplicationTrade(models.Model):
    """A trade that they say they have."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="trades", verbose_name=_("application to join")
    )
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)

    class Meta:
        ordering = ["-level", "trade__folded"]
        verbose_name = _("trade of an application")
        verbose_name_plural = _("trades of applications")
        constraints = [
            models.UniqueConstraint(fields=["application", "trade"], name="application_trade_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="application_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.level}"
