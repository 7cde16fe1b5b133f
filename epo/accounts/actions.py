"""Everything that accounts write beyond what Django's own sign-in does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epo.contacts.actions import contact_of
from epo.notifications.actions import set_preference

if TYPE_CHECKING:
    from epo.accounts.models import User


def set_language(*, language: str, by: User) -> None:
    """Notices come in this language from now on, and so do the pages wherever they sign in."""
    set_preference(contact=contact_of(user=by), language=language)
