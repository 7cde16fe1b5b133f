"""Why something may not happen to an account. Each rule reads; none writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from epo.accounts.standing import factor_of, must_have_factor
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from epo.accounts.models import User

WRONG_CODE = Refusal("wrong_code", _("That is not the code that the phone shows now. Is its clock right?"))
USED_CODE = Refusal("used_code", _("That code was used already. Wait for the next one: it comes within half a minute."))
WRONG_RECOVERY = Refusal("wrong_recovery", _("That is none of your recovery codes, or it was used already."))
NO_FACTOR = Refusal("no_factor", _("There is no second step to take away."))
IS_SET_UP = Refusal("is_set_up", _("The second step is set up already. Take it away first to set up another phone."))
MUST_HAVE = Refusal("must_have", _("Coordinators and administrators cannot do without the second step."))
NO_REASON = Refusal("no_reason", _("Say why: it is written down, and the person is told."))
NOT_ONESELF = Refusal("not_oneself", _("Somebody else has to do this for you."))


def why_not_set_up(user: User) -> Refusal | None:
    return IS_SET_UP if factor_of(user) else None


def why_not_remove(user: User) -> Refusal | None:
    if factor_of(user) is None:
        return NO_FACTOR
    return MUST_HAVE if must_have_factor(user) else None


def why_not_reset(user: User, *, by: User | None, reason: str) -> Refusal | None:
    """`by` is None for who sits at the server itself."""
    if by is not None and by.pk == user.pk:
        return NOT_ONESELF
    if factor_of(user) is None:
        return NO_FACTOR
    return None if reason.strip() else NO_REASON
