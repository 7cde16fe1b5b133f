"""Dates, numbers, distances, ages and phones as people say them, in the language in use."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import phonenumbers
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from epo.core.clock import today

COUNTRY = "VE"
WEEKDAYS = {
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
NOON, HOURS_UNTIL_DAYS, DAYS_UNTIL_MONTHS, DAYS_UNTIL_YEARS = 12, 48, 60, 730
LONGEST_IN_SECONDS = 90
SEPARATORS = {"es": (".", ","), "en": (",", ".")}


def _tongue() -> str:
    return "en" if (get_language() or "es").startswith("en") else "es"


def weekday_names() -> tuple[str, ...]:
    return WEEKDAYS[_tongue()]


def month_name(month: int) -> str:
    return MONTHS[_tongue()][month - 1]


def _as_day(value: date) -> date:
    if isinstance(value, datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return value


def day(value: date, *, with_year: bool | None = None) -> str:
    """ "mié 12 mar"; the year is said only when it is not this one."""
    value = _as_day(value)
    said = f"{weekday_names()[value.weekday()]} {value.day} {month_name(value.month)}"
    if with_year is None:
        with_year = value.year != today().year
    return f"{said} {value.year}" if with_year else said


def days(first: date, last: date | None) -> str:
    """ "mié 12–lun 17 mar", "vie 28 feb–mar 4 mar", one day alone, or "desde mié 12 mar"."""
    first = _as_day(first)
    if last is None:
        return _("from %(day)s") % {"day": day(first)}
    last = _as_day(last)
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{weekday_names()[first.weekday()]} {first.day}–{day(last)}"
    return f"{day(first, with_year=first.year != last.year)}–{day(last)}"


def short_day(value: date) -> str:
    """ "12/3" in Spanish, "12 Mar" in English: for text messages."""
    value = _as_day(value)
    return f"{value.day} {month_name(value.month)}" if _tongue() == "en" else f"{value.day}/{value.month}"


def short_days(first: date, last: date) -> str:
    """ "12-17/3", "28/2-4/3", or one day alone."""
    first, last = _as_day(first), _as_day(last)
    if first == last:
        return short_day(first)
    is_one_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if is_one_month else short_day(first)}-{short_day(last)}"


def short_moment(value: datetime) -> str:
    """ "mié 10 18h"; minutes are said where there are any."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    minutes = f"{local.minute:02d}" if local.minute else ""
    return f"{weekday_names()[local.weekday()]} {local.day} {local.hour}h{minutes}"


def hour(value: datetime) -> str:
    """ "2:30 pm", in Caracas."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < NOON else 'pm'}"


def moment(value: datetime) -> str:
    return f"{day(value)}, {hour(value)}"


def separators() -> tuple[str, str]:
    """Between thousands, and before decimals."""
    return SEPARATORS[_tongue()]


def number(value: Decimal | float, places: int | None = None) -> str:
    """With the separators of the language; without `places`, up to two decimals and no idle zeros."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-(2 if places is None else places)), ROUND_HALF_UP)
    whole, _point, decimals = f"{abs(exact):,f}".partition(".")
    if places is None:
        decimals = decimals.rstrip("0")
    thousands, point = separators()
    sign = "−" if exact < 0 else ""
    said = sign + whole.replace(",", thousands)
    return f"{said}{point}{decimals}" if decimals else said


def km(value: float) -> str:
    return f"{number(value, 0)} km"


def age(value: datetime, *, now: datetime | None = None) -> str:
    """ "hace 3 h": minutes, hours, days; from two months on, months; from two years on, years."""
    seconds = int(((now or timezone.now()) - value).total_seconds())
    minutes, hours, whole_days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 1:
        return _("just now")
    if hours < 1:
        return _("%(n)s min ago") % {"n": minutes}
    if hours < HOURS_UNTIL_DAYS:
        return _("%(n)s h ago") % {"n": hours}
    if whole_days < DAYS_UNTIL_MONTHS:
        return ngettext("%(n)s day ago", "%(n)s days ago", whole_days) % {"n": whole_days}
    if whole_days >= DAYS_UNTIL_YEARS:
        return _("%(n)s years ago") % {"n": whole_days // 365}
    months = whole_days // 30
    return ngettext("%(n)s month ago", "%(n)s months ago", months) % {"n": months}


def time_left(value: datetime, *, now: datetime | None = None) -> str:
    """How long until then ("quedan 5 h"), or that it is over."""
    seconds = int((value - (now or timezone.now())).total_seconds())
    minutes, hours, whole_days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds <= 0:
        return _("time is up")
    if hours < 1:
        return _("%(n)s min left") % {"n": max(minutes, 1)}
    if hours < HOURS_UNTIL_DAYS:
        return _("%(n)s h left") % {"n": hours}
    return _("%(n)s days left") % {"n": whole_days}


def phone(value: str) -> str:
    """A Venezuelan number as people write it (0414-1234567); others in international form."""
    try:
        parsed = phonenumbers.parse(value, COUNTRY)
    except phonenumbers.NumberParseException:
        return value
    style = phonenumbers.PhoneNumberFormat
    at_home = parsed.country_code == phonenumbers.country_code_for_region(COUNTRY)
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


def wait(seconds: int) -> str:
    """ "20 segundos", "3 minutos": rounded up, so that coming back then is never too early."""
    if seconds <= LONGEST_IN_SECONDS:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
