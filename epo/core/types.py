"""Names for types that the whole project shares, without importing upward."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from epo.accounts.models import User

    Actor: TypeAlias = User
else:
    Actor = "User"
