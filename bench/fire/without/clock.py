from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.fire.without import taken_out

QUICK = 1.0


def shifted() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["CLOCK"]).read_text()))


@taken_out("real-time")
def the_clock_is_set_from_outside() -> None:
    """The function keeps its identity, since many modules have it by name already."""
    from django.utils import timezone

    def now() -> datetime:
        from bench.fire.without.clock import shifted  # runs as code of Django's module

        return shifted()

    timezone.now.__code__ = now.__code__


@taken_out("pauses")
def beat_asks_each_second_for_every_job() -> None:
    from django.conf import settings

    for line in settings.CELERY_BEAT_SCHEDULE.values():
        line["schedule"] = QUICK


@taken_out("once-per-period")
def a_job_is_done_whenever_it_is_asked_for() -> None:
    from battles.actions import runs

    runs.once_per_period = lambda *, job, period, work: bool(work()) or True  # noqa: ARG005 -- called by these names


@taken_out("outage-shift")
def an_outage_goes_unnoticed() -> None:
    from battles.actions import deadlines
    from epo.work.outages import Minute

    look = deadlines.look_at_the_clock

    def see_nothing() -> Minute:
        look()
        return Minute()

    deadlines.look_at_the_clock = see_nothing


@taken_out("clock-check")
def any_clock_is_believed() -> None:
    from battles.actions import deadlines
    from epo.work import beat

    deadlines.clock_is_behind = beat.clock_is_behind = lambda: False


@taken_out("quiet-hours")
def the_night_is_a_day() -> None:
    from epo.notifications import actions

    actions.next_allowed = lambda moment, _own=None: moment
