from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from epo.audit.actions import record
from epo.contacts.actions import note_views
from epo.core.errors import refuse_if
from volunteers import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from epo.accounts.models import User
    from epo.contacts.models import Contact


@transaction.atomic
def note_contacts_exported(*, contacts: Sequence[Contact], filters: Mapping[str, str], reason: str, by: User) -> None:
    """Before the file is made: who takes contact details along, whose, by which filter, how many, and why."""
    refuse_if(rules.why_not_export_contacts(reason, by=by))
    note_views(contacts=contacts, by=by, reason="export")
    record("contacts.exported", by, by=by, reason=reason, filters=dict(filters), count=len(contacts))
