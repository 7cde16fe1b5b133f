"""Ways by which a message reaches people outside these pages. A new way is a class and a line in CHANNELS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from epo.notifications import gateway, gsm

if TYPE_CHECKING:
    from epo.notifications.kinds import Message
    from epo.notifications.models import Notification


class Channel(Protocol):
    way: str

    def reaches(self, note: Notification) -> bool: ...

    def send(self, note: Notification, message: Message) -> None:
        """Hand the message over, or raise: it is tried again later, and the error's text is not logged."""


class Email:
    way = "email"

    def reaches(self, note: Notification) -> bool:
        preference = getattr(note.contact, "preference", None)
        return bool(note.contact.email) and (preference is None or preference.by_email)

    def send(self, note: Notification, message: Message) -> None:
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        # The same id whenever it is sent again, so that mail programs show a repeated message once.
        headers = {"Message-ID": f"<notice-{note.pk}@{host}>", "Auto-Submitted": "auto-generated"}
        EmailMessage(
            subject=" ".join(message.subject.split()),
            body=email_text(message, note),
            to=[note.contact.email],
            headers=headers,
        ).send()


class Sms:
    """For who has no e-mail, or does not want it: one text of at most 160 signs."""

    way = "sms"

    def reaches(self, note: Notification) -> bool:
        preference = getattr(note.contact, "preference", None)
        return gateway.is_set_up() and bool(note.contact.phone) and (preference is None or preference.by_sms)

    def send(self, note: Notification, message: Message) -> None:
        text = message.short or gsm.shorten(message.subject)
        gateway.send(to=note.contact.phone, text=text, message_id=f"notice-{note.pk}")


def email_text(message: Message, note: Notification) -> str:
    foot = "-- \n" + _("Productive Workers' Army")
    if note.contact.user_id is not None:
        wishes = _("Turn these e-mails off: %(url)s") % {"url": absolute(reverse("notifications:wishes"))}
        foot = f"{foot}\n{wishes}"
    parts = [message.body, absolute(message.url) if message.url else "", foot]
    return "\n\n".join(part for part in parts if part) + "\n"


def absolute(url: str) -> str:
    return url if "://" in url else f"{settings.SITE_URL}{url}"


CHANNELS: list[Channel] = [Email(), Sms()]


def channel_for(note: Notification) -> Channel | None:
    """The first that reaches the person; without one, the notice stands in their list only."""
    return next((channel for channel in CHANNELS if channel.reaches(note)), None)
