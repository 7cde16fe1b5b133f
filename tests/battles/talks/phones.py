"""A phone in somebody's hand: what is typed there, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import now

from epo.contacts.models import Contact
from epo.notifications import gsm
from epo.notifications.incoming import Said, answer_to


@dataclass(frozen=True)
class Phone:
    """`phone("SI K7Q2")` sends it, as the worker does: within one transaction. Every answer fits into one message."""

    number: str = "+584145550001"
    way: str = "sms"
    contacts: tuple[Contact, ...] = ()

    def __call__(self, text: str) -> str:
        known = self.contacts or tuple(Contact.objects.filter(phone=self.number, user__isnull=False).order_by("pk"))
        only = known[0] if len(known) == 1 else None
        with transaction.atomic():
            answer = answer_to(Said(self.way, self.number, only, known, text, now()))
        assert gsm.fits(answer)
        assert gsm.as_gsm7(answer) == answer
        return answer


def phone_of(*contacts: Contact, **how: str) -> Phone:
    return Phone(number=contacts[0].phone, contacts=contacts, **how)
