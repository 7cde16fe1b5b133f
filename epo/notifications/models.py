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
    from epo.notifications.quiet import Hours


WAYS = {"email": _("E-mail"), "telegram": _("Telegram"), "sms": _("Text message")}
"""In the order in which they are tried for who has said nothing."""
DIGEST = "notices.digest"
"""The kind of the one message a day in which others are told."""


def all_ways() -> list[str]:
    return list(WAYS)


class Preference(models.Model):
    """How a person wants to hear from us; without one, the defaults of the fields hold."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, related_name="preference", verbose_name=_("contact details")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    ways = models.JSONField(_("ways, the first one first"), default=all_ways, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest = models.BooleanField(_("what can wait in one message a day"), default=False)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} · {self.language}"

    @property
    def quiet(self) -> Hours | None:
        return (self.quiet_from, self.quiet_until) if self.quiet_from and self.quiet_until else None


class TelegramLink(models.Model):
    """Whose chat with our bot it is. The code, of which we keep the hash alone, says so once and not for long."""

    contact = models.OneToOneField(Contact, models.CASCADE, related_name="telegram", verbose_name=_("contact details"))
    chat = models.CharField(_("chat"), max_length=20, unique=True, null=True, blank=True)
    code_hash = models.CharField(_("hash of the code"), max_length=64, blank=True, db_index=True)
    code_until = models.DateTimeField(_("code holds until"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("shut us out"), null=True, blank=True)

    class Meta:
        verbose_name = _("Telegram chat")
        verbose_name_plural = _("Telegram chats")

    def __str__(self) -> str:
        return f"#{self.contact_id}"

    @property
    def is_open(self) -> bool:
        return bool(self.chat) and self.blocked_at is None


class NotificationQuerySet(LeasedQuerySet["Notification"]):
    def unfinished(self) -> Self:
        """Not sent, not given up, told in no other, and its hour has come: what a worker should take."""
        return self.filter(sent_at=None, failed_at=None, told_in=None).filter(
            Q(not_before=None) | Q(not_before__lte=now())
        )

    def with_due_at(self) -> Self:
        return self.annotate(due_at=Coalesce("not_before", "created_at"))

    def to_user(self, user: Actor) -> Self:
        """What stands in the user's list: everything whose hour has come."""
        mine = self.filter(contact__user=user.pk).exclude(kind=DIGEST)
        return mine.filter(Q(not_before=None) | Q(not_before__lte=now()))

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
    way = models.CharField(_("sent by"), max_length=8, blank=True, choices=list(WAYS.items()))
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    undelivered_at = models.DateTimeField(_("not delivered"), null=True, blank=True)
    told_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="tells", verbose_name=_("told in")
    )

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
        is_open = self.sent_at is None and self.failed_at is None and self.told_in_id is None
        return is_open and (self.not_before or self.created_at) <= now()


class ReceivedQuerySet(LeasedQuerySet["Received"]):
    def unfinished(self) -> Self:
        """Not answered yet, or the answer has not left."""
        waits = Q(answered_at=None) | ~Q(reply="") & Q(reply_sent_at=None)
        return self.filter(waits, failed_at=None)


class Received(Leased):
    """A message that somebody sent us. It is stored before the gateway hears that it arrived, and once."""

    way = models.CharField(_("by way of"), max_length=8, choices=list(WAYS.items()), default="sms")
    provider_id = models.CharField(_("id of the gateway"), max_length=64, unique=True)
    sender = models.CharField(_("from"), max_length=20, blank=True)
    text = models.TextField(_("text"), blank=True)
    received_at = models.DateTimeField(_("received at"), default=now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    reply = models.CharField(_("reply"), max_length=320, blank=True)
    reply_sent_at = models.DateTimeField(_("reply sent at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")

    def __str__(self) -> str:
        return f"#{self.pk}"


def language_of(contact: Contact) -> str:
    preference = getattr(contact, "preference", None)
    return preference.language if preference else settings.LANGUAGE_CODE


def quiet_of(contact: Contact) -> Hours | None:
    preference = getattr(contact, "preference", None)
    return preference.quiet if preference else None
