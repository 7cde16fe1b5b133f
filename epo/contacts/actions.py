from __future__ import annotations

from collections.abc import Iterable

from epo.contacts.models import Contact, ContactView
from epo.core.types import Actor


def note_views(*, contacts: Iterable[Contact], by: Actor, reason: str) -> None:
    """Write down that `by` is being shown these contact details; `reason` is a short code such as "crew"."""
    ContactView.objects.bulk_create(ContactView(contact=contact, by=by, reason=reason) for contact in contacts)


def contact_of(*, user: Actor) -> Contact:
    """The contact details of a user, made empty where there are none yet."""
    contact, _created = Contact.objects.get_or_create(user=user, defaults={"name": user.name})
    return contact
