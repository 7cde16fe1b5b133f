"""Why a run may not start or stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from battles.models import MatchingRun
from battles.states import RunState
from epo.accounts.models import coordinates, coordinates_nation
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from epo.accounts.models import User
    from epo.places.models import Region

NATION_ONLY = Refusal("nation_only", _("A run for the whole nation is started by a coordinator of the nation."))
NOT_YOUR_REGION = Refusal("not_your_region", _("This region is coordinated by somebody else."))
ALREADY_RUNNING = Refusal("already_running", _("A run is under way. It takes seconds: wait for it, or stop it."))
NOTHING_TO_PLAN = Refusal("nothing_to_plan", _("No battle with dates has an empty seat. Set dates and seats first."))
NOTHING_TO_PLAN_HERE = Refusal(
    "nothing_to_plan_here",
    _(
        "For this battle nobody can be proposed: it has no date yet, begins too soon, or every empty seat is being asked for. "
        "At its seats you can still look for people by hand."
    ),
)
OVER = Refusal("run_over", _("This run has ended already."))


def why_not_start(*, by: User | None, region: Region | None) -> Refusal | None:
    """`by=None` is the system. A national run excludes all others, and any other excludes it."""
    if by is not None and region is None and not coordinates_nation(by):
        return NATION_ONLY
    if by is not None and region is not None and not coordinates(by, region.pk):
        return NOT_YOUR_REGION
    return why_not_now(region.pk if region else None, regions_running())


def regions_running() -> set[int | None]:
    """The regions for which a run is under way; None is the nation."""
    return set(MatchingRun.objects.unfinished().values_list("region", flat=True))


def why_not_now(region: int | None, running: set[int | None]) -> Refusal | None:
    is_excluded = bool(running) if region is None else bool(running & {None, region})
    return ALREADY_RUNNING if is_excluded else None


def why_not_stop(run: MatchingRun, *, by: User) -> Refusal | None:
    if run.state not in (RunState.WAITING, RunState.RUNNING):
        return OVER
    if run.region_id is None:
        return None if coordinates_nation(by) else NATION_ONLY
    return None if coordinates(by, run.region_id) else NOT_YOUR_REGION
