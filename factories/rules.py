"""Why something may not happen. Each rule reads; none writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from epo.core.clock import today
from epo.core.errors import Refusal
from factories.states import REPORT_MOVES, ReportState

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from factories.models import BreakdownReport, Machine

EMPTY = Refusal("empty", _("Write what happened or choose what is wrong."))
UNKNOWN_PLACE = Refusal("unknown_place", _("We do not know this label, plant or machine."))
PHOTO_ID_TAKEN = Refusal("photo_id_taken", _("This id was already used for another photo."))
TOO_MANY_PHOTOS = Refusal("too_many_photos", _("A report takes four photos at most."))
DEALT_WITH = Refusal("dealt_with", _("Somebody has dealt with this report in the meantime. Look at it again."))
SAME_AS_ITSELF = Refusal("same_as_itself", _("A report cannot be the same as itself. Choose the other one."))
NAME_TAKEN = Refusal("name_taken", _("There is already one with this name here."))
NO_NAME = Refusal("no_name", _("Write a name."))
NOT_YET = Refusal("not_yet", _("This day has not come yet."))
NEGATIVE = Refusal("negative", _("Output cannot be less than nothing."))
MACHINE_RETIRED = Refusal("machine_retired", _("This machine is not in use any more."))
STATE_CHANGED = Refusal(
    "state_changed", _("Somebody has said otherwise about this machine in the meantime. Look at it again.")
)
LABEL_RETIRED = Refusal("label_retired", _("This label has been retired already."))


def why_not_move(report: BreakdownReport, to: ReportState) -> Refusal | None:
    return None if to in REPORT_MOVES[ReportState(report.state)] else DEALT_WITH


def why_not_same_as(report: BreakdownReport, other: BreakdownReport) -> Refusal | None:
    return SAME_AS_ITSELF if report.pk in (other.pk, other.same_as_id) else None


def why_not_say_state(machine: Machine, *, now: str, wanted: str, was: str | None) -> Refusal | None:
    """`was` is the state that was shown when it was written; what is wanted already is no quarrel."""
    if machine.is_retired:
        return MACHINE_RETIRED
    return STATE_CHANGED if was is not None and now not in (was, wanted) else None


def why_not_read(*, day: date, amount: Decimal) -> Refusal | None:
    if day > today():
        return NOT_YET
    return NEGATIVE if amount < 0 else None
