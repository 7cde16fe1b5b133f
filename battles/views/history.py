"""The audit trail of a row, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from battles.states import NeedState, RequestState
from epo.audit.models import AuditEvent
from factories.states import ReportState

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
    events = AuditEvent.objects.about(row).select_related("by")[:SHOWN]
    return [
        {
            "when": event.at,
            "who": str(event.by) if event.by else "",
            "what": WORDS.get(event.kind, event.kind),
            "text": _told(event.data),
            "kind": KINDS.get(event.kind, "info"),
        }
        for event in events
    ]


def _told(data: dict[str, Any]) -> str:
    if "trade" in data:
        return f"{data['people']} × {data['trade']} · {data['level']} · {data['days']} d"
    return next((str(data[name]) for name in TOLD if data.get(name)), "")
