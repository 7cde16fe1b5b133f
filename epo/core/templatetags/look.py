"""Tags and filters of the pages' look; docs/look.md shows each with an example."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import phonenumbers
import segno
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from epo.core import charts, icons, say
from epo.core.clock import today
from epo.core.pills import machine_of, pill_of

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    return say.day(value) if value else ""


@register.filter
def days_to(first: date | None, last: date | None) -> str:
    return say.days(first, last) if first else ""


@register.filter
def hour(value: datetime | None) -> str:
    return say.hour(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    return say.moment(value) if value else ""


@register.filter
def age(value: datetime | None) -> SafeString | str:
    """ "hace 3 h" inside <time>, with the exact moment for who points at it."""
    if not value:
        return ""
    return format_html(
        '<time datetime="{}" title="{}" data-age>{}</time>', value.isoformat(), say.moment(value), say.age(value)
    )


@register.filter
def time_left(value: datetime | None) -> SafeString | str:
    if not value:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), say.moment(value), say.time_left(value)
    )


@register.filter
def number(value: Decimal | float | None, places: int | None = None) -> str:
    return "" if value is None else say.number(value, places)


@register.filter
def km(value: float | None) -> str:
    return "" if value is None else say.km(value)


@register.filter
def phone(value: str) -> str:
    return say.phone(value) if value else ""


@register.simple_tag
def pill(machine: str, state: str, label: str = "") -> SafeString:
    """`{% pill "battle" battle.state battle.get_state_display %}`; a TextChoices member brings its own label.

    A state that is not known yet (an outcome before the end) has none.
    """
    if not state:
        return mark_safe("")
    look = pill_of(machine, str(getattr(state, "value", state)))
    return plain_pill(label or getattr(state, "label", state), look.kind, look.shape)


@register.simple_tag
def state_pill(row: Any) -> SafeString:
    """`{% state_pill battle %}`: for any row with a field `state`."""
    return pill(machine_of(row), row.state, row.get_state_display())


@register.simple_tag
def plain_pill(label: str, kind: str = "quiet", shape: str = "dot") -> SafeString:
    return format_html('<span class="pill {} {}">{}</span>', kind, shape, label)


@register.simple_tag
def plain_static(path: str) -> str:
    """For error pages: they must come even where the list of static files is what is broken."""
    try:
        return static(path)
    except (OSError, ValueError):
        return f"{settings.STATIC_URL}{path}"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return icons.icon(name, label)


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "", anchor: str = "") -> str:
    return render_to_string(
        "components/card.html", {"content": content, "title": title, "kind": kind, "anchor": anchor}
    )


@register.simple_block_tag
def notice(content: str, kind: str = "info") -> str:
    return render_to_string("components/notice.html", {"text": content, "kind": kind})


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*steps: str) -> dict[str, Any]:
    """Text and address in turn: `{% breadcrumb _("Battles") battles_url battle.title "" %}`."""
    return {"steps": list(zip(steps[::2], [*steps[1::2], ""], strict=False))}


@register.inclusion_tag("components/score.html")
def score_bar(parts: Sequence[charts.Part], total: float | None = None) -> dict[str, Any]:
    if total is None:
        total = sum(part.points or 0 for part in parts)
    named = [(charts.part_class(index), part) for index, part in enumerate(parts)]
    return {"bar": charts.stacked(parts), "parts": named, "total": total}


@register.inclusion_tag("components/seat_marks.html")
def seat_marks(filled: int, wanted: int) -> dict[str, Any]:
    return {"filled": filled, "wanted": wanted, "taken": range(filled), "free": range(max(wanted - filled, 0))}


@register.inclusion_tag("components/chart.html")
def chart_before_after(bars: Sequence[charts.Bar], caption: str = "") -> dict[str, Any]:
    rows = [
        (bar.name, *(charts.amount(value, bar.unit) for value in (bar.before, bar.after, bar.full))) for bar in bars
    ]
    return {"kind": "before_after", "svg": charts.before_after(bars), "rows": rows, "caption": caption}


@register.inclusion_tag("components/chart.html")
def chart_over_time(
    readings: Sequence[charts.Reading],
    unit: str = "",
    first: date | None = None,
    last: date | None = None,
    caption: str = "",
) -> dict[str, Any]:
    event = (first, last or first) if first else None
    readings = sorted(readings, key=lambda reading: reading.day)
    rows = [(say.day(reading.day), charts.amount(reading.value, unit)) for reading in readings]
    svg = charts.over_time(readings, unit=unit, event=event)
    return {"kind": "over_time", "svg": svg, "rows": rows, "caption": caption}


@register.inclusion_tag("components/chart_alone.html")
def chart_by_week(weeks: Sequence[charts.Week], caption: str, unit: str) -> dict[str, Any]:
    """Columns by week; the page has their numbers in a table of its own."""
    return {"svg": charts.by_week(weeks, title=caption, unit=unit), "caption": caption}


@register.inclusion_tag("components/chart.html")
def chart_counts(rows: Sequence[charts.Count], heading: str, figure: str, caption: str = "") -> dict[str, Any]:
    """Named figures as bars; `heading` says what the names are, `figure` what is counted."""
    return {
        "svg": charts.counts(rows, title=caption or figure),
        "kind": "counts",
        "heading": heading,
        "figure": figure,
        "caption": caption,
        "rows": [(row.name, say.number(row.figure)) for row in rows],
    }


@register.inclusion_tag("components/chart.html")
def chart_distribution(columns: Sequence[charts.Column], heading: str, caption: str = "") -> dict[str, Any]:
    """`heading` says what is counted below the columns."""
    rows = [(column.name, say.number(column.people)) for column in columns]
    svg = charts.distribution(columns, title=caption or heading)
    return {"kind": "distribution", "svg": svg, "rows": rows, "caption": caption, "heading": heading}


@register.inclusion_tag("components/month.html")
def month(year: int, month: int, marks: Mapping[date, Iterable[Mapping[str, str]]] | None = None) -> dict[str, Any]:
    """`marks` says for a date what stands on it: dicts with text, kind (good, wait, bad, info, quiet), href."""
    marks = marks or {}
    weeks = [
        [
            {"date": each, "out": each.month != month, "today": each == today(), "marks": marks.get(each, ())}
            for each in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]
    first = date(year, month, 1)
    return {
        "weeks": weeks, "weekdays": say.weekday_names(), "name": f"{say.month_name(month)} {year}",
        "before": first - timedelta(days=1), "after": first + timedelta(days=31),
    }  # fmt: skip


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A QR code as inline SVG, black on white in dark mode and on paper too."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return mark_safe(drawn.replace("<svg ", format_html('<svg role="img" aria-label="{}" ', label or text), 1))  # noqa: S308 -- segno's own markup


def _digits(value: str) -> str:
    try:
        parsed = phonenumbers.parse(value, say.COUNTRY)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@register.inclusion_tag("components/contact_ways.html")
def contact_ways(number: str, text: str = "") -> dict[str, Any]:
    """Call, SMS and WhatsApp, the text ready to be sent."""
    digits, ready = _digits(number), quote(text)
    return {
        "number": number,
        "tel": f"tel:{digits}",
        "sms": f"sms:{digits}?body={ready}",
        "whatsapp": f"https://wa.me/{digits.lstrip('+')}?text={ready}",
        "known": bool(digits),
        "text": text,
    }
