from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """A strategic region (REDI): a group of states with coordinators of its own."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["name"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name


class State(models.Model):
    """One of the 25 entities of ISO 3166-2:VE."""

    code = models.CharField(_("ISO code"), max_length=6, unique=True)
    name = models.CharField(_("name"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="states", verbose_name=_("region"))
    folded = models.CharField(_("search text"), max_length=200, editable=False, help_text=_("Holds old names too."))

    class Meta:
        ordering = ["folded"]
        verbose_name = _("state")
        verbose_name_plural = _("states")

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """Its coordinates are those of its seat; distances between places start and end there."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    state = models.ForeignKey(State, models.PROTECT, related_name="municipalities", verbose_name=_("state"))
    name = models.CharField(_("name"), max_length=80)
    seat = models.CharField(_("seat"), max_length=80)
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))
    folded = models.CharField(_("search text"), max_length=250, editable=False)

    class Meta:
        ordering = ["folded", "pk"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            models.UniqueConstraint(fields=["state", "name"], name="municipality_once_per_state"),
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="municipality_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state.name}"
