"""Everything that writes the messages that people send us: receive, answer, note what became of ours, forget."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from epo.contacts import phones
from epo.contacts.models import Contact
from epo.core.leases import Lease, hold
from epo.notifications import gateway, linking, telegram
from epo.notifications.events import DELIVERED, FAILED, RECEIVED, Unreachable
from epo.notifications.incoming import Said, answer_to
from epo.notifications.models import Notification, Received, language_of
from epo.notifications.tasks import answer_message
from epo.work.nudge import nudge

if TYPE_CHECKING:
    from datetime import datetime

    from epo.notifications.events import Event

MOST_TRIES = 20
KEPT_FOR = timedelta(days=30)
NOTICE = "notice-"
COMMANDS = {"/start": "AYUDA", "/help": "AYUDA", "/stop": "BAJA"}
"""What Telegram's own buttons say, in our words."""

log = logging.getLogger(__name__)


def receive(*, event: Event) -> None:
    """On disk when this returns. The same message again changes nothing."""
    if event.kind == RECEIVED:
        said = {"way": event.way, "sender": event.sender, "text": event.text}
        row, is_new = Received.objects.get_or_create(provider_id=event.id, defaults=said)
        if is_new:
            nudge(answer_message, row.pk)
    elif event.id.startswith(NOTICE) and event.id.removeprefix(NOTICE).isdigit():
        _note(int(event.id.removeprefix(NOTICE)), event.kind)


def _note(pk: int, kind: str) -> None:
    ours = Notification.objects.filter(pk=pk, delivered_at=None)
    if kind == DELIVERED:
        ours.update(delivered_at=now(), undelivered_at=None)
    elif kind == FAILED:
        ours.update(undelivered_at=now())


def answer(*, received_id: int) -> None:
    """What is asked for is done and answered once; the answer's text leaves afterwards, and is tried again."""
    try:
        with hold(Received.objects.all(), received_id) as lease:
            if lease is not None:
                _answer_under(lease)
    except Exception as error:  # noqa: BLE001 -- any failure; the row keeps its type and its next try
        log.warning("message %s was not answered (%s)", received_id, type(error).__name__)


def _answer_under(lease: Lease[Received]) -> None:
    with transaction.atomic():
        row = lease.row()
        if row.tries > MOST_TRIES:
            row.failed_at = now()
        elif row.answered_at is None:
            row.reply, row.answered_at = _reply_to(row), now()
        row.save(update_fields=["reply", "answered_at", "failed_at"])
    if row.reply and row.failed_at is None and row.reply_sent_at is None:
        became = "reply_sent_at" if _reply(row) else "failed_at"
        with transaction.atomic():
            row = lease.row()
            setattr(row, became, now())
            row.save(update_fields=[became])


def _reply(row: Received) -> bool:
    """False where it can never arrive."""
    try:
        if row.way == "telegram":
            telegram.send(chat=row.sender, text=row.reply)
        else:
            gateway.send(to=row.sender, text=row.reply, message_id=f"reply-{row.pk}")
    except Unreachable:
        return False
    return True


def _reply_to(row: Received) -> str:
    """Nothing to what no person wrote: two machines would answer each other, and each text costs."""
    if row.way != "telegram":
        return answer_to(_said(row, row.text)) if phones.is_one(row.sender) else ""
    linking.note_open(chat=row.sender)
    command, _space, code = row.text.strip().partition(" ")
    if command == "/start" and code:
        return _link(row, code.strip())
    said = _said(row, COMMANDS.get(command, row.text))
    if command == "/start" and said.contact is None:
        return _("Open “How you hear from us” on our page, and press “Link Telegram” there.")
    return answer_to(said)


def _link(row: Received, code: str) -> str:
    contact = linking.link(chat=row.sender, code=code)
    if contact is None:
        return _("This link has run out. Make a new one on our page, under “How you hear from us”.")
    with translation.override(language_of(contact)):
        return _("Linked. What concerns you comes here now; AYUDA tells what you can write.")


def _said(row: Received, text: str) -> Said:
    who = {"telegram__chat": row.sender} if row.way == "telegram" else {"phone": row.sender}
    known = tuple(Contact.objects.select_related("preference").filter(**who).order_by("pk"))
    only = known[0] if len(known) == 1 else None
    return Said(way=row.way, sender=row.sender, contact=only, contacts=known, text=text, at=row.received_at)


def texts_today() -> int:
    """Those that cost: notices and answers that left since midnight."""
    midnight = localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    notices = Notification.objects.filter(way="sms", sent_at__gte=midnight).count()
    return notices + Received.objects.filter(way="sms", reply_sent_at__gte=midnight).count()


def next_free_day() -> datetime | None:
    """When the next text that can wait may leave, where today's are used up."""
    if texts_today() < settings.SMS_A_DAY:
        return None
    return (localtime() + timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)


def forget_old() -> int:
    """Words and numbers stay a month, what came of them stays where it was done."""
    old = Received.objects.filter(received_at__lt=now() - KEPT_FOR).exclude(sender="", text="", reply="")
    return old.update(sender="", text="", reply="", answered_at=now())
