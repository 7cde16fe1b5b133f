"""Production restored: what lines put out before a battle and now, and what each figure rests on.

Gain is counted once for each line, from its last reading, however many battles were fought for it: what it put out
before the first of them is where it began. Amounts are those of the line's own unit a day (t, kg, boxes).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Exists, F, OuterRef, When
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from battles.models import OutputCorrection
from battles.states import BattleState
from epo.core.clock import today
from factories.models import Membership, OutputReading
from factories.states import MemberRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from battles.models import Battle, LineResult
    from factories.models import Line

FRESH_DAYS = 120
"""A figure whose last reading is older is told with its age: nobody has looked since."""


WIDE = Decimal("0.5")
"""Readings that lie further apart than this part of the highest one tell of no steady output."""


class Basis(StrEnum):
    """Who stands behind the last figure, the strongest first."""

    WORKERS = "workers"
    SAID = "said"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading: its day, output that day in the line's unit, who said so."""

    day: date
    amount: Decimal
    is_confirmed: bool
    said_by: str = ""
    is_first_hand: bool = False
    """Entered by the workers' delegate, signed in or by a signed link; else somebody wrote down what they heard."""


@dataclass(frozen=True, slots=True)
class LineGain:
    """What became of a line since the first battle that measured it. None is unknown, which is not 0."""

    line: Line
    battles: Sequence[Battle]
    before: Decimal | None
    readings: Sequence[Measured] = field(default_factory=tuple)
    """Those from the end of the first battle on, the oldest first."""
    is_disputed: bool = False
    """The plant has said other figures, and nobody has decided yet."""

    @property
    def last(self) -> Measured | None:
        return self.readings[-1] if self.readings else None

    @property
    def now(self) -> Decimal | None:
        return self.last.amount if self.last else None

    @property
    def gain(self) -> Decimal | None:
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def share(self) -> Decimal | None:
        """The gain as a part (0 to 1 and beyond) of the nominal output."""
        return self.gain / self.line.nominal if self.gain is not None and self.line.nominal else None

    @property
    def spread(self) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest of two readings or more."""
        amounts = [one.amount for one in self.readings]
        return (min(amounts), max(amounts)) if len(amounts) > 1 else None

    @property
    def basis(self) -> Basis:
        if self.last is None:
            return Basis.NOBODY
        return Basis.WORKERS if self.last.is_confirmed else Basis.SAID

    @property
    def is_first_hand(self) -> bool:
        return self.last is not None and self.last.is_first_hand

    def doubts(self, on: date) -> list[str]:
        """Why the gain is to be read with care, in words; none where it is unknown anyway."""
        if self.last is None or self.gain is None:
            return []
        found = [] if self.last.is_confirmed else [_("not confirmed by the plant's workers")]
        if len(self.readings) == 1:
            found.append(_("a single reading"))
        if self.spread is not None and self.spread[1] - self.spread[0] > WIDE * self.spread[1]:
            found.append(_("the readings lie far apart"))
        if self.is_disputed:
            found.append(_("the plant says other figures"))
        if self.is_old(on):
            found.append(_("nobody has measured since"))
        return found

    @property
    def doubts_now(self) -> list[str]:
        return self.doubts(today())

    def is_old(self, on: date) -> bool:
        return self.last is not None and (on - self.last.day).days > FRESH_DAYS


@dataclass(frozen=True, slots=True)
class Total:
    """Lines that share a unit. `share` is of the nominal output of those lines of which it is known."""

    unit: str
    gain: Decimal
    lines: int
    confirmed: int
    share: Decimal | None


def gains(results: QuerySet[LineResult]) -> list[LineGain]:
    """For the lines of these results of closed battles, in two queries; ordered by plant and product."""
    of_line: dict[int, list[LineResult]] = defaultdict(list)
    told = results.filter(battle__state=BattleState.CLOSED, battle__ended_at__isnull=False)
    told = told.select_related("battle", "line__factory__sector", "line__factory__municipality__state__region")
    waiting = OutputCorrection.objects.waiting().filter(result=OuterRef("pk"))
    told = told.annotate(is_disputed=Exists(waiting))
    for result in told.order_by("line__factory__folded", "line__product", "battle__ended_at", "pk"):
        of_line[result.line_id].append(result)
    measured = _readings(of_line)
    return [_gain_of(those, measured[line]) for line, those in of_line.items()]


def _readings(lines: Iterable[int]) -> dict[int, list[Measured]]:
    found: dict[int, list[Measured]] = defaultdict(list)
    delegates = Membership.objects.filter(role=MemberRole.DELEGATE, factory=OuterRef("line__factory"))
    first_hand = Case(
        When(by=None, then=F("is_confirmed")),
        default=Exists(delegates.filter(user=OuterRef("by"))),
        output_field=BooleanField(),
    )
    rows = OutputReading.objects.filter(line__in=list(lines)).order_by("day").annotate(first_hand=first_hand)
    for line, *reading in rows.values_list("line", "day", "amount", "is_confirmed", "said_by", "first_hand"):
        found[line].append(Measured(*reading))
    return found


def _gain_of(results: Sequence[LineResult], measured: Sequence[Measured]) -> LineGain:
    """`before` is of the first battle that knew it; what was read before that battle ended tells nothing of it."""
    first = next((one for one in results if one.before is not None), results[0])
    ended = first.battle.ended_at
    if ended is None:
        raise AssertionError("a closed battle has its hour")
    since = localdate(ended)
    after = [reading for reading in measured if reading.day >= since]
    is_disputed = any(getattr(one, "is_disputed", False) for one in results)
    return LineGain(first.line, [one.battle for one in results], first.before, tuple(after), is_disputed)


def totals(found: Iterable[LineGain]) -> list[Total]:
    """By unit, the largest first. Lines whose gain is unknown are left out; tonnes and boxes are never added."""
    of_unit: dict[str, list[LineGain]] = defaultdict(list)
    for one in found:
        if one.gain is not None:
            of_unit[one.line.unit].append(one)
    rows = [_total(unit, those) for unit, those in of_unit.items()]
    return sorted(rows, key=lambda row: (-row.lines, row.unit))


def _total(unit: str, those: Sequence[LineGain]) -> Total:
    known = [one for one in those if one.line.nominal]
    nominal = sum((one.line.nominal or Decimal() for one in known), Decimal())
    gained = sum((one.gain or Decimal() for one in known), Decimal())
    return Total(
        unit=unit,
        gain=sum((one.gain or Decimal() for one in those), Decimal()),
        lines=len(those),
        confirmed=sum(one.basis == Basis.WORKERS for one in those),
        share=gained / nominal if nominal else None,
    )


def restored_share(found: Iterable[LineGain]) -> Decimal | None:
    """Over all units: the mean of what each line gained as a part of its nominal output; None where none is known."""
    shares = [one.share for one in found if one.share is not None]
    return sum(shares, Decimal()) / len(shares) if shares else None
