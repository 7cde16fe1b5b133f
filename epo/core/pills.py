"""The pill of every state: one colour, one shape, the same on every page.

Keyed by machine and state as words, so that this module knows nothing of the apps above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Pill:
    kind: str
    shape: str


NEW = Pill("info", "dot")
UNDER_WAY = Pill("info", "square")
WAITING = Pill("wait", "ring")
PLANNED = Pill("wait", "dot")
GOOD = Pill("good", "dot")
PARTLY = Pill("good", "ring")
STOPPED = Pill("bad", "cross")
ALARM = Pill("bad", "square")
OVER = Pill("quiet", "square")
DRAFT = Pill("quiet", "ring")
DROPPED = Pill("quiet", "cross")

PILLS: Mapping[str, Pill] = {
    "report.new": NEW,
    "report.same_as": OVER,
    "report.joined": PLANNED,
    "report.requested": UNDER_WAY,
    "report.answered": GOOD,
    "report.rejected": DROPPED,
    "request.open": NEW,
    "request.planned": PLANNED,
    "request.under_repair": UNDER_WAY,
    "request.repaired": GOOD,
    "request.partly_repaired": PARTLY,
    "request.not_repairable": STOPPED,
    "request.cancelled": DROPPED,
    "battle.draft": DRAFT,
    "battle.asking": WAITING,
    "battle.ready": GOOD,
    "battle.under_way": UNDER_WAY,
    "battle.closed": OVER,
    "battle.called_off": DROPPED,
    "offer.proposed": DRAFT,
    "offer.asked": WAITING,
    "offer.accepted": GOOD,
    "offer.on_site": UNDER_WAY,
    "offer.done": OVER,
    "offer.dropped": DROPPED,
    "offer.declined": STOPPED,
    "offer.expired": ALARM,
    "offer.withdrawn": DROPPED,
    "offer.released": DROPPED,
    "offer.left": STOPPED,
    "run.waiting": WAITING,
    "run.running": UNDER_WAY,
    "run.done": GOOD,
    "run.failed": STOPPED,
    "run.stopped": DROPPED,
    "machine.running": GOOD,
    "machine.badly": WAITING,
    "machine.stopped": STOPPED,
    "machine.dangerous": ALARM,
    "factory.runs": GOOD,
    "factory.partly": WAITING,
    "factory.stands": STOPPED,
    "factory.unknown": DRAFT,
    "need.missing": WAITING,
    "need.got": GOOD,
    "need.waived": DROPPED,
    "photo.waiting": WAITING,
    "photo.ready": GOOD,
    "photo.refused": STOPPED,
    "volunteer.active": GOOD,
    "volunteer.paused": WAITING,
    "volunteer.left": OVER,
    "application.waiting": NEW,
    "application.confirmed": GOOD,
    "application.rejected": DROPPED,
    "certificate.waiting": WAITING,
    "certificate.confirmed": GOOD,
    "certificate.refused": STOPPED,
    "certificate.replaced": OVER,
    "endorsement.asked": WAITING,
    "endorsement.given": GOOD,
    "endorsement.declined": DROPPED,
}

# The machine of a row, where the model's name says more than the machine's.
MACHINES: Mapping[str, str] = {
    "breakdownreport": "report",
    "repairrequest": "request",
    "matchingrun": "run",
    "machinestatus": "machine",
}


def machine_of(row: Model) -> str:
    name = str(row._meta.model_name)
    return MACHINES.get(name, name)


def pill_of(machine: str, state: str) -> Pill:
    """A state without a pill is our mistake; tests check that none is."""
    return PILLS[f"{machine}.{state}"]
