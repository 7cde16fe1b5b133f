"""What happens to reports, machines, requests, battles and offers, in words. Imported by the app; see `epo.audit.trail`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from battles.states import NeedState, OfferState, RequestState
from epo.audit.trail import register
from factories.states import Condition, ReportState
from volunteers.models import Trade
from volunteers.states import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from epo.audit.models import AuditEvent
    from epo.audit.trail import Words

REPORT: Words = {
    "report.received": ("info", _("Report received")),
    "report.variant_kept": ("info", _("The same report came with other content")),
    "report.variant_seen": ("info", _("The other content was looked at")),
    "report.in_hand": ("info", _("Taken in hand")),
    "report.closed": ("good", _("Repaired")),
    "report.again": ("bad", _("The reporter says: broken again")),
    "report.placed": ("info", _("Plant or machine entered")),
}
TALK: Words = {
    "talk.in_hand": ("info", _("Taken in hand")),
    "talk.reported": ("good", _("Made a report")),
    "talk.handled": ("good", _("Dealt with")),
}
PLANT: Words = {
    "factory.created": ("info", _("Plant entered")),
    "factory.renamed": ("", _("Renamed")),
    "machine.created": ("info", _("Machine entered")),
    "machine.renamed": ("", _("Renamed")),
    "machine.status": ("wait", _("Its state was noted")),
    "label.created": ("", _("Label made")),
    "label.retired": ("", _("Label retired")),
    "line.reading": ("good", _("output measured")),
    "own_repair.recorded": ("good", _("Repaired by the plant's own workers")),
    "plantdecision.decided": ("", _("Place in the order decided")),
    "plantdecision.dropped": ("", _("Place in the order dropped")),
}
REQUEST: Words = {
    "repairrequest.opened": ("info", _("Request opened")),
    "repairrequest.report_joined": ("info", _("A report was joined")),
    "repairrequest.described": ("info", _("Description changed")),
    "repairrequest.demand_added": ("info", _("Demand added")),
    "repairrequest.demand_changed": ("info", _("Demand changed")),
    "repairrequest.demand_removed": ("info", _("Demand removed")),
    "repairrequest.need_added": ("info", _("Something needed was added")),
    "repairrequest.need_changed": ("info", _("Something needed was changed")),
    "repairrequest.need_removed": ("info", _("Something needed was removed")),
    "repairrequest.in_hand": ("info", _("Taken in hand")),
}
BATTLE: Words = {
    "battle.planned": ("info", pgettext_lazy("history", "planned")),
    "battle.changed": ("", pgettext_lazy("history", "dates or details changed")),
    "battle.request_added": ("", _("a request was added")),
    "battle.request_removed": ("", _("a request was taken out")),
    "battle.seats_filled": ("", _("seats worked out from the requests")),
    "battle.seat_added": ("", _("seats added")),
    "battle.seat_changed": ("", _("a seat was changed")),
    "battle.seat_removed": ("", _("a seat was removed")),
    "battle.agreed": ("good", _("agreement recorded")),
    "battle.agreement_waived": ("wait", _("agreement waived")),
    "battle.departure_added": ("", _("departure added")),
    "battle.departure_changed": ("", _("departure changed")),
    "battle.departure_removed": ("", _("departure removed")),
    "battle.pinned_in": ("", _("a person was fixed for it")),
    "battle.pinned_out": ("", _("a person was kept out of it")),
    "battle.unpinned": ("", _("a fixed person was left to the program again")),
    "battle.start_pinned": ("", _("the start to plan with was fixed")),
    "battle.start_unpinned": ("", _("the start was left to the program again")),
    "battle.draft": ("wait", _("back to draft")),
    "battle.asking": ("wait", _("people are being called")),
    "battle.ready": ("good", _("crew complete")),
    "battle.under_way": ("info", _("the crew left")),
    "battle.machine_found": ("wait", _("a machine was found broken")),
    "battle.voice_heard": ("", _("a voice was heard")),
    "battle.finding": ("", _("a finding was noted")),
    "battle.findings_requested": ("info", _("findings became requests")),
    "battle.outcome": ("", _("an outcome was noted")),
    "battle.output": ("good", _("output measured")),
    "battle.output_disputed": ("wait", _("the plant said other figures")),
    "battle.output_corrected": ("good", _("the plant's figures were taken over")),
    "battle.correction_answered": ("", _("the plant's figures were answered")),
    "battle.closed": ("good", pgettext_lazy("history", "closed")),
    "battle.lessons": ("", _("lessons changed")),
    "battle.reading_asked": ("wait", _("the plant was asked for a reading")),
    "battle.agreement_confirmed": ("good", _("agreement confirmed by the plant")),
    "battle.plant_link": ("info", _("link made for the plant")),
    "battle.plant_link_revoked": ("wait", _("link of the plant revoked")),
    "battle.reading_reminded": ("wait", _("asked again for a reading")),
    "battle.follow_up": ("good", _("output measured again")),
    "battle.called_off": ("bad", pgettext_lazy("history", "called off")),
}
OFFER: Words = {"offer.signed_off": ("good", _("Work signed off"))}

REQUEST_KINDS = {"repaired": "good", "cancelled": "bad", "not_repairable": "bad", "planned": "wait"}
REPORT_KINDS = {"answered": "good", "rejected": "bad"}
OFFER_KINDS = {
    "asked": "wait",
    "accepted": "good",
    "done": "good",
    "declined": "bad",
    "expired": "bad",
    "released": "bad",
    "left": "bad",
}
WORDS: dict[str, tuple[str, str | _StrPromise]] = {**REPORT, **TALK, **PLANT, **REQUEST, **BATTLE, **OFFER}
WORDS |= {f"breakdownreport.{state}": (REPORT_KINDS.get(state, "info"), state.label) for state in ReportState}
WORDS |= {f"repairrequest.{state}": (REQUEST_KINDS.get(state, "info"), state.label) for state in RequestState}
WORDS |= {f"repairrequest.need_{state}": ("info", state.label) for state in NeedState}
WORDS |= {f"offer.{state}": (OFFER_KINDS.get(state, "info"), state.label) for state in OfferState}

OURS = ("battles.", "factories.")


def details(events: list[AuditEvent]) -> Mapping[int, str]:
    """A demand with its trade, level and days; the state of a machine; an old and a new name."""
    ours = [event for event in events if event.about_type.startswith(OURS)]
    codes = {event.data["trade"] for event in ours if "trade" in event.data}
    trades = {trade.code: trade.name for trade in Trade.objects.filter(code__in=codes)} if codes else {}
    return {event.pk: text for event in ours if (text := _told(event, trades))}


def _told(event: AuditEvent, trades: dict[str, str]) -> str:
    said = event.data
    if "trade" in said:
        return _demand(said, trades.get(said["trade"], said["trade"]))
    if event.kind == "machine.status" and said.get("state") in Condition.values:
        return str(Condition(said["state"]).label)
    if event.kind.endswith(".renamed"):
        return f"{said.get('was', '')} → {said.get('now', '')}"
    if event.kind == "line.reading":
        return f"{said.get('amount', '')} · {said.get('day', '')}"
    return ""


def _demand(said: dict[str, object], trade: str) -> str:
    level, days = said.get("level"), said.get("days")
    parts = [f"{said['people']} × {trade}" if said.get("people") else trade]
    if level in Level.values:
        parts.append(str(Level(level).label))
    if isinstance(days, int):
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    return " · ".join(parts)


register(WORDS, details)
