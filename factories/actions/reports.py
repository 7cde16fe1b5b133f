"""Everything that writes breakdown reports and their variants."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.timezone import now

from epo.accounts.models import coordinators_of
from epo.audit.actions import move, record
from epo.contacts.actions import add_contact
from epo.core.clock import today
from epo.core.errors import Refused
from epo.core.text import fold
from epo.notifications.actions import notify_all
from epo.places.models import Municipality
from factories import rules
from factories.actions.floods import make_room, make_room_for_variant
from factories.actions.machines import note_condition
from factories.models import (
    BreakdownReport,
    CommonFault,
    Factory,
    Label,
    Machine,
    MachineKind,
    ReportVariant,
)
from factories.states import REPORT_MOVES, Condition, ReportState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from epo.contacts.models import Contact
    from epo.core.types import Actor
    from factories.content import Content

NUMBERS = ((100_000, 999_999), (10_000_000, 99_999_999))
SHORT_NUMBERS_TRIED = 4
NUMBERS_TRIED = 12

_Row = TypeVar("_Row", bound=Model)


class Outcome(Enum):
    STORED = "stored"
    AGAIN = "again"
    VARIANT = "variant"


@dataclass(frozen=True, slots=True)
class Receipt:
    """After a variant, only the number may be told: whoever sent it may not be who sent the first."""

    report: BreakdownReport
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Place:
    label: Label | None = None
    machine: Machine | None = None
    factory: Factory | None = None
    municipality: Municipality | None = None
    kind: MachineKind | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """How a report came; see `receive_within`."""

    language: str
    sent_at: datetime | None
    sender: str
    reporter: Contact | None


@transaction.atomic(durable=True)
def receive_report(
    *,
    report_id: UUID,
    content: Content,
    by: Actor | None,
    language: str = "es",
    sent_at: datetime | None = None,
    sender: str = "",
) -> Receipt:
    """Store a report once, however often and however simultaneously it is sent.

    The same id with the same content gets the first receipt again; other content is kept as a variant.
    When this returns, the report is committed (it cannot be called inside a transaction). `sender` tells
    addresses apart (`epo.core.addresses`): a new report that is one too many raises `TooMany`.
    """
    return receive_within(
        report_id=report_id, content=content, by=by, language=language, sent_at=sent_at, sender=sender
    )


@transaction.atomic
def receive_within(
    *,
    report_id: UUID,
    content: Content,
    by: Actor | None,
    language: str = "es",
    sent_at: datetime | None = None,
    sender: str = "",
    reporter: Contact | None = None,
) -> Receipt:
    """`receive_report` for who has a transaction, and acknowledges nothing before that is committed.

    `reporter` are contact details that are known already, so that they are not added again.
    """
    report = _the_one(BreakdownReport.objects.filter(pk=report_id))
    if report is None:
        how = Sent(language=language, sent_at=sent_at, sender=sender, reporter=reporter)
        report = _store(report_id, content, how, by=by)
        if report is not None:
            return Receipt(report, Outcome.STORED)
        report = BreakdownReport.objects.get(pk=report_id)
    if report.content_hash == content.hash:
        return Receipt(report, Outcome.AGAIN)
    keep_variant(report=report, content=content, by=by)
    return Receipt(report, Outcome.VARIANT)


def _store(report_id: UUID, content: Content, how: Sent, *, by: Actor | None) -> BreakdownReport | None:
    """The new report, or None if another sending of the same id was faster."""
    place = _find_place(content)
    make_room(
        BreakdownReport(label=place.label, factory=place.factory, municipality=place.municipality, sender=how.sender)
    )
    for attempt in range(NUMBERS_TRIED):
        lowest, highest = NUMBERS[attempt >= SHORT_NUMBERS_TRIED]
        number = lowest + secrets.randbelow(highest - lowest + 1)
        try:
            with transaction.atomic():
                report = _insert(report_id, number, content, place, how)
        except IntegrityError:
            if BreakdownReport.objects.filter(pk=report_id).exists():
                return None
        else:
            record("report.received", report, by=by)
            _join_to_the_same(report, content, by=by)
            note_condition(report=report)
            _tell_of_danger(report)
            return report
    raise RuntimeError("no free receipt number was found")


def _insert(report_id: UUID, number: int, content: Content, place: _Place, how: Sent) -> BreakdownReport:
    faults = list(CommonFault.objects.filter(kind=place.kind, code__in=content.faults)) if content.faults else []
    unknown = sorted(set(content.faults) - {fault.code for fault in faults})
    text = "\n".join([content.text, *(f"[{code}]" for code in unknown)]).strip()
    report = BreakdownReport(
        id=report_id,
        number=number,
        content_hash=content.hash,
        label=place.label,
        machine=place.machine,
        factory=place.factory,
        municipality=place.municipality,
        kind=place.kind,
        plant_name=content.plant_name,
        machine_name=content.machine_name,
        condition=content.condition or Condition.STOPPED,
        text=text,
        language=how.language,
        sent_at=how.sent_at,
        sender=how.sender,
        reporter=how.reporter or _new_contact(content),
    )
    report.folded = folded(report)
    report.save(force_insert=True)
    if faults:
        report.faults.set(faults)
    return report


def _new_contact(content: Content) -> Contact | None:
    return add_contact(name=content.name, phone=content.phone) if content.has_contact else None


def folded(report: BreakdownReport) -> str:
    """What the desk searches in: the words of the report, and the names of machine, kind and plant."""
    kind = report.kind
    return fold(
        report.text,
        report.what,
        report.where,
        report.machine_name,
        kind.name_es if kind else "",
        kind.name_en if kind else "",
    )


def _find_place(content: Content) -> _Place:
    labels = Label.objects.select_related("machine__factory", "machine__kind", "factory")
    machines = Machine.objects.select_related("factory", "kind")
    label = _one(labels, token=content.label)
    machine = (label.machine if label else None) or _one(machines, pk=content.machine)
    factory = label.factory if label else None
    if machine is not None:
        if factory is not None and factory != machine.factory:
            raise Refused(rules.UNKNOWN_PLACE)
        factory = machine.factory
    factory = factory or _one(Factory.objects.all(), pk=content.factory)
    return _Place(
        label=label,
        machine=machine,
        factory=factory,
        municipality=None if factory else _one(Municipality.objects.all(), code=content.municipality),
        kind=machine.kind if machine else _one(MachineKind.objects.all(), code=content.kind),
    )


def _one(rows: QuerySet[_Row], **key: object) -> _Row | None:
    """The row that is named, None where none is named, a refusal where the name is unknown."""
    if not any(key.values()):
        return None
    row = _the_one(rows.filter(**key))
    if row is None:
        raise Refused(rules.UNKNOWN_PLACE)
    return row


def _the_one(rows: QuerySet[_Row]) -> _Row | None:
    """By a unique key: there is nothing to sort."""
    return next(iter(rows.order_by()[:1]), None)


def _join_to_the_same(report: BreakdownReport, content: Content, *, by: Actor | None) -> None:
    """ "This is the same breakdown": shares the fate of the open report of that number on the same machine.

    If that one has been dealt with meanwhile, the report stays new: better seen twice than not at all.
    """
    if not content.same_as or (report.machine_id is None and report.factory_id is None):
        return
    thing = {"machine": report.machine_id} if report.machine_id else {"factory": report.factory_id}
    other = BreakdownReport.objects.open().filter(number=content.same_as, **thing).exclude(pk=report.pk).first()
    if other is None:
        return
    report.same_as = other
    report.condition = content.condition or other.condition
    move(report, ReportState.SAME_AS, REPORT_MOVES, by=by, also=("same_as", "condition"))


def _tell_of_danger(report: BreakdownReport) -> None:
    """Coordinators hear at once, at night too, and once a day for the same thing, however often it is reported."""
    if report.condition != Condition.DANGEROUS or report.state != ReportState.NEW:
        return
    municipality = report.factory.municipality if report.factory else report.municipality
    thing = f"m{report.machine_id}" if report.machine_id else f"f{report.factory_id}:{report.where}"
    notify_all(
        users=coordinators_of(municipality.state.region_id if municipality else None),
        kind="report.dangerous",
        key=f"report.dangerous:{fold(thing)[:60]}:{today()}",
        about=report,
        urgent=True,
    )


@transaction.atomic
def keep_variant(*, report: BreakdownReport, content: Content, by: Actor | None) -> ReportVariant:
    """Keep what came under an id that already says something else. Sent again, it is kept once."""
    found = ReportVariant.objects.filter(report=report, content_hash=content.hash).first()
    if found is not None:
        return found
    make_room_for_variant(report)
    body = content.without_contact()
    try:
        with transaction.atomic():
            if content.has_contact:
                body["contact"] = add_contact(name=content.name, phone=content.phone).pk
            variant = ReportVariant.objects.create(report=report, content_hash=content.hash, body=body)
    except IntegrityError:
        return ReportVariant.objects.get(report=report, content_hash=content.hash)
    record("report.variant_kept", report, by=by, variant=variant.pk)
    return variant


@transaction.atomic
def mark_variant_seen(*, variant: ReportVariant, by: Actor) -> None:
    if ReportVariant.objects.filter(pk=variant.pk, seen_at=None).update(seen_at=now()):
        record("report.variant_seen", variant.report, by=by, variant=variant.pk)
