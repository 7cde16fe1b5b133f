"""Charts drawn on the server as SVG: classes for colours, no styles, no script.

Every function returns safe markup. The numbers stand in the picture's description too, and
`components/chart.html` repeats them as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from epo.core import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

WIDTH = 360
ROW = 62
COUNT_ROW = 42
LETTER = 8.2
PART_CLASSES = 6
FEWEST_COLUMNS = 5
ONE_DECIMAL_BELOW = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One line's output a day; None is unknown and is said so."""

    name: str
    before: float | None
    after: float | None
    full: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score: its points, of how many; None is unknown, which is not 0."""

    name: str
    points: float | None
    most: float


@dataclass(frozen=True, slots=True)
class Reading:
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """How many people have a figure, or one of a span of figures; one that `stands_out` has a colour of its own."""

    name: str
    people: int
    stands_out: bool = False


def amount(value: float | None, unit: str = "") -> str:
    if value is None:
        return _("unknown")
    return f"{say.number(value)} {unit}".strip()


def before_after(bars: Sequence[Bar]) -> SafeString:
    """Two bars for each line, before above after, with its nominal output as a dashed frame.

    Only lines of the same unit share a scale: tonnes and boxes cannot be compared by length.
    """
    room = WIDTH - max((_text_width(bar) for bar in bars), default=0)
    rows = format_html_join(
        "",
        "{}",
        ((_before_after_row(bar, index * ROW, room / _top(bars, bar.unit)),) for index, bar in enumerate(bars)),
    )
    told = "; ".join(
        _("%(name)s: before %(before)s, after %(after)s")
        % {"name": bar.name, "before": amount(bar.before, bar.unit), "after": amount(bar.after, bar.unit)}
        for bar in bars
    )
    return _picture(rows, height=max(ROW * len(bars), 1), title=_("Output before and after"), told=told)


def _top(bars: Sequence[Bar], unit: str) -> float:
    same = (bar for bar in bars if bar.unit == unit)
    return max((value for bar in same for value in (bar.before, bar.after, bar.full) if value), default=1)


def _text_width(bar: Bar) -> int:
    longest = max(len(amount(value, bar.unit)) for value in (bar.before, bar.after))
    return min(round(longest * LETTER) + 12, WIDTH // 2)


def _before_after_row(bar: Bar, y: int, scale: float) -> SafeString:
    before, after, full = (round(scale * (value or 0), 1) for value in (bar.before, bar.after, bar.full))
    frame = format_html('<rect class="full" x="0.5" y="{}" width="{}" height="36"/>', y + 19, full) if full else ""
    return format_html(
        '<text x="0" y="{}">{}</text>'
        '<rect class="was" x="0" y="{}" width="{}" height="16"/><text class="soft" x="{}" y="{}">{}</text>'
        '<rect class="is" x="0" y="{}" width="{}" height="16"/><text x="{}" y="{}">{}</text>{}',
        y + 13, bar.name,
        y + 20, before, max(before, full) + 6, y + 33, amount(bar.before, bar.unit),
        y + 38, after, max(after, full) + 6, y + 51, amount(bar.after, bar.unit),
        frame,
    )  # fmt: skip


def over_time(
    readings: Sequence[Reading], *, unit: str = "", event: tuple[date, date] | None = None, height: int = 190
) -> SafeString:
    """Output day by day as a line; `event` is the span of a battle, shaded."""
    if not readings:
        return mark_safe("")
    readings = sorted(readings, key=lambda reading: reading.day)
    shown = [reading.day for reading in readings] + list(event or ())
    first, last = min(shown), max(shown)
    top = max(1, *(reading.value for reading in readings))
    base, left, right = height - 24, 6, WIDTH - 6

    def x(day: date) -> float:
        return round(left + (right - left) * (day - first).days / max((last - first).days, 1), 1)

    def y(value: float) -> float:
        return round(base - (base - 24) * value / top, 1)

    spots = [(x(reading.day), y(reading.value)) for reading in readings]
    drawing = format_html(
        '{}<line class="rule" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="soft" x="{}" y="14">{}</text>'
        '<polyline class="run" points="{}"/>{}<text class="soft" x="{}" y="{}">{}</text>'
        '<text class="soft" x="{}" y="{}" text-anchor="end">{}</text>',
        _shade(event, x, base), left, right, base, base, left, amount(top, unit),
        " ".join(f"{px},{py}" for px, py in spots),
        format_html_join("", '<circle class="spot" cx="{}" cy="{}" r="3.5"/>', spots),
        left, height - 6, say.day(first), right, height - 6, say.day(last),
    )  # fmt: skip
    told = "; ".join(f"{say.day(reading.day)}: {amount(reading.value, unit)}" for reading in readings)
    return _picture(drawing, height=height, title=_("Output over time"), told=told)


def _shade(event: tuple[date, date] | None, x: Callable[[date], float], base: int) -> SafeString | str:
    if event is None:
        return ""
    start, end = x(event[0]), x(event[1])
    return format_html(
        '<rect class="event" x="{}" y="20" width="{}" height="{}"/>', start, max(end - start, 3), base - 20
    )


def distribution(columns: Sequence[Column], *, title: str, height: int = 150) -> SafeString:
    """How many people have which figure: a column each, with the people above it and the figure below."""
    base, top = height - 22, max((column.people for column in columns), default=0) or 1
    width = WIDTH / max(len(columns), FEWEST_COLUMNS)
    drawn = []
    for index, column in enumerate(columns):
        tall = round((base - 20) * column.people / top, 1)
        middle = round((index + 0.5) * width, 1)
        drawn.append(
            ("part-2" if column.stands_out else "part-1", round(middle - width * 0.36, 1), round(base - tall, 1),
             round(width * 0.72, 1), tall, middle, round(base - tall - 5, 1), say.number(column.people),
             middle, height - 6, column.name)
        )  # fmt: skip
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="soft" x="{}" y="{}" text-anchor="middle">{}</text>',
        drawn,
    )
    line = format_html('<line class="rule" x1="0" x2="{}" y1="{}" y2="{}"/>', WIDTH, base, base)
    told = "; ".join(f"{column.name}: {say.number(column.people)}" for column in columns)
    return _picture(format_html("{}{}", bars, line), height=height, title=title, told=told)


@dataclass(frozen=True, slots=True)
class Count:
    """A named figure; one that `stands_out` has a colour of its own."""

    name: str
    figure: float
    stands_out: bool = False


def counts(rows: Sequence[Count], *, title: str) -> SafeString:
    """A bar for each figure, one under the other, with its name above it."""
    room = WIDTH - 60
    top = max((row.figure for row in rows), default=0) or 1
    drawn = format_html_join(
        "",
        '<text x="0" y="{}">{}</text><rect class="{}" x="0" y="{}" width="{}" height="14"/><text x="{}" y="{}">{}</text>',
        (
            (
                at * COUNT_ROW + 13, row.name, "part-2" if row.stands_out else "part-1", at * COUNT_ROW + 19,
                long := round(room * row.figure / top, 1), long + 6, at * COUNT_ROW + 31, say.number(row.figure),
            )
            for at, row in enumerate(rows)
        ),
    )  # fmt: skip
    told = "; ".join(f"{row.name}: {say.number(row.figure)}" for row in rows)
    return _picture(drawn, height=max(COUNT_ROW * len(rows), 1), title=title, told=told)


@dataclass(frozen=True, slots=True)
class Week:
    """What was usual in a week, by the day on which it begins; None where nothing came."""

    monday: date
    figure: float | None


def by_week(weeks: Sequence[Week], *, title: str, unit: str, height: int = 150) -> SafeString:
    """A column for each week with its figure above it; weeks of which nothing is known stay empty."""
    base, width = height - 22, WIDTH / max(len(weeks), FEWEST_COLUMNS)
    top = max((week.figure or 0 for week in weeks), default=0) or 1
    columns = format_html_join(
        "",
        '<rect class="part-1" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="soft" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                round((at + 0.14) * width, 1), round(base - tall, 1), round(width * 0.72, 1), tall,
                round((at + 0.5) * width, 1), round(base - tall - 5, 1), _short(week.figure),
            )
            for at, week in enumerate(weeks)
            if week.figure is not None
            for tall in [round((base - 20) * week.figure / top, 1)]
        ),
    )  # fmt: skip
    ends = [(0, "start", weeks[0]), (WIDTH, "end", weeks[-1])] if weeks else []
    days = format_html_join(
        "",
        '<text class="soft" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((x, height - 6, anchor, say.day(week.monday)) for x, anchor, week in ends),
    )
    line = format_html('<line class="rule" x1="0" x2="{}" y1="{}" y2="{}"/>', WIDTH, base, base)
    told = "; ".join(f"{say.day(week.monday)}: {amount(week.figure, unit)}" for week in weeks)
    return _picture(format_html("{}{}{}", columns, line, days), height=height, title=title, told=told)


def _short(figure: float | None) -> str:
    """Room for three letters: tenths of small figures alone."""
    return "" if figure is None else say.number(figure, 1 if figure < ONE_DECIMAL_BELOW else 0)


def stacked(parts: Sequence[Part]) -> SafeString:
    """The parts of a score side by side on one bar; the empty rest is what was not reached."""
    whole = sum(part.most for part in parts) or 1
    pieces, x = [], 0.0
    for index, part in enumerate(parts):
        width = round(1000 * (part.points or 0) / whole, 1)
        pieces.append((part_class(index), round(x, 1), width))
        x += width
    rects = format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="10"/>', pieces)
    return format_html(
        '<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>', rects
    )


def part_class(index: int) -> str:
    return f"part-{index % PART_CLASSES + 1}"


def _picture(drawing: SafeString, *, height: int, title: str, told: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        WIDTH, height, f"{title}. {told}", title, told, drawing,
    )  # fmt: skip
