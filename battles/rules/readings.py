"""Why readings of a plant's output may not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from battles.rules.plants import NO_READINGS, NOBODY_SAID
from battles.rules.results import OTHER_PLANTS_LINE
from epo.core import say
from epo.core.errors import Refusal
from factories.models import OutputReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from battles.pasted import Given
    from factories.models import Factory

TOLD_BY_WORKERS = _("The workers' delegate has confirmed another figure for this day.")


def known_readings(given: Iterable[Given]) -> Mapping[tuple[int, date], OutputReading]:
    """What is stored for the same lines and days."""
    given = list(given)
    rows = OutputReading.objects.filter(line__in={one.line.pk for one in given}, day__in={one.day for one in given})
    return {(reading.line_id, reading.day): reading for reading in rows}


def is_guarded(one: Given, known: OutputReading | None, *, is_confirmed: bool) -> bool:
    """What the workers confirmed is not overwritten by what others say."""
    return known is not None and known.is_confirmed and not is_confirmed and known.amount != one.amount


def why_not_record(factory: Factory, given: Sequence[Given], *, said_by: str, is_confirmed: bool) -> Refusal | None:
    if not given:
        return NO_READINGS
    if not said_by:
        return NOBODY_SAID
    if any(one.line.factory_id != factory.pk for one in given):
        return OTHER_PLANTS_LINE
    return why_guarded(given, is_confirmed=is_confirmed)


def why_guarded(given: Sequence[Given], *, is_confirmed: bool) -> Refusal | None:
    known = known_readings(given)
    for one in given:
        if is_guarded(one, known.get((one.line.pk, one.day)), is_confirmed=is_confirmed):
            return Refusal("told_by_workers", f"{one.line}, {say.day(one.day)}: {TOLD_BY_WORKERS}")
    return None
