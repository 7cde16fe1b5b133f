from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinated_by
from epo.contacts.models import Contact
from epo.core.models import Leased, LeasedQuerySet
from epo.places.models import Municipality
from factories.content import draft_key
from factories.models.machines import CommonFault, Label, Machine, MachineKind
from factories.models.plants import Factory, Membership
from factories.states import Condition, MemberRole, PhotoProblem, PhotoState, ReportState

if TYPE_CHECKING:
    from epo.accounts.models import User


def new_status_token() -> str:
    return secrets.token_urlsafe(18)


class BreakdownReportQuerySet(models.QuerySet["BreakdownReport"]):
    def visible_to(self, user: User) -> Self:
        """Reports of one's regions, and of the plants of which one is a member.

        A report without a known plant has only its municipality to go by; where even that is missing,
        the nation's coordinators see it. Who reported is never shown to a plant's management: see `may_see_reporter`.
        """
        members = Membership.objects.filter(user=user.pk).values("factory")
        return self.filter(self._coordinated_by(user) | Q(factory__in=members))

    def coordinated_by(self, user: User) -> Self:
        return self.filter(self._coordinated_by(user))

    def _coordinated_by(self, user: User) -> Q:
        return Q(factory__isnull=False) & coordinated_by(user, "factory__municipality__state__region") | Q(
            factory=None
        ) & coordinated_by(user, "municipality__state__region")

    def open(self) -> Self:
        """Breakdowns that nobody has dealt with to the end."""
        return self.filter(state__in=[ReportState.NEW, ReportState.JOINED, ReportState.REQUESTED], closed_at=None)


class BreakdownReport(models.Model):
    """What a worker sent. The sender makes the id, so that sending again stores nothing twice."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4)
    number = models.PositiveIntegerField(_("receipt number"), unique=True)
    status_token = models.SlugField(_("token of the status page"), max_length=32, unique=True, default=new_status_token)
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=ReportState, default=ReportState.NEW, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    label = models.ForeignKey(
        Label, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("label"), db_index=False
    )
    machine = models.ForeignKey(
        Machine, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("machine")
    )
    factory = models.ForeignKey(
        Factory, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("work unit")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    plant_name = models.CharField(_("plant, as written"), max_length=120, blank=True)
    machine_name = models.CharField(_("machine, as written"), max_length=120, blank=True)
    kind = models.ForeignKey(
        MachineKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("machine kind")
    )

    condition = models.CharField(_("how it is"), max_length=9, choices=Condition)
    faults = models.ManyToManyField(CommonFault, blank=True, related_name="reports", verbose_name=_("faults"))
    text = models.TextField(_("what happened"), blank=True)
    folded = models.TextField(_("search text"), blank=True, editable=False)
    reporter = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reporter")
    )
    language = models.CharField(_("language"), max_length=5, default="es")

    sent_at = models.DateTimeField(_("written at, by the phone's clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), default=now, db_index=True)
    sender = models.CharField(_("sender"), max_length=16, blank=True, default="", editable=False)
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="same", verbose_name=_("same as")
    )
    reason = models.TextField(_("reason or answer"), blank=True)
    answered_with = models.CharField(_("solved with the help of"), max_length=120, blank=True)
    in_hand_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in the hands of"),
    )
    again_at = models.DateTimeField(_("broken again at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("repaired at"), null=True, blank=True)

    objects = BreakdownReportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("breakdown report")
        verbose_name_plural = _("breakdown reports")
        indexes = [models.Index(fields=["label", "received_at"], name="report_label_received")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_is_known"),
            models.CheckConstraint(condition=Q(condition__in=Condition.values), name="report_condition_is_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.SAME_AS, same_as__isnull=False)
                | (~Q(state=ReportState.SAME_AS) & Q(same_as=None)),
                name="report_same_as_names_the_other",
            ),
        ]

    def __str__(self) -> str:
        return f"R-{self.number}"

    @property
    def what(self) -> str:
        """The machine's name as well as it is known."""
        if self.machine is not None:
            return self.machine.name
        return self.machine_name or (self.kind.name if self.kind else "")

    @property
    def where(self) -> str:
        return self.factory.name if self.factory is not None else self.plant_name

    @property
    def draft_key(self) -> str:
        """The receipt drops this draft from the phone."""
        return draft_key(
            label=self.label_id,
            factory=self.factory_id,
            machine=self.machine_id,
            municipality=self.municipality_id,
        )


def may_see_reporter(user: User, report: BreakdownReport) -> bool:
    """Coordinators in charge may; nobody of the plant may, management least of all."""
    if Membership.objects.filter(user=user.pk, factory=report.factory_id, role=MemberRole.MANAGER).exists():
        return False
    return BreakdownReport.objects.coordinated_by(user).filter(pk=report.pk).exists()


class ReportVariant(models.Model):
    """The same id with other content: kept for a coordinator, never merged by itself."""

    report = models.ForeignKey(
        BreakdownReport, models.CASCADE, related_name="variants", verbose_name=_("breakdown report")
    )
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    body = models.JSONField(_("content"))
    received_at = models.DateTimeField(_("received at"), default=now)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        ordering = ["received_at"]
        verbose_name = _("variant of a report")
        verbose_name_plural = _("variants of reports")
        constraints = [models.UniqueConstraint(fields=["report", "content_hash"], name="variant_once")]

    def __str__(self) -> str:
        return f"{self.report} · {self.content_hash[:8]}"


class RawIntake(models.Model):
    """What arrived and could not be read, kept as it came for a coordinator, and erased once it is dealt with."""

    key = models.CharField(_("key"), max_length=64, unique=True, help_text=_("Hash of address and body."))
    path = models.CharField(_("address it was sent to"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100, blank=True)
    body = models.BinaryField(_("body"))
    size = models.PositiveIntegerField(_("size (bytes)"), default=0)
    problem = models.CharField(_("what was wrong"), max_length=200)
    received_at = models.DateTimeField(_("received at"), default=now, db_index=True)
    sender = models.CharField(_("sender"), max_length=16, blank=True, default="", editable=False)
    handled_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("unreadable intake")
        verbose_name_plural = _("unreadable intakes")
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None) | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="intake_handled_by_someone",
            ),
            models.CheckConstraint(condition=Q(handled_at=None) | Q(body=b""), name="intake_is_erased_once_handled"),
        ]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} · {self.problem}"


class PhotoQuerySet(LeasedQuerySet["Photo"]):
    def unfinished(self) -> Self:
        return self.filter(state=PhotoState.WAITING)

    def ready(self) -> Self:
        return self.filter(state=PhotoState.READY)


class Photo(Leased):
    """The sender makes the id. The file as sent is deleted once it is re-encoded without its metadata."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4)
    report = models.ForeignKey(
        BreakdownReport, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("breakdown report"),
        help_text=_("Empty: of work in a plant."),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=8, choices=PhotoState, default=PhotoState.WAITING)
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    original = models.FileField(_("as sent"), upload_to="photos/original/", blank=True)
    image = models.FileField(_("re-encoded"), upload_to="photos/", blank=True)
    small = models.FileField(_("small"), upload_to="photos/small/", blank=True)
    size = models.PositiveIntegerField(_("bytes on disk"), default=0, editable=False)
    problem = models.CharField(_("what was wrong"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"), default=now)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["received_at"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [models.CheckConstraint(condition=Q(state__in=PhotoState.values), name="photo_state_is_known")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def why_refused(self) -> str:
        """`problem` as a sentence for people."""
        return str(PhotoProblem(self.problem).label) if self.problem in PhotoProblem.values else self.problem
