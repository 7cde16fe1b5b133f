"""What stands on each tab of a battle's page: one function a tab, used by the page and by every POST."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from battles import planning
from battles.forms.battles import (
    AgreementForm,
    DatesForm,
    DetailsForm,
    ReasonForm,
    SeatForm,
    requests_to_take_up,
)
from battles.forms.field import DiaryForm, FindingForm, FindingsForm, FoundForm, NeedForm, OutcomeForm, VoiceForm
from battles.forms.results import AnswerForm, LessonsForm, OutputForm, OwnRepairForm, ReadingForm
from battles.gains import gains
from battles.models import Agreement, Battle, LineResult, Offer, Seat
from battles.plant_links import plant_link, plant_path
from battles.rules import battles as rules
from battles.rules import field as field_rules
from battles.rules import plants as plant_rules
from battles.rules import results as result_rules
from battles.states import HOLDS_SEAT, BattleKind, BattleState, OfferState
from epo.audit.trail import trail_of
from epo.core.charts import Bar, Reading
from epo.core.clock import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.forms import BaseForm

    from factories.models import Line, OutputReading

    Forms = Mapping[str, BaseForm]

FORMER = (OfferState.LEFT, OfferState.RELEASED)
ANSWERED_NO = (OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN)


@dataclass(slots=True)
class SeatLine:
    """Equal seats: who holds them, who is asked, which are empty."""

    seat: Seat
    first_day: date | None
    last_day: date | None
    is_whole: bool
    holders: list[Offer] = field(default_factory=list)
    asked: list[Offer] = field(default_factory=list)
    proposed: list[Offer] = field(default_factory=list)
    empty: list[Seat] = field(default_factory=list)

    @property
    def filled(self) -> int:
        return len(self.holders)

    @property
    def wanted(self) -> int:
        return len(self.holders) + len(self.empty)


def seat_lines(battle: Battle) -> list[SeatLine]:
    offers = _offers(battle, (*HOLDS_SEAT, OfferState.ASKED, OfferState.PROPOSED))
    holders = {offer.seat_id: offer for offer in offers if offer.state in HOLDS_SEAT}
    lines: dict[Any, SeatLine] = {}
    for seat in battle.seats.select_related("trade"):
        line = lines.setdefault(seat.line, _seat_line(battle, seat))
        if seat.pk in holders:
            line.holders.append(holders[seat.pk])
        else:
            line.empty.append(seat)
    for offer in offers:
        if offer.line in lines and offer.state == OfferState.ASKED:
            lines[offer.line].asked.append(offer)
        elif offer.line in lines and offer.state == OfferState.PROPOSED:
            lines[offer.line].proposed.append(offer)
    return list(lines.values())


def _seat_line(battle: Battle, seat: Seat) -> SeatLine:
    start = battle.first_day
    return SeatLine(
        seat=seat,
        first_day=start and start + timedelta(days=seat.first_offset),
        last_day=start and start + timedelta(days=seat.last_offset),
        is_whole=seat.first_offset == 0 and seat.last_offset == battle.days - 1,
    )


def _offers(battle: Battle, states: Iterable[str]) -> list[Offer]:
    offers = battle.offers.filter(state__in=list(states)).order_by("deadline", "pk")
    offers = offers.select_related("volunteer__home__state", "trade", "departure")
    for offer in offers:
        offer.battle = battle
    return list(offers)


def seats_tab(battle: Battle, forms: Forms) -> dict[str, Any]:
    lines = seat_lines(battle)
    return {
        "lines": lines,
        "has_proposals": any(line.proposed for line in lines),
        "seat_form": forms.get("seat") or SeatForm(battle=battle, auto_id="seat_%s"),
        "why_not_fill": rules.why_not_fill_seats(battle),
        "can_change": battle.is_open,
    }


def crew_tab(battle: Battle, _forms: Forms) -> dict[str, Any]:
    offers = _offers(battle, OfferState.values)
    here, day = [offer for offer in offers if offer.state in HOLDS_SEAT], today()
    for offer in here:
        offer.is_missing = _is_missing(offer, day)  # type: ignore[attr-defined]
        offer.may_arrive = field_rules.why_not_arrive(offer) is None  # type: ignore[attr-defined]
    here.sort(key=lambda offer: (offer.trade.name, -offer.level, offer.volunteer.name))
    departures = list(battle.departures.select_related("driver").order_by("at", "pk"))
    for departure in departures:
        departure.people = [offer for offer in here if offer.departure_id == departure.pk]  # type: ignore[attr-defined]
    return {
        "crew": here,
        "former": [offer for offer in offers if offer.state in FORMER],
        "asked": [offer for offer in offers if offer.state == OfferState.ASKED],
        "proposed": [offer for offer in offers if offer.state == OfferState.PROPOSED],
        "answered_no": [offer for offer in offers if offer.state in ANSWERED_NO],
        "departures": departures,
        "pins": planning.pins_in_force([battle.pk]) if battle.state in rules.BEFORE_IT_BEGINS else [],
        "again_scope": f"battle-{battle.pk}",
        "expected": sum(offer.may_arrive for offer in here),  # type: ignore[attr-defined]
        "on_site": sum(offer.state == OfferState.ON_SITE for offer in here),
        "leave_form": ReasonForm(auto_id=False),
    }


def _is_missing(offer: Offer, day: date) -> bool:
    """Should have arrived by now, or should be home by now."""
    if offer.first_day is None or offer.back_on is None:
        return False
    late = offer.state == OfferState.ACCEPTED and offer.first_day <= day
    return late or (offer.state == OfferState.ON_SITE and offer.back_on < day)


def jobs_tab(battle: Battle, forms: Forms) -> dict[str, Any]:
    links = list(
        battle.battle_requests.select_related("request__machine__kind")
        .prefetch_related("request__demands__trade", "request__needs")
        .order_by("-is_active", "pk")
    )
    for link in links:
        link.battle = battle
        link.form = forms.get(f"outcome-{link.pk}") or OutcomeForm(link=link, auto_id=f"outcome{link.pk}_%s")  # type: ignore[attr-defined]
        link.need_form = forms.get(f"need-{link.pk}") or NeedForm(auto_id=f"need{link.pk}_%s")  # type: ignore[attr-defined]
    context = {
        "links": links,
        "found_links": [link for link in links if link.found_on_site],
        "can_judge": battle.state == BattleState.UNDER_WAY,
        "can_take_up": rules.why_not_before_it_begins(battle) is None,
        "can_write": battle.state in (BattleState.UNDER_WAY, BattleState.CLOSED),
        "to_take_up": list(requests_to_take_up(battle.factory)),
        "diary_kind": "" if battle.kind == BattleKind.DIAGNOSIS else "primary",
        "diary": list(battle.diary.select_related("machine", "volunteer", "by")),
        "photos": list(battle.photos.select_related("photo", "machine")),
        "diary_form": forms.get("diary") or DiaryForm(battle=battle, auto_id="diary_%s"),
        "found_form": forms.get("found") or FoundForm(battle=battle, auto_id="found_%s"),
    }
    return context | (_diagnosis(battle, forms) if battle.kind == BattleKind.DIAGNOSIS else {})


def _diagnosis(battle: Battle, forms: Forms) -> dict[str, Any]:
    findings = list(battle.findings.select_related("machine", "request"))
    return {
        "voices": list(battle.voices.all()),
        "findings": findings,
        "to_request": [finding for finding in findings if finding.request_id is None],
        "voice_form": forms.get("voice") or VoiceForm(auto_id="voice_%s"),
        "finding_form": forms.get("finding") or FindingForm(battle=battle, auto_id="finding_%s"),
        "findings_form": forms.get("findings") or FindingsForm(battle=battle, auto_id="findings_%s"),
    }


def agreement_tab(battle: Battle, forms: Forms) -> dict[str, Any]:
    agreement = Agreement.objects.select_related("recorded_by").filter(battle=battle).first()
    agreed = agreement if agreement and agreement.agreed_on else None
    return {
        "agreement": agreement,
        "agreement_form": forms.get("agreement") or AgreementForm(agreement=agreed, auto_id="agreement_%s"),
        "waiver_form": forms.get("waiver") or ReasonForm(auto_id="waiver_%s"),
        "can_change": battle.is_open,
        "plant_links": [
            (link, plant_path(link), plant_link(link)) for link in battle.plant_links.select_related("made_by")
        ],
        "why_not_link": plant_rules.why_not_make_link(battle),
    }


def result_tab(battle: Battle, forms: Forms) -> dict[str, Any]:
    lines = list(battle.factory.lines.prefetch_related("readings"))
    results = _results(battle, forms)
    follow_ups = list(battle.follow_ups.select_related("line", "reading"))
    for follow_up in follow_ups:
        follow_up.form = forms.get(f"reading-{follow_up.pk}") or ReadingForm(  # type: ignore[attr-defined]
            follow_up=follow_up, auto_id=f"reading{follow_up.pk}_%s"
        )
        follow_up.is_due = follow_up.reading is None and follow_up.due_on <= today()  # type: ignore[attr-defined]
    return {
        "outputs": [_output(battle, line, results.get(line.pk), forms) for line in lines],
        "bars": [_bar(line, results[line.pk]) for line in lines if line.pk in results],
        "follow_ups": follow_ups,
        "lessons_form": forms.get("lessons") or LessonsForm(battle=battle, auto_id="lessons_%s"),
        "why_not_close": result_rules.why_not_close(battle),
        "unfinished": battle.battle_requests.filter(is_active=True, outcome="").count(),
        "gains": gains(LineResult.objects.filter(battle=battle)),
        "own_repairs": list(battle.own_repairs.select_related("machine")),
        "own_repair_form": forms.get("own-repair") or OwnRepairForm(battle=battle, auto_id="own_%s"),
        "followed_by": list(battle.followed_by.all()),
        "can_measure": battle.state in (BattleState.UNDER_WAY, BattleState.CLOSED),
    }


def _results(battle: Battle, forms: Forms) -> dict[int, LineResult]:
    """By line, each with what the plant said otherwise; of that, what still waits with the form that answers it."""
    rows: list[Any] = list(battle.line_results.select_related("line").prefetch_related("corrections__answered_by"))
    for correction in (one for row in rows for one in row.corrections.all() if one.is_waiting):
        name = f"answer-{correction.pk}"
        correction.why_not = plant_rules.why_not_take_over(correction)
        correction.form = forms.get(name) or AnswerForm(auto_id=f"answer{correction.pk}_%s")
    return {row.line_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Output:
    """A line with its result in this battle, its readings, and the form that records both."""

    line: Line
    result: LineResult | None
    readings: list[Reading]
    form: BaseForm


def _output(battle: Battle, line: Line, result: LineResult | None, forms: Forms) -> Output:
    """Before anything is recorded, the line's output now stands as the output before."""
    form = forms.get(f"output-{line.pk}") or OutputForm(
        battle=battle, auto_id=f"output{line.pk}_%s", initial=_start(line, result)
    )
    return Output(line, result, [_reading(reading) for reading in line.readings.all()], form)


