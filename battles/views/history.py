"""The audit trail of a row, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from battles.states import NeedState, RequestState
from epo.audit.models import AuditEvent
from factories.states import ReportState
from volunteers.models import Trade
from volunteers.states import Level

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

SHOWN = 60

WORDS: dict[str, str | _StrPromise] = {
    "report.received": _("Report received"),
    "report.variant_kept": _("The same report came with other content"),
    "report.variant_seen": _("The other content was looked at"),
    "report.in_hand": _("Taken in hand"),
    "report.closed": _("Repaired"),
    "report.again": _("The reporter says: broken again"),
    "report.placed": _("Plant or machine entered"),
    "repairrequest.opened": _("Request opened"),
    "repairrequest.report_joined": _("A report was joined"),
    "repairrequest.described": _("Description changed"),
    "repairrequest.demand_added": _("Demand added"),
    "repairrequest.demand_changed": _("Demand changed"),
    "repairrequest.demand_removed": _("Demand removed"),
    "repairrequest.need_added": _("Something needed was added"),
    "repairrequest.need_changed": _("Something needed was changed"),
    "repairrequest.need_removed": _("Something needed was removed"),
    "repairrequest.in_hand": _("Taken in hand"),
}
WORDS |= {f"breakdownreport.{state}": state.label for state in ReportState}
WORDS |= {f"repairrequest.{state}": state.label for state in RequestState}
WORDS |= {f"repairrequest.need_{state}": state.label for state in NeedState}

KINDS = {
    "repairrequest.repaired": "good",
    "report.closed": "good",
    "breakdownreport.answered": "good",
    "repairrequest.cancelled": "bad",
    "repairrequest.not_repairable": "bad",
    "breakdownreport.rejected": "bad",
    "report.again": "bad",
    "repairrequest.planned": "wait",
}
TOLD = ("reason", "what", "title")


def history_of(row: Model) -> list[dict[str, Any]]:
    """Newest first, as `components/timeline.html` wants it."""
    events = list(AuditEvent.objects.about(row).select_related("by")[:SHOWN])
    codes = {event.data["trade"] for event in events if "trade" in event.data}
    trades = {trade.code: trade.name for trade in Trade.objects.filter(code__in=codes)} if codes else {}
    return [
        {
            "when": event.at,
            "who": str(event.by) if event.by else "",
            "what": WORDS.get(event.kind, event.kind),
            "text": _told(event.data, trades),
            "kind": KINDS.get(event.kind, "info"),
        }
        for event in events
    ]


def _told(data: dict[str, Any], trades: dict[str, str]) -> str:
    if "trade" in data:
        trade, level, days = trades.get(data["trade"], data["trade"]), Level(data["level"]).label, data["days"]
        said = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
        return f"{data['people']} × {trade} · {level} · {said}"
    return next((str(data[name]) for name in TOLD if data.get(name)), "")
