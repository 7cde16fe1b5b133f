"""The lists of the desk as files: what stands in which column."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.rankings import days_stopped
from epo.core.sheets.listing import columns, repeated
from epo.core.sheets.writing import Column
from factories.imports import machine_fields, plant_fields
from factories.models import Factory, Line

PLACE_STATE = pgettext_lazy("place", "State")


def _rounded(value: float | None, places: int = 1) -> float | None:
    return None if value is None else round(float(value), places)


def _place_of(report: Any) -> Any:
    return report.factory.municipality if report.factory else report.municipality


def _share(value: float | None) -> float | None:
    return None if value is None else round(float(value) * 100, 1)


def _lines_in(run: Any) -> list[dict[str, Any]]:
    return [line for battle in run.result.get("battles", []) for line in battle["lines"]]


def _placed(run: Any) -> int:
    return sum(len(line["picks"]) for line in _lines_in(run))


def _empty(run: Any) -> int:
    return sum((line["empty"] or {}).get("people", 0) for line in _lines_in(run))


REPORTS = [
    Column(_("Number"), lambda one: one.number),
    Column(_("Received"), lambda one: one.received_at),
    Column(pgettext_lazy("progress", "State"), lambda one: one.get_state_display()),
    Column(_("Plant"), lambda one: one.where),
    Column(PLACE_STATE, lambda one: place.state.name if (place := _place_of(one)) else ""),
    Column(_("Municipality"), lambda one: place.name if (place := _place_of(one)) else ""),
    Column(_("Machine"), lambda one: one.what),
    Column(_("Kind of machine"), lambda one: one.kind.name if one.kind else ""),
    Column(_("How it is"), lambda one: one.get_condition_display()),
    Column(_("Faults"), lambda one: "; ".join(fault.name for fault in one.faults.all())),
    Column(_("What happened"), lambda one: one.text),
    Column(_("Score"), lambda one: _rounded(one.score)),
    Column(_("In the hands of"), lambda one: str(one.in_hand_of or "")),
    Column(_("Answer"), lambda one: one.reason),
]
"""Without who reported: that shows on the report's own page, and it is kept who saw it."""

REQUESTS = [
    Column(_("Number"), lambda one: one.pk),
    Column(_("What is to be repaired"), lambda one: one.title),
    Column(pgettext_lazy("progress", "State"), lambda one: one.get_state_display()),
    Column(_("Plant"), lambda one: one.factory.name),
    Column(PLACE_STATE, lambda one: one.factory.municipality.state.name),
    Column(_("Municipality"), lambda one: one.factory.municipality.name),
    Column(_("Machine"), lambda one: one.machine.name if one.machine else ""),
    Column(_("Kind of machine"), lambda one: one.machine.kind.name if one.machine else ""),
    Column(_("How it is"), lambda one: one.get_condition_display()),
    Column(_("Opened"), lambda one: one.opened_at),
    Column(_("Broken since"), lambda one: one.stopped_since),
    Column(_("Output lost (%)"), lambda one: one.output_lost),
    Column(_("Score"), lambda one: _rounded(one.score)),
    Column(_("Demands"), lambda one: "; ".join(f"{d.people} × {d.trade.name} {d.level}" for d in one.demands.all())),
    Column(_("Person-days"), lambda one: sum(demand.people * demand.days for demand in one.demands.all())),
    Column(_("Missing"), lambda one: one.missing),
    Column(_("Battle"), lambda one: "; ".join(link.battle.title for link in one.battle_requests.all())),
    Column(_("In the hands of"), lambda one: str(one.in_hand_of or "")),
    Column(_("What is known"), lambda one: one.description),
]

BATTLES = [
    Column(_("Number"), lambda one: one.pk),
    Column(_("Title"), lambda one: one.title),
    Column(_("Kind"), lambda one: one.get_kind_display()),
    Column(pgettext_lazy("progress", "State"), lambda one: one.get_state_display()),
    Column(_("Plant"), lambda one: one.factory.name),
    Column(_("Sector"), lambda one: one.factory.sector.name),
    Column(PLACE_STATE, lambda one: one.factory.municipality.state.name),
    Column(_("Municipality"), lambda one: one.factory.municipality.name),
    Column(_("First day"), lambda one: one.first_day),
    Column(_("Last day"), lambda one: one.last_day),
    Column(_("Earliest start"), lambda one: one.earliest),
    Column(_("Latest start"), lambda one: one.latest),
    Column(_("Seats"), lambda one: one.wanted),
    Column(_("Filled"), lambda one: one.filled),
]

