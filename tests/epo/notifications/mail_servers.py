from __future__ import annotations

import smtplib
from datetime import timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.utils.timezone import now

from epo.notifications.models import Notification


class Refusing(BaseEmailBackend):
    """A mail server that refuses everybody for now and, as real ones do, names the address."""

    code = 451

    def send_messages(self, email_messages):
        raise smtplib.SMTPRecipientsRefused({to: (self.code, b"unknown") for each in email_messages for to in each.to})


class Unknown(Refusing):
    """There is no such mailbox, and there will be none."""

    code = 550


class Slow(BaseEmailBackend):
    """So slow that another worker takes the notice over meanwhile."""

    def send_messages(self, email_messages):
        for note in Notification.objects.all():
            Notification.objects.filter(pk=note.pk).update(leased_until=now() - timedelta(seconds=1))
            Notification.objects.all().claim(note.pk)
        return len(email_messages)