def _start(line: Line, result: LineResult | None) -> dict[str, Any]:
    if result is None:
        return {"line": line.pk, "before": line.current}
    return {
        "line": line.pk, "before": result.before, "after": result.after,
        "is_confirmed": result.confirmed_at is not None, "confirmed_by": result.confirmed_by,
    }  # fmt: skip


def _reading(reading: OutputReading) -> Reading:
    return Reading(reading.day, float(reading.amount))


def _bar(line: Line, result: LineResult) -> Bar:
    before, after, full = (
        None if amount is None else float(amount) for amount in (result.before, result.after, line.nominal)
    )
    return Bar(name=line.product, before=before, after=after, full=full, unit=line.unit)


def plan_tab(battle: Battle, forms: Forms) -> dict[str, Any]:
    return {
        "dates_form": forms.get("dates") or DatesForm.of(battle),
        "why_not_redate": rules.why_not_redate(battle),
        "details_form": forms.get("details") or DetailsForm(battle=battle, auto_id="details_%s"),
        "draft_form": forms.get("draft") or ReasonForm(auto_id="draft_%s"),
        "call_off_form": forms.get("call-off") or ReasonForm(auto_id="off_%s"),
        "can_change": battle.is_open,
        "can_draft": battle.state in (BattleState.ASKING, BattleState.READY),
        "history": trail_of(battle),
    }


TABS = {
    "seats": seats_tab,
    "crew": crew_tab,
    "jobs": jobs_tab,
    "agreement": agreement_tab,
    "result": result_tab,
    "plan": plan_tab,
}
