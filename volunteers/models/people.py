from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import CoordinatorPost, coordinated_by
from epo.contacts.models import Contact
from epo.core.history import DERIVED, keep_history
from epo.places.models import Municipality
from volunteers.states import Basis, Gender, Level, Standing

if TYPE_CHECKING:
    from epo.accounts.models import User


class Trade(models.Model):
    """A skill, with its code in the International Standard Classification of Occupations (ISCO-08)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_es = models.CharField(_("name in Spanish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    isco = models.CharField(_("ISCO-08 code"), max_length=4)
    folded = models.CharField(_("search text"), max_length=300, editable=False, blank=True)

    history = keep_history(without=DERIVED)

    class Meta:
        ordering = ["folded", "name_es"]
        verbose_name = _("trade")
        verbose_name_plural = _("trades")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_es


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    def visible_to(self, user: User) -> Self:
        """Oneself; and everyone, to coordinators, since crews are drawn from the whole country."""
        if user.is_superuser:
            return self
        coordinator = models.Exists(CoordinatorPost.objects.held_by(user))
        return self.filter(Q(user=user.pk) | Q(coordinator))

    def of_regions_of(self, user: User) -> Self:
        """Those whose home region `user` coordinates."""
        return self.filter(coordinated_by(user, "home__state__region"))

    def active(self) -> Self:
        return self.filter(standing=Standing.ACTIVE)

    def can_be_sent(self) -> Self:
        return self.active().filter(is_adviser_only=False)


class Volunteer(models.Model):
    """A member of the Army. How to reach them stands in their contact details, apart from this row."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="volunteer",
        verbose_name=_("user"),
    )
    contact = models.OneToOneField(Contact, models.PROTECT, related_name="volunteer", verbose_name=_("contact details"))
    name = models.CharField(_("name"), max_length=120)
    folded = models.CharField(_("search text"), max_length=120, editable=False, db_index=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, default=Gender.UNSAID)
    home = models.ForeignKey(
        Municipality, models.PROTECT, related_name="volunteers", verbose_name=_("home municipality")
    )
    standing = models.CharField(_("standing"), max_length=6, choices=Standing, default=Standing.ACTIVE, db_index=True)
    is_adviser_only = models.BooleanField(_("advises only, does not travel"), default=False)
    max_km = models.PositiveIntegerField(_("greatest distance (km by road)"), null=True, blank=True)
    max_days = models.PositiveSmallIntegerField(_("most days away, travel included"), null=True, blank=True)
    brings = models.CharField(_("tools they can bring"), max_length=200, blank=True)
    vehicle_places = models.PositiveSmallIntegerField(
        _("places in their vehicle"), default=0, help_text=_("0: no vehicle.")
    )
    joined_on = models.DateField(_("joined on"), null=True, blank=True)

    objects = VolunteerQuerySet.as_manager()
    history = keep_history(without=("user", "contact", "name", "gender", *DERIVED), dies_with_row=True)

    class Meta:
        ordering = ["folded", "pk"]
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="volunteer_standing_is_known"),
            models.CheckConstraint(condition=Q(max_days=None) | Q(max_days__gte=1), name="volunteer_days_are_some"),
        ]

    def __str__(self) -> str:
        return self.name


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def expiring(self, first: date, last: date) -> Self:
        """Those that end within these days, of people who are still here."""
        ending = self.filter(valid_until__range=(first, last)).exclude(volunteer__standing=Standing.LEFT)
        related = ending.select_related("trade", "volunteer__contact", "volunteer__home__state")
        return related.order_by("valid_until", "volunteer__folded", "pk")


class Qualification(models.Model):
    """One volunteer's level in one trade, how it is known, and until when it is valid."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="qualifications", verbose_name=_("volunteer"))
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="qualifications", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    basis = models.CharField(_("how it is known"), max_length=10, choices=Basis, default=Basis.DECLARED)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = QualificationQuerySet.as_manager()
    history = keep_history(dies_with_row=True)

    class Meta:
        ordering = ["-level", "trade__folded"]
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "trade"], name="qualification_once_per_trade"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="qualification_level_is_known"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="qualification_basis_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.level}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def touching(self, first: date, last: date) -> Self:
        return self.filter(first_day__lte=last, last_day__gte=first)


class Absence(models.Model):
    """Days, first and last included, on which a volunteer cannot come."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="absences", verbose_name=_("volunteer"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["first_day"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"
