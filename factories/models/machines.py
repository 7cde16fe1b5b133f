from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinated_by
from epo.core.history import DERIVED, keep_history
from factories.models.plants import Factory, Line, Membership
from factories.states import Condition

if TYPE_CHECKING:
    from epo.accounts.models import User


class MachineKind(models.Model):
    """Catalogue entry: oven, boiler, pump… Usual faults hang on it, and (in battles) usual demands."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_es = models.CharField(_("name in Spanish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    folded = models.CharField(_("search text"), max_length=300, editable=False, blank=True)

    history = keep_history(without=DERIVED)

    class Meta:
        ordering = ["folded", "name_es"]
        verbose_name = _("machine kind")
        verbose_name_plural = _("machine kinds")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_es


class CommonFault(models.Model):
    kind = models.ForeignKey(MachineKind, models.CASCADE, related_name="faults", verbose_name=_("machine kind"))
    code = models.SlugField(_("code"), max_length=40)
    name_es = models.CharField(_("name in Spanish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("common fault")
        verbose_name_plural = _("common faults")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="fault_once_per_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_es


class MachineModel(models.Model):
    kind = models.ForeignKey(MachineKind, models.PROTECT, related_name="models", verbose_name=_("machine kind"))
    maker = models.CharField(_("maker"), max_length=80)
    name = models.CharField(_("model"), max_length=80)

    history = keep_history()

    class Meta:
        ordering = ["maker", "name"]
        verbose_name = _("machine model")
        verbose_name_plural = _("machine models")
        constraints = [models.UniqueConstraint(fields=["kind", "maker", "name"], name="model_once")]

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"


class MachineQuerySet(models.QuerySet["Machine"]):
    def visible_to(self, user: User) -> Self:
        members = Membership.objects.filter(user=user.pk).values("factory")
        return self.filter(coordinated_by(user, "factory__municipality__state__region") | Q(factory__in=members))

    def told_of_by(self, user: User) -> Self:
        return self.filter(factory__in=Factory.objects.told_of_by(user))


class Machine(models.Model):
    """A machine of a plant. What it is called there is free; its kind and model come from the catalogue."""

    factory = models.ForeignKey(Factory, models.PROTECT, related_name="machines", verbose_name=_("work unit"))
    line = models.ForeignKey(
        Line, models.SET_NULL, null=True, blank=True, related_name="machines", verbose_name=_("line")
    )
    kind = models.ForeignKey(MachineKind, models.PROTECT, related_name="machines", verbose_name=_("machine kind"))
    model = models.ForeignKey(
        MachineModel, models.PROTECT, null=True, blank=True, related_name="machines", verbose_name=_("model")
    )
    name = models.CharField(_("name in the plant"), max_length=80)
    folded = models.CharField(_("search text"), max_length=300, editable=False)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    is_retired = models.BooleanField(_("taken out of use"), default=False)

    objects = MachineQuerySet.as_manager()
    history = keep_history(without=DERIVED)

    class Meta:
        ordering = ["factory", "folded", "pk"]
        verbose_name = _("machine")
        verbose_name_plural = _("machines")
        constraints = [models.UniqueConstraint(fields=["factory", "name"], name="machine_once_per_factory")]

    def __str__(self) -> str:
        return self.name


class LabelQuerySet(models.QuerySet["Label"]):
    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    def of_plant(self, factory: Factory) -> Self:
        """Its own, and those of its machines."""
        return self.filter(Q(factory=factory) | Q(machine__factory=factory))


class Label(models.Model):
    """A QR token and a short number for a machine or a whole plant. Retired ones stay, and say so."""

    token = models.SlugField(_("token"), max_length=24, unique=True)
    number = models.PositiveIntegerField(_("short number"), unique=True)
    machine = models.ForeignKey(
        Machine, models.CASCADE, null=True, blank=True, related_name="labels", verbose_name=_("machine")
    )
    factory = models.ForeignKey(
        Factory, models.CASCADE, null=True, blank=True, related_name="labels", verbose_name=_("work unit")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [
            models.CheckConstraint(
                condition=Q(machine=None, factory__isnull=False) | Q(machine__isnull=False, factory=None),
                name="label_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["machine"],
                condition=Q(retired_at=None, machine__isnull=False),
                name="machine_has_one_label",
            ),
            models.UniqueConstraint(
                fields=["factory"],
                condition=Q(retired_at=None, factory__isnull=False),
                name="factory_has_one_label",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class MachineStatus(models.Model):
    """How a machine was from `since` until `until`; the open one (until is empty) is how it is now."""

    machine = models.ForeignKey(Machine, models.CASCADE, related_name="statuses", verbose_name=_("machine"))
    state = models.CharField(_("state"), max_length=9, choices=Condition)
    since = models.DateTimeField(_("since"), default=now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    class Meta:
        ordering = ["-since"]
        verbose_name = _("machine status")
        verbose_name_plural = _("machine statuses")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Condition.values), name="machine_status_is_known"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="status_ends_after_it_begins"),
            models.UniqueConstraint(fields=["machine"], condition=Q(until=None), name="machine_has_one_status_now"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_state_display()