LEDGER = [
    Column(_("Number"), lambda one: one.volunteer.pk),
    Column(_("Volunteer"), lambda one: one.volunteer.name),
    Column(PLACE_STATE, lambda one: one.volunteer.home.state.name),
    Column(_("Municipality"), lambda one: one.volunteer.home.name),
    Column(_("Trade"), lambda one: one.trade.name if one.trade else ""),
    Column(_("Times asked"), lambda one: one.tally.asked),
    Column(pgettext_lazy("ledger", "Said yes"), lambda one: one.tally.accepted),
    Column(pgettext_lazy("ledger", "Said no"), lambda one: one.tally.declined),
    Column(pgettext_lazy("ledger", "No answer"), lambda one: one.tally.unanswered),
    Column(pgettext_lazy("ledger", "Went"), lambda one: one.tally.went),
    Column(pgettext_lazy("ledger", "Days"), lambda one: one.days),
    Column("km", lambda one: round(one.tally.km)),
    Column(_("Last asked"), lambda one: one.tally.last_asked),
    Column(_("Far more than the others"), lambda one: one.is_far_above),
]

RUNS = [
    Column(_("Number"), lambda one: one.pk),
    Column(_("Asked at"), lambda one: one.asked_at),
    Column(_("Asked by"), lambda one: str(one.asked_by or "")),
    Column(_("Region"), lambda one: one.region.name if one.region else ""),
    Column(_("Battle"), lambda one: one.only.title if one.only else ""),
    Column(pgettext_lazy("progress", "State"), lambda one: one.get_state_display()),
    Column(_("Places filled"), _placed),
    Column(_("Places left empty"), _empty),
]

TO_CALL = [
    Column(_("Volunteer"), lambda one: one.volunteer.name),
    Column(PLACE_STATE, lambda one: one.volunteer.home.state.name),
    Column(_("Municipality"), lambda one: one.volunteer.home.name),
    Column(_("Trade"), lambda one: one.trade.name),
    Column(_("Plant"), lambda one: one.battle.factory.name),
    Column(_("Leaves"), lambda one: one.leaves_on),
    Column(_("Back"), lambda one: one.back_on),
    Column(_("Code"), lambda one: one.code),
    Column(_("Answer until"), lambda one: one.deadline),
]
"""Without phones: those show on the page, and it is kept who saw them."""

PLANT: dict[str, Any] = {
    "number": lambda one: one.pk,
    "name": lambda one: one.name,
    "sector": lambda one: one.sector.name,
    "state": lambda one: one.municipality.state.name,
    "municipality": lambda one: one.municipality.name,
    "place": lambda one: one.place,
    "lat": lambda one: one.lat,
    "lon": lambda one: one.lon,
    "managed_by": lambda one: one.get_managed_by_display(),
    "running": lambda one: one.get_running_display(),
    "stopped_since": lambda one: one.stopped_since,
    "people_depend": lambda one: one.people_depend,
}
PLANT_LINES: dict[str, Any] = {
    "line": lambda line: line.product,
    "unit": lambda line: line.unit,
    "nominal": lambda line: line.nominal,
    "current": lambda line: line.current,
}
RANKED = [
    Column(_("Place in the order"), lambda one: one.decision.position if hasattr(one, "decision") else None),
    Column(_("Score"), lambda one: _rounded(one.score)),
    Column(_("Output lost (%)"), lambda one: _share(one.lost)),
    Column(_("Recovered per person-day (%)"), lambda one: _rounded(one.recovered, 2)),
    Column(_("Person-days"), lambda one: one.person_days),
    Column(_("Days stopped"), days_stopped),
    Column(_("Missing"), lambda one: one.missing),
    Column(_("Agreement"), lambda one: one.agreed_on or (_("waived") if one.waived else "")),
]
MACHINE: dict[str, Any] = {
    "number": lambda one: one.pk,
    "factory": lambda one: one.factory.name,
    "state": lambda one: one.factory.municipality.state.name,
    "municipality": lambda one: one.factory.municipality.name,
    "name": lambda one: one.name,
    "kind": lambda one: one.kind.name,
    "maker": lambda one: one.model.maker if one.model else "",
    "model": lambda one: one.model.name if one.model else "",
    "serial": lambda one: one.serial,
    "year": lambda one: one.year,
    "line": lambda one: one.line.product if one.line else "",
    "is_retired": lambda one: one.is_retired,
}


def plant_columns() -> list[Column]:
    """As an import takes them, then the figures of the ranking."""
    known = plant_fields()
    counted = Line.objects.order_by().values("factory").annotate(n=Count("pk"))
    most = counted.aggregate(most=Max("n"))["most"] or 1
    return [*columns(known, PLANT), *RANKED, *repeated(known, PLANT_LINES, _lines_of, most)]


def _lines_of(plant: Factory) -> list[Line]:
    return list(plant.lines.all())


def machine_columns() -> list[Column]:
    """As an import takes them, and how the machine is now."""
    state = Column(_("How it is"), lambda one: one.now[0].get_state_display() if one.now else "")
    return [*columns(machine_fields(), MACHINE), state]
