from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.contacts.models import Contact
from epo.core.models import Leased, LeasedQuerySet

if TYPE_CHECKING:
    from epo.core.types import Actor


class Preference(models.Model):
    """How a person wants to hear from us; without one, the defaults of the fields hold."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, related_name="preference", verbose_name=_("contact details")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    by_email = models.BooleanField(_("by e-mail"), default=True)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return f"{self.contact_id} · {self.language}"


class NotificationQuerySet(LeasedQuerySet["Notification"]):
    def unfinished(self) -> Self:
        """Not sent, not given up, and its hour has come: what a worker should take."""
        return self.filter(sent_at=None, failed_at=None).filter(Q(not_before=None) | Q(not_before__lte=now()))

    def with_due_at(self) -> Self:
        return self.annotate(due_at=Coalesce("not_before", "created_at"))

    def to_user(self, user: Actor) -> Self:
        """What stands in the user's list: everything whose hour has come."""
        return self.filter(contact__user=user.pk).filter(Q(not_before=None) | Q(not_before__lte=now()))

    def visible_to(self, user: Actor) -> Self:
        return self.to_user(user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(Leased):
    """One event told to one person. The key makes it unique, so an event told twice is told once.

    `context` holds ids only; the words are made when it is shown or sent, in the reader's language.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notifications", verbose_name=_("to"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=120, unique=True)
    context = models.JSONField(_("context"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    is_urgent = models.BooleanField(_("urgent: also at night"), default=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(failed_at=None), name="notification_sent_or_failed")
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.contact_id}"

    @property
    def is_due(self) -> bool:
        return self.sent_at is None and self.failed_at is None and (self.not_before or self.created_at) <= now()
