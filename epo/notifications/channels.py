"""Ways by which a message reaches people outside these pages. A new way is a class and a line in CHANNELS and WAYS."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from epo.notifications import gateway, gsm, linking, telegram
from epo.notifications.events import Unreachable
from epo.notifications.models import WAYS

if TYPE_CHECKING:
    from epo.notifications.kinds import Message
    from epo.notifications.models import Notification

REFUSED_FOR_GOOD = 500
LONGEST = 4_000


class Channel(Protocol):
    way: str

    def reaches(self, note: Notification) -> bool: ...

    def send(self, note: Notification, message: Message) -> None:
        """Hand the message over, or raise: it is tried again later, and the error's text is not logged.

        Unreachable where trying again is of no use.
        """


class Email:
    way = "email"

    def reaches(self, note: Notification) -> bool:
        return bool(note.contact.email)

    def send(self, note: Notification, message: Message) -> None:
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        # The same id whenever it is sent again, so that mail programs show a repeated message once.
        headers = {"Message-ID": f"<notice-{note.pk}@{host}>", "Auto-Submitted": "auto-generated"}
        mail = EmailMessage(
            subject=" ".join(message.subject.split()),
            body=email_text(message, note),
            to=[note.contact.email],
            headers=headers,
        )
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            if all(code >= REFUSED_FOR_GOOD for code, _said in error.recipients.values()):
                raise Unreachable from None
            raise


class Sms:
    """One text of at most 160 signs."""

    way = "sms"

    def reaches(self, note: Notification) -> bool:
        return gateway.is_set_up() and bool(note.contact.phone)

    def send(self, note: Notification, message: Message) -> None:
        text = message.short or gsm.shorten(message.subject)
        gateway.send(to=note.contact.phone, text=text, message_id=f"notice-{note.pk}")


class Telegram:
    """A message in the chat with our bot, for who has linked it."""

    way = "telegram"

    def reaches(self, note: Notification) -> bool:
        link = getattr(note.contact, "telegram", None)
        return telegram.is_set_up() and link is not None and link.is_open

    def send(self, note: Notification, message: Message) -> None:
        parts = [message.subject, message.body, absolute(message.url) if message.url else ""]
        chat, text = note.contact.telegram.chat or "", "\n\n".join(part for part in parts if part)
        try:
            telegram.send(chat=chat, text=text[:LONGEST])
        except Unreachable:
            linking.note_blocked(chat=chat)
            raise


def email_text(message: Message, note: Notification) -> str:
    foot = "-- \n" + _("Productive Workers' Army")
    if note.contact.user_id is not None:
        wishes = _("Turn these e-mails off: %(url)s") % {"url": absolute(reverse("notifications:wishes"))}
        foot = f"{foot}\n{wishes}"
    parts = [message.body, absolute(message.url) if message.url else "", foot]
    return "\n\n".join(part for part in parts if part) + "\n"


def absolute(url: str) -> str:
    return url if "://" in url else f"{settings.SITE_URL}{url}"


CHANNELS: dict[str, Channel] = {channel.way: channel for channel in (Email(), Telegram(), Sms())}


def channels_for(note: Notification) -> list[Channel]:
    """Those that reach the person, in their order; without one, the notice stands in their list only."""
    preference = getattr(note.contact, "preference", None)
    wanted = [CHANNELS[way] for way in (preference.ways if preference else WAYS) if way in CHANNELS]
    return [channel for channel in wanted if channel.reaches(note)]
