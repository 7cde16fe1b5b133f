"""Lists of people as files: what stands in which column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from epo.core import say
from epo.core.sheets.listing import columns, repeated
from epo.core.sheets.writing import Column
from volunteers.imports import fields
from volunteers.models import Qualification
from volunteers.states import Gender

if TYPE_CHECKING:
    from volunteers.models import Volunteer

PEOPLE: dict[str, Any] = {
    "number": lambda one: one.pk,
    "name": lambda one: one.name,
    "state": lambda one: one.home.state.name,
    "municipality": lambda one: one.home.name,
    "is_adviser_only": lambda one: one.is_adviser_only,
    "max_km": lambda one: one.max_km,
    "max_days": lambda one: one.max_days,
    "brings": lambda one: one.brings,
    "vehicle_places": lambda one: one.vehicle_places,
    "joined_on": lambda one: one.joined_on,
}
REACH: dict[str, Any] = {
    "phone": lambda one: say.phone(one.contact.phone),
    "email": lambda one: one.contact.email,
    "address": lambda one: one.contact.address,
    "birth_year": lambda one: one.contact.birth_year,
    "emergency_name": lambda one: one.contact.emergency_name,
    "emergency_phone": lambda one: say.phone(one.contact.emergency_phone),
    "gender": lambda one: "" if one.gender == Gender.UNSAID else one.get_gender_display(),
}
TRADES: dict[str, Any] = {
    "trade": lambda one: one.trade.name,
    "level": lambda one: one.level,
    "basis": lambda one: one.get_basis_display(),
    "valid_until": lambda one: one.valid_until,
}


def people_columns(*, with_contacts: bool = False) -> list[Column]:
    """Those that an import takes, and the standing."""
    known = fields()
    values = PEOPLE | (REACH if with_contacts else {})
    standing = Column(pgettext_lazy("volunteer", "Standing"), lambda one: one.get_standing_display())
    return [*columns(known, values), standing, *repeated(known, TRADES, _trades_of, most_trades())]


def _trades_of(one: Volunteer) -> list[Qualification]:
    return list(one.qualifications.all())


def most_trades() -> int:
    counted = Qualification.objects.order_by().values("volunteer").annotate(n=Count("pk"))
    return counted.aggregate(most=Max("n"))["most"] or 1


APPLICATIONS = [
    Column(_("Received"), lambda one: one.received_at),
    Column(pgettext_lazy("place", "State"), lambda one: one.home.state.name),
    Column(_("Municipality"), lambda one: one.home.name),
    Column(_("Trades"), lambda one: "; ".join(f"{each.trade} {each.level}" for each in one.trades.all())),
    Column(pgettext_lazy("progress", "State"), lambda one: one.get_state_display()),
    Column(_("Decided on"), lambda one: one.decided_at),
    Column(_("Reason"), lambda one: one.reason),
]
"""Without names: those who only applied can ask to be forgotten, and a file forgets nobody."""

WAITING = [
    Column(_("Volunteer"), lambda one: one.volunteer.name),
    Column(pgettext_lazy("place", "State"), lambda one: one.volunteer.home.state.name),
    Column(_("Municipality"), lambda one: one.volunteer.home.name),
    Column(_("Trade"), lambda one: one.trade.name),
    Column(_("Level"), lambda one: one.level),
    Column(_("Number"), lambda one: one.number),
    Column(_("Issued by"), lambda one: one.issuer),
    Column(_("Issued on"), lambda one: one.issued_on),
    Column(_("Valid until"), lambda one: one.valid_until),
]
EXPIRING = [
    *WAITING[:5],
    Column(_("How it is known"), lambda one: one.get_basis_display()),
    Column(_("Valid until"), lambda one: one.valid_until),
]
