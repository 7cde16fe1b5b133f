"""Everything that writes contact details. No value leaves this table: callers audit names of fields only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from epo.contacts.models import Contact, ContactView

if TYPE_CHECKING:
    from epo.core.types import Actor

SAME_LOOK = timedelta(minutes=10)


def note_views(*, contacts: Iterable[Contact], by: Actor, reason: str) -> None:
    """Write down that `by` is being shown these contact details; `reason` is a short code such as "crew".

    One's own are not noted, and a page that is loaded again within minutes is the same look.
    """
    others = {contact.pk for contact in contacts if contact.user_id != by.pk}
    seen = ContactView.objects.filter(by=by, reason=reason, contact__in=others, at__gte=now() - SAME_LOOK)
    fresh = others - set(seen.values_list("contact_id", flat=True))
    looks = [ContactView(contact_id=pk, by=by, reason=reason) for pk in sorted(fresh)]
    ContactView.objects.bulk_create(looks)


def contact_of(*, user: Actor) -> Contact:
    """The contact details of a user, made empty where there are none yet."""
    contact, _created = Contact.objects.get_or_create(user=user, defaults={"name": user.name})
    return contact


def contacts_of(*, users: Iterable[Actor]) -> list[tuple[Actor, Contact]]:
    """`contact_of` for several, in the order given."""
    users = list(users)
    known = {contact.user_id: contact for contact in Contact.objects.filter(user__in=users)}
    return [(user, known.get(user.pk) or contact_of(user=user)) for user in users]


def update_contact(*, contact: Contact, **details: Any) -> list[str]:
    """The names of the fields that changed."""
    changed = [name for name, value in details.items() if getattr(contact, name) != value]
    for name in changed:
        setattr(contact, name, details[name])
    if changed:
        contact.save(update_fields=changed)
    return changed


def add_contact(*, name: str, phone: str) -> Contact:
    """Somebody without an account who left a name or a number, as `phones.parse` gives it."""
    return Contact.objects.create(name=name, phone=phone)


def add_contacts(*, details: Sequence[Mapping[str, Any]]) -> list[Contact]:
    """Many at once, for people of a file."""
    return Contact.objects.bulk_create([Contact(**said) for said in details])


def update_contacts(*, changes: Iterable[tuple[Contact, Mapping[str, Any]]]) -> None:
    """`update_contact` for many, in one statement."""
    changed = [(contact, said) for contact, said in changes if said]
    for contact, said in changed:
        for name, value in said.items():
            setattr(contact, name, value)
    names = sorted({name for _contact, said in changed for name in said})
    if changed:
        Contact.objects.bulk_update([contact for contact, _said in changed], names)


def give_contact_to(*, contact: Contact, user: Actor) -> None:
    """Somebody who left a name has an account from now on."""
    contact.user = user
    contact.save(update_fields=["user"])


def erase_contact(*, contact: Contact) -> None:
    """For good, with who saw it and what was to be told there. Nothing may point to it any more."""
    contact.delete()
