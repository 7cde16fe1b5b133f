from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinated_by
from epo.contacts.models import Contact
from epo.core.history import DERIVED, keep_history
from epo.places.models import Municipality
from factories.states import ManagedBy, MemberRole, Running

if TYPE_CHECKING:
    from epo.accounts.models import User


class Sector(models.Model):
    """A branch of production. Its weight, from 1 to 10, is set by coordinators."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_es = models.CharField(_("name in Spanish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    weight = models.PositiveSmallIntegerField(_("strategic weight"), default=1)

    history = keep_history()

    class Meta:
        ordering = ["-weight", "name_es"]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        constraints = [models.CheckConstraint(condition=Q(weight__range=(1, 10)), name="sector_weight_in_range")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_es


class FactoryQuerySet(models.QuerySet["Factory"]):
    def visible_to(self, user: User) -> Self:
        """Plants of one's regions, and plants of which one is a member."""
        members = Membership.objects.filter(user=user.pk).values("factory")
        return self.filter(coordinated_by(user, "municipality__state__region") | Q(pk__in=members))

    def coordinated_by(self, user: User) -> Self:
        return self.filter(coordinated_by(user, "municipality__state__region"))

    def spoken_for_by(self, user: User) -> Self:
        """Plants whose workers have `user` as their delegate: only a delegate confirms."""
        mine = Membership.objects.filter(user=user.pk, role=MemberRole.DELEGATE)
        return self.filter(pk__in=mine.values("factory"))

    def told_of_by(self, user: User) -> Self:
        """Plants of which `user` may say what they put out and what was repaired: also management and coordinators."""
        mine = Membership.objects.filter(user=user.pk, role__in=[MemberRole.DELEGATE, MemberRole.MANAGER])
        region = coordinated_by(user, "municipality__state__region")
        return self.filter(region | Q(pk__in=mine.values("factory")))

    def labelled_by(self, user: User) -> Self:
        mine = Membership.objects.filter(user=user.pk, role=MemberRole.DELEGATE)
        return self.filter(coordinated_by(user, "municipality__state__region") | Q(pk__in=mine.values("factory")))


class Factory(models.Model):
    """A work unit: a plant, a workshop, a commune's fleet of tractors."""

    name = models.CharField(_("name"), max_length=120)
    folded = models.CharField(_("search text"), max_length=300, editable=False)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="factories", verbose_name=_("sector"))
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="factories", verbose_name=_("municipality")
    )
    place = models.CharField(_("where it is"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("Empty: that of the municipality."))
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    managed_by = models.CharField(_("managed by"), max_length=8, choices=ManagedBy, default=ManagedBy.UNKNOWN)
    running = models.CharField(_("does it run"), max_length=8, choices=Running, default=Running.UNKNOWN)
    stopped_since = models.DateField(_("stands still since"), null=True, blank=True)
    people_depend = models.PositiveIntegerField(_("people who depend on it"), null=True, blank=True)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("plant contact")
    )
    needs_review = models.BooleanField(_("made from a report, to be checked"), default=False)

    objects = FactoryQuerySet.as_manager()
    history = keep_history(without=("contact", *DERIVED))

    class Meta:
        ordering = ["folded", "pk"]
        verbose_name = _("work unit")
        verbose_name_plural = _("work units")
        constraints = [
            models.UniqueConstraint(fields=["name", "municipality"], name="factory_once_per_municipality"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__isnull=False, lon__isnull=False), name="factory_place_is_whole"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def position(self) -> tuple[float, float]:
        if self.lat is not None and self.lon is not None:
            return self.lat, self.lon
        return self.municipality.lat, self.municipality.lon


class Membership(models.Model):
    """Ties a user to their plant. Management never sees who reported."""

    factory = models.ForeignKey(Factory, models.CASCADE, related_name="memberships", verbose_name=_("work unit"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=8, choices=MemberRole, default=MemberRole.WORKER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["factory", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.factory}"


class Line(models.Model):
    """A production line: what it makes, and how much of it on a good day."""

    factory = models.ForeignKey(Factory, models.CASCADE, related_name="lines", verbose_name=_("work unit"))
    product = models.CharField(_("product"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, help_text=_("t, kg, l, units…"))
    nominal = models.DecimalField(_("nominal output a day"), max_digits=12, decimal_places=2, null=True, blank=True)
    current = models.DecimalField(_("output a day now"), max_digits=12, decimal_places=2, null=True, blank=True)

    history = keep_history()

    class Meta:
        ordering = ["factory", "product"]
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints = [
            models.UniqueConstraint(fields=["factory", "product"], name="line_once_per_factory"),
            models.CheckConstraint(condition=Q(nominal=None) | Q(nominal__gte=0), name="line_nominal_not_negative"),
            models.CheckConstraint(condition=Q(current=None) | Q(current__gte=0), name="line_current_not_negative"),
        ]

    def __str__(self) -> str:
        return self.product


class OutputReading(models.Model):
    """Measured output of a line on a day; entered by somebody with or without an account."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="readings", verbose_name=_("line"))
    day = models.DateField(_("day"))
    amount = models.DecimalField(_("output that day"), max_digits=12, decimal_places=2)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    said_by = models.CharField(_("said by"), max_length=60, blank=True, help_text=_("Post, not name."))
    is_confirmed = models.BooleanField(_("confirmed by the plant's workers"), default=False)
    at = models.DateTimeField(_("entered at"), auto_now_add=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("output reading")
        verbose_name_plural = _("output readings")
        constraints = [
            models.UniqueConstraint(fields=["line", "day"], name="reading_once_a_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="reading_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.amount} {self.line.unit}"
