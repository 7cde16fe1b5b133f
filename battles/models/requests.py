from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.states import Brings, NeedKind, NeedState, RequestState
from epo.accounts.models import coordinated_by
from factories.models import BreakdownReport, Factory, Machine, MachineKind, Membership
from factories.states import Condition
from volunteers.models import Trade
from volunteers.states import Level

if TYPE_CHECKING:
    from epo.accounts.models import User


class DemandFields(models.Model):
    """A line of work: so many people of a trade, at this level or above, for so many days."""

    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    level = models.PositiveSmallIntegerField(_("lowest level"), choices=Level, default=Level.WORKER)
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    days = models.PositiveSmallIntegerField(_("days"), default=1)

    class Meta:
        abstract = True


class UsualDemand(DemandFields):
    """What a breakdown of this kind of machine usually asks for; requests start with it."""

    kind = models.ForeignKey(MachineKind, models.CASCADE, related_name="usual_demands", verbose_name=_("machine kind"))

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("usual demand")
        verbose_name_plural = _("usual demands")
        constraints = [
            models.UniqueConstraint(fields=["kind", "trade", "level"], name="usual_demand_once"),
            models.CheckConstraint(condition=Q(people__gte=1, days__gte=1), name="usual_demand_is_some"),
        ]

    def __str__(self) -> str:
        return f"{self.people} × {self.trade} {self.level}"


class RepairRequestQuerySet(models.QuerySet["RepairRequest"]):
    def visible_to(self, user: User) -> Self:
        members = Membership.objects.filter(user=user.pk).values("factory")
        return self.filter(coordinated_by(user, "factory__municipality__state__region") | Q(factory__in=members))

    def coordinated_by(self, user: User) -> Self:
        return self.filter(coordinated_by(user, "factory__municipality__state__region"))

    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def unfinished(self) -> Self:
        return self.filter(state__in=[RequestState.OPEN, RequestState.PLANNED, RequestState.UNDER_REPAIR])


class RepairRequest(models.Model):
    """What a coordinator made of one or more reports on a machine."""

    factory = models.ForeignKey(Factory, models.PROTECT, related_name="requests", verbose_name=_("work unit"))
    machine = models.ForeignKey(
        Machine, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("machine")
    )
    title = models.CharField(_("what is to be repaired"), max_length=160)
    description = models.TextField(_("what is known"), blank=True)
    condition = models.CharField(_("how the machine is"), max_length=9, choices=Condition, default=Condition.STOPPED)
    output_lost = models.DecimalField(
        _("output lost a day (share of the line, %)"), max_digits=5, decimal_places=2, null=True, blank=True,
        help_text=_("Empty: not known."),
    )  # fmt: skip
    stopped_since = models.DateField(_("broken since"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=RequestState, default=RequestState.OPEN, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    opened_at = models.DateTimeField(_("opened"), default=now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    in_hand_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in the hands of"),
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)

    objects = RepairRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = _("repair request")
        verbose_name_plural = _("repair requests")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_is_known"),
            models.CheckConstraint(condition=Q(condition__in=Condition.values), name="request_condition_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class RequestReport(models.Model):
    """Ties a report to its request; a report belongs to one at most."""

    request = models.ForeignKey(
        RepairRequest, models.CASCADE, related_name="report_links", verbose_name=_("repair request")
    )
    report = models.OneToOneField(
        BreakdownReport, models.CASCADE, related_name="request_link", verbose_name=_("breakdown report")
    )

    class Meta:
        verbose_name = _("report of a request")
        verbose_name_plural = _("reports of requests")

    def __str__(self) -> str:
        return f"{self.request_id} ← {self.report_id}"


class Demand(DemandFields):
    request = models.ForeignKey(RepairRequest, models.CASCADE, related_name="demands", verbose_name=_("repair request"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1, days__gte=1), name="demand_is_some"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="demand_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.people} × {self.trade} {self.level}"


class Need(models.Model):
    """A part, tool or material that a request needs, and who brings it."""

    request = models.ForeignKey(RepairRequest, models.CASCADE, related_name="needs", verbose_name=_("repair request"))
    kind = models.CharField(_("kind"), max_length=8, choices=NeedKind, default=NeedKind.PART)
    what = models.CharField(_("what"), max_length=120)
    measures = models.CharField(_("measures"), max_length=120, blank=True)
    quantity = models.CharField(_("quantity"), max_length=30, blank=True)
    brings = models.CharField(_("who brings it"), max_length=9, choices=Brings, default=Brings.UNKNOWN)
    state = models.CharField(_("state"), max_length=7, choices=NeedState, default=NeedState.MISSING)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_is_known")]

    def __str__(self) -> str:
        return self.what


class PlantDecision(models.Model):
    """The place of a plant in the order that the coordinators decided. Its weight is the matcher's."""

    factory = models.OneToOneField(Factory, models.CASCADE, related_name="decision", verbose_name=_("work unit"))
    position = models.PositiveIntegerField(_("position"))
    weight = models.PositiveSmallIntegerField(_("weight (1 to 10)"), default=5)
    why = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    at = models.DateTimeField(_("decided at"), default=now)

    class Meta:
        ordering = ["position"]
        verbose_name = _("decision on a plant")
        verbose_name_plural = _("decisions on plants")
        constraints = [models.CheckConstraint(condition=Q(weight__range=(1, 10)), name="decision_weight_in_range")]

    def __str__(self) -> str:
        return f"{self.position}. {self.factory}"
