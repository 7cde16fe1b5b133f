from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.models.battles import Battle
from battles.states import PinKind
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from epo.accounts.models import User


class PinQuerySet(models.QuerySet["Pin"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(battle__in=Battle.objects.coordinated_by(user).values("pk"))

    def wanted(self) -> Self:
        return self.filter(kind=PinKind.IN)

    def unwanted(self) -> Self:
        return self.filter(kind=PinKind.OUT)


class Pin(models.Model):
    """A coordinator's word on one person for one battle, which every run plans around."""

    battle = models.ForeignKey(Battle, models.CASCADE, related_name="pins", verbose_name=_("battle"))
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="pins", verbose_name=_("volunteer"))
    kind = models.CharField(_("kind"), max_length=3, choices=PinKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=now)

    objects = PinQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "volunteer__folded", "pk"]
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PinKind.values), name="pin_kind_is_known"),
            models.UniqueConstraint(fields=["battle", "volunteer"], name="one_pin_per_battle_and_volunteer"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.get_kind_display()}"
