from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from battles.states import TalkKind, TalkStep
from epo.accounts.models import coordinated_by
from epo.contacts.models import Contact
from factories.models import BreakdownReport, Factory, Label, Machine

if TYPE_CHECKING:
    from epo.accounts.models import User

SENDER_LENGTH = 32


class TalkQuerySet(models.QuerySet["Talk"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def drafts(self) -> Self:
        """What was left half told, or was told by somebody who may not: a coordinator looks at it."""
        return self.filter(is_draft=True, handled_at=None)

    def coordinated_by(self, user: User) -> Self:
        return self.filter(coordinated_by(user, "factory__municipality__state__region"))

    def visible_to(self, user: User) -> Self:
        return self.coordinated_by(user)


class Talk(models.Model):
    """A conversation by messages, of a few questions. Who sends is known by a keyed hash; the number is a contact's.

    `said` holds what was told so far, never a name or a number.
    """

    kind = models.CharField(_("about"), max_length=6, choices=TalkKind, default=TalkKind.REPORT)
    way = models.CharField(_("way"), max_length=8)
    sender = models.CharField(_("sender"), max_length=SENDER_LENGTH, editable=False)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact details")
    )
    label = models.ForeignKey(Label, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("label"))
    factory = models.ForeignKey(
        Factory, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("work unit")
    )
    machine = models.ForeignKey(
        Machine, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("machine")
    )
    step = models.CharField(_("asked last"), max_length=9, choices=TalkStep, blank=True)
    asked = models.PositiveSmallIntegerField(_("questions asked"), default=0)
    said: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("said so far"), default=dict, blank=True
    )
    begun_at = models.DateTimeField(_("begun"), default=now)
    last_at = models.DateTimeField(_("last heard"), default=now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    report = models.OneToOneField(
        BreakdownReport,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="talk",
        verbose_name=_("breakdown report"),
    )
    is_draft = models.BooleanField(_("left half told"), default=False)
    in_hand_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in the hands of"),
    )
    handled_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        verbose_name = _("conversation by messages")
        verbose_name_plural = _("conversations by messages")
        indexes = [models.Index(fields=["last_at"], condition=Q(ended_at=None), name="talk_open_by_last")]
        constraints = [
            models.UniqueConstraint(
                fields=["way", "sender"], condition=Q(ended_at=None), name="one_open_talk_of_a_sender"
            ),
            models.CheckConstraint(condition=Q(kind__in=TalkKind.values), name="talk_kind_is_known"),
            models.CheckConstraint(
                condition=Q(is_draft=False) | Q(ended_at__isnull=False), name="talk_draft_has_ended"
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None) | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="talk_handled_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.begun_at:%Y-%m-%d %H:%M}"

    @property
    def condition(self) -> str:
        return str(self.said.get("condition", ""))

    @property
    def text(self) -> str:
        """In the person's own words, a line for each message."""
        return "\n".join(self.said.get("text", []))

    @property
    def machine_name(self) -> str:
        return str(self.said.get("machine_name", ""))

    @property
    def what(self) -> str:
        """The machine's name as well as it is known."""
        return self.machine.name if self.machine is not None else self.machine_name
