"""What a plant says, through whichever door: signed in, or by a signed link. Readings, own repairs, confirmations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from battles.actions.corrections import correct_output
from battles.actions.readings import record_readings
from battles.actions.results import record_own_repair
from battles.forms.plants import CorrectionForm, DayForm, LaterRepairForm, PastedForm
from battles.models import LineResult, OutputCorrection
from battles.pasted import BadLine, Pasted, read_pasted
from battles.rules.readings import TOLD_BY_WORKERS, is_guarded, known_readings
from epo.core.errors import Refused
from factories.models import OutputReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from battles.models import Battle
    from battles.pasted import Given
    from epo.accounts.models import User
    from factories.models import Factory

READINGS = "battles/plant/readings.html"
REPAIR = "battles/plant/repair.html"
CORRECTION = "battles/plant/correction.html"
NEWEST = 12


@dataclass(frozen=True, slots=True)
class Door:
    """Who came in and how: `is_confirmed` where the workers' delegate speaks, `back` where they came from."""

    factory: Factory
    by: User | None
    is_confirmed: bool
    base: str
    back: str
    battle: Battle | None = None
    post: str = ""
    token: str = ""

    def said(self, what: str) -> str:
        """Where one is after telling something; the page says that it was noted."""
        return f"{self.back}?said={what}"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    given: Given
    was: Decimal | None


def readings_page(request: HttpRequest, door: Door) -> HttpResponse:
    """A number for each line on one day; or a pasted table, looked at first and then stored, all of it or nothing."""
    lines = list(door.factory.lines.all())
    start = {"said_by": door.post}
    day_form = DayForm(lines=lines, initial=start, auto_id="day_%s")
    table_form = PastedForm(initial=start, auto_id="table_%s")
    context: dict[str, Any] = {}
    what = request.POST.get("do", "") if request.method == "POST" else ""
    if what == "day":
        day_form = DayForm(request.POST, lines=lines, auto_id="day_%s")
        if day_form.is_valid() and _store(door, day_form, day_form.given):
            return redirect(door.said("readings"))
    elif what:
        table_form = PastedForm(request.POST, auto_id="table_%s")
        if table_form.is_valid():
            pasted = read_pasted(table_form.cleaned_data["table"], lines)
            context = _preview(pasted, door)
            if what == "save" and not pasted.bad and _store(door, table_form, pasted.given):
                return redirect(door.said("readings"))
    context |= {
        "door": door, "lines": lines, "day_form": day_form, "table_form": table_form, "newest": newest(door.factory),
    }  # fmt: skip
    return render(request, READINGS, context)


def _store(door: Door, form: Any, given: list[Given]) -> bool:
    said_by = form.cleaned_data["said_by"]
    try:
        record_readings(factory=door.factory, given=given, said_by=said_by, is_confirmed=door.is_confirmed, by=door.by)
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return False
    return True


def _preview(pasted: Pasted, door: Door) -> dict[str, Any]:
    """What would be stored, what stands there now, and each bad line with its reason."""
    known = known_readings(pasted.given)
    rows = []
    for one in pasted.given:
        stored = known.get((one.line.pk, one.day))
        if is_guarded(one, stored, is_confirmed=door.is_confirmed):
            number = pasted.where[one.line.pk, one.day]
            pasted.bad.append(BadLine(number, f"{one.line} {one.day:%d/%m/%Y}", str(TOLD_BY_WORKERS)))
        rows.append(PreviewRow(one, stored.amount if stored and stored.amount != one.amount else None))
    pasted.bad.sort(key=lambda bad: bad.number)
    return {"rows": rows, "bad": pasted.bad, "is_preview": True}


def newest(factory: Factory) -> QuerySet[OutputReading]:
    return OutputReading.objects.filter(line__factory=factory).select_related("line").order_by("-day", "line")[:NEWEST]


def repair_page(request: HttpRequest, door: Door) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    start = {"said_by": door.post}
    form = LaterRepairForm(posted, factory=door.factory, battle=door.battle, initial=start)
    if form.is_bound and form.is_valid():
        try:
            record_own_repair(factory=door.factory, by=door.by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            return redirect(door.said("repair"))
    return render(request, REPAIR, {"door": door, "form": form})


def correction_page(request: HttpRequest, door: Door, result: LineResult) -> HttpResponse:
    """The figures as they stand, and the right ones; sent twice, they are noted once."""
    posted = request.POST if request.method == "POST" else None
    start = {"before": result.before, "after": result.after, "said_by": door.post}
    form = CorrectionForm(posted, initial=start)
    if form.is_bound and form.is_valid():
        try:
            correct_output(result=result, is_first_hand=door.is_confirmed, by=door.by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            return redirect(door.said("correction"))
    return render(request, CORRECTION, {"door": door, "form": form, "result": result})


def corrections_of(results: Sequence[LineResult]) -> None:
    """What the plant said otherwise is hung on each result, the newest first."""
    prefetch_related_objects(results, Prefetch("corrections", OutputCorrection.objects.select_related("answered_by")))


def told(request: HttpRequest) -> str:
    """What was just noted, for the page on which one lands."""
    return {
        "readings": _("The readings are noted. Thank you."),
        "repair": _("The repair is noted. Thank you."),
        "agreement": _("The agreement is confirmed. Thank you."),
        "output": _("The figures are confirmed. Thank you."),
        "correction": _("Your figures are noted. The coordinator sees both and answers you."),
    }.get(request.GET.get("said", ""), "")
