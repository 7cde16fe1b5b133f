"""A battle's timeline, told from its audit events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from epo.audit.models import AuditEvent

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from battles.models import Battle
    from epo.accounts.models import User

MOST_EVENTS = 60

TOLD: dict[str, tuple[str, str | _StrPromise]] = {
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
    "battle.finding": ("", _("a finding was noted")),
    "battle.findings_requested": ("info", _("findings became requests")),
    "battle.outcome": ("", _("an outcome was noted")),
    "battle.output": ("good", _("output measured")),
    "battle.closed": ("good", pgettext_lazy("history", "closed")),
    "battle.follow_up": ("good", _("output measured again")),
    "battle.called_off": ("bad", pgettext_lazy("history", "called off")),
}


@dataclass(frozen=True, slots=True)
class Event:
    when: datetime
    who: User | None
    what: str | _StrPromise
    kind: str
    text: str = ""


def history_of(battle: Battle) -> list[Event]:
    """The newest first; steps too small to tell are left out."""
    events = AuditEvent.objects.about(battle).filter(kind__in=TOLD).select_related("by")
    return [Event(event.at, event.by, TOLD[event.kind][1], TOLD[event.kind][0]) for event in events[:MOST_EVENTS]]
