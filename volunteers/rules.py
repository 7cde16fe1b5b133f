"""Why something about a volunteer may not be changed or seen. Each rule reads; none writes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from epo.accounts.models import coordinates
from epo.core.clock import today
from epo.core.errors import Refusal
from volunteers.models import Absence, Qualification, Trade, Volunteer
from volunteers.states import Basis, Standing

if TYPE_CHECKING:
    from epo.accounts.models import User

LONGEST_ABSENCE = timedelta(days=2 * 366)

NOT_YOURS = Refusal("not_yours", _("Only the volunteer or a coordinator of their region may change this."))
COORDINATORS_ONLY = Refusal("coordinators_only", _("Only a coordinator of the volunteer's region may do this."))
RAISE_NEEDS_COORDINATOR = Refusal(
    "raise_needs_coordinator",
    _("This level was confirmed by others. To raise it, ask the coordinator of your region."),
)
NOT_QUALIFIED = Refusal("not_qualified", _("This trade is not on the list."))
EXPIRED_ON_ARRIVAL = Refusal("valid_until_past", _("The last day of validity lies in the past."))
END_BEFORE_START = Refusal("end_before_start", _("The last day is before the first. Check both dates."))
OVER_ALREADY = Refusal("over_already", _("These days are over already."))
ABSENCE_TOO_LONG = Refusal(
    "absence_too_long", _("An absence lasts two years at most. For longer, take a pause instead.")
)
ALREADY_SO = Refusal("already_so", _("It is like this already."))


def may_change(volunteer: Volunteer, *, by: User) -> bool:
    """Themselves, and the coordinators of their home region or of the nation."""
    return is_own(volunteer, by=by) or in_charge_of(volunteer, by=by)


def is_own(volunteer: Volunteer, *, by: User) -> bool:
    return volunteer.user_id is not None and volunteer.user_id == by.pk


def in_charge_of(volunteer: Volunteer, *, by: User) -> bool:
    return coordinates(by, volunteer.home.state.region_id)


def why_not_change(volunteer: Volunteer, *, by: User) -> Refusal | None:
    return None if may_change(volunteer, by=by) else NOT_YOURS


def why_not_declare(volunteer: Volunteer, trade: Trade, level: int, *, by: User) -> Refusal | None:
    """Anyone may say their own level; one that others have confirmed is raised by coordinators only."""
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    known = Qualification.objects.filter(volunteer=volunteer, trade=trade).first()
    if known is None or known.basis == Basis.DECLARED or level <= known.level:
        return None
    return None if in_charge_of(volunteer, by=by) else RAISE_NEEDS_COORDINATOR


def why_not_confirm(volunteer: Volunteer, valid_until: date | None, *, by: User) -> Refusal | None:
    if not in_charge_of(volunteer, by=by):
        return COORDINATORS_ONLY
    return EXPIRED_ON_ARRIVAL if valid_until is not None and valid_until < today() else None


def why_not_be_absent(volunteer: Volunteer, first: date, last: date, *, by: User) -> Refusal | None:
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    if last < first:
        return END_BEFORE_START
    if last < today():
        return OVER_ALREADY
    return ABSENCE_TOO_LONG if last - first > LONGEST_ABSENCE else None


def why_not_remove_absence(absence: Absence, *, by: User) -> Refusal | None:
    if refusal := why_not_change(absence.volunteer, by=by):
        return refusal
    return OVER_ALREADY if absence.last_day < today() else None


def why_not_set_standing(volunteer: Volunteer, to: Standing, *, by: User) -> Refusal | None:
    """People pause and come back by themselves; leaving and returning from it is a coordinator's to note."""
    if refusal := why_not_change(volunteer, by=by):
        return refusal
    if volunteer.standing == to:
        return ALREADY_SO
    needs_coordinator = Standing.LEFT in (volunteer.standing, to)
    return COORDINATORS_ONLY if needs_coordinator and not in_charge_of(volunteer, by=by) else None
