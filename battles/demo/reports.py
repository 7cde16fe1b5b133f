"""Breakdown reports as workers type them on their phones, and the requests that came of some of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from battles.demo import fight
from battles.demo.names import chance, full_name, mobile
from battles.demo.plants import DATA, LETTERS, Plants
from battles.models import Demand, Need, RepairRequest, RequestReport
from battles.states import Brings, NeedState, RequestState
from epo.contacts.models import Contact
from epo.core.tables import read_table
from epo.core.text import fold
from factories.models import BreakdownReport, CommonFault, Machine, MachineKind
from factories.states import ReportState

if TYPE_CHECKING:
    from random import Random

    from battles.demo.fight import Ledger
    from epo.accounts.models import User
    from epo.places.models import Municipality

FIRST_NUMBER = 2001
FIRST_PHONE = 7000
NOT_KNOWN_EACH = 0.3
"""How often the output lost is not known."""


@dataclass(slots=True)
class Desk:
    """Keeps what is to be written at the end: reports in the order of their hours, and what hangs on them."""

    rng: Random
    plants: Plants
    ledger: Ledger
    now: datetime
    faults: dict[tuple[int, str], CommonFault]
    needs: dict[str, list[dict[str, str]]]
    reports: list[BreakdownReport] = field(default_factory=list)
    picked: list[tuple[BreakdownReport, CommonFault]] = field(default_factory=list)
    links: list[RequestReport] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, plants: Plants, ledger: Ledger, now: datetime) -> Desk:
        needs: dict[str, list[dict[str, str]]] = {}
        for row in read_table(DATA / "needs.csv"):
            needs.setdefault(row.pop("trade"), []).append(row)
        faults = {(fault.kind_id, fault.code): fault for fault in CommonFault.objects.all()}
        return cls(ledger.rng, plants, ledger, now, faults, needs)

    def free_machine(self, kind: str, *, first: str = "") -> Machine | None:
        """One of that kind about which nothing was told yet, if possible at the plant `first`."""
        free = {
            key: machine
            for key, machine in self.plants.machines.items()
            if machine.kind.code == kind and machine.pk not in self.used
        }
        here = [machine for (factory, _name), machine in free.items() if factory == first]
        if here:
            return here[0]
        return self.rng.choice(list(free.values())) if free else None

    def report(
        self,
        machine: Machine,
        text: str,
        condition: str,
        *,
        at: datetime,
        fault: str = "",
        state: str = ReportState.NEW,
        note: bool = True,
        **fields: object,
    ) -> BreakdownReport:
        """`note`: the machine stands so from that hour on."""
        if note and machine.pk not in self.used:
            self.plants.tell(machine, at, condition)
            self.used.add(machine.pk)
        label = self.plants.labels[machine.pk] if chance(self.rng, 0.7) else None
        report = self._blank(text, condition, at, state=state, **fields)
        report.machine, report.kind, report.label = machine, machine.kind, label
        report.factory = machine.factory
        report.municipality = machine.factory.municipality
        if fault:
            self.picked.append((report, self.faults[machine.kind_id, fault]))
        return report

    def unknown_plant(self, row: dict[str, str], place: Municipality, kind: MachineKind, at: datetime) -> None:
        report = self._blank(row["text"], row["condition"], at, state=ReportState.NEW)
        report.plant_name, report.machine_name = row["plant"], row["machine"]
        report.municipality, report.kind = place, kind
        report.folded = fold(row["text"], row["plant"], row["machine"])

    def _blank(self, text: str, condition: str, at: datetime, *, state: str, **fields: object) -> BreakdownReport:
        key = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        report = BreakdownReport(
            id=key,
            status_token="".join(self.rng.choices(LETTERS, k=24)),
            content_hash=sha256(f"{key} {text}".encode()).hexdigest(),
            state=state,
            version=1 if state == ReportState.NEW else 2,
            condition=condition,
            text=text,
            folded=fold(text),
            reporter=self._reporter(),
            sent_at=at - timedelta(minutes=self.rng.choice([0, 0, 1, 2, 40, 300])),
            received_at=at,
            **fields,
        )
        self.reports.append(report)
        return report

    def _reporter(self) -> Contact | None:
        """More than half say who they are; some of these leave a number."""
        if not chance(self.rng, 0.55):
            return None
        name = full_name(self.rng, self.rng.choice(["woman", "man"]))
        phone = mobile(FIRST_PHONE + len(self.reports)) if chance(self.rng, 0.7) else ""
        return Contact(name=name.split()[0] if chance(self.rng, 0.5) else name, phone=phone)

    def request(
        self,
        machine: Machine,
        row: dict[str, str],
        *,
        opened_at: datetime,
        by: User,
        state: str = RequestState.OPEN,
        needs_missing: bool = True,
    ) -> RepairRequest:
        """Opened from a report of some hours or days before."""
        fault = self.faults[machine.kind_id, row["fault"]]
        asked = opened_at - timedelta(hours=self.rng.uniform(3, 90))
        report = self.report(
            machine,
            row["text"],
            row["condition"],
            at=asked,
            fault=row["fault"],
            state=ReportState.REQUESTED,
            in_hand_of=by,
        )
        request = RepairRequest.objects.create(
            factory=machine.factory,
            machine=machine,
            title=f"{machine.name}: {fault.name_es[0].lower()}{fault.name_es[1:]}",
            description=row["text"],
            condition=row["condition"],
            output_lost=self._output_lost(machine),
            stopped_since=(asked - timedelta(days=self.rng.choice([0, 0, 1, 4, 12]))).date(),
            state=state,
            version=1 if state == RequestState.OPEN else 2,
            opened_at=opened_at,
            opened_by=by,
            in_hand_of=by if chance(self.rng, 0.5) else None,
        )
        self.tie(request, report)
        self.ledger.told(request, "repairrequest.opened", opened_at, by=by)
        Demand.objects.bulk_create(fight.demand_for(self.ledger, request))
        self._need(request, may_miss=needs_missing)
        return request

    def tie(self, request: RepairRequest, report: BreakdownReport) -> None:
        self.links.append(RequestReport(request=request, report=report))

    def join(self, request: RepairRequest, text: str, *, at: datetime) -> None:
        report = self.report(
            self.plants.machine(request.machine_id), text, request.condition, at=at, state=ReportState.JOINED
        )
        self.tie(request, report)

    def _output_lost(self, machine: Machine) -> Decimal | None:
        if machine.line is None or chance(self.rng, NOT_KNOWN_EACH):
            return None
        return Decimal(self.rng.choice([10, 20, 25, 30, 40, 50, 60, 80, 100]))

    def _need(self, request: RepairRequest, *, may_miss: bool) -> None:
        kind = self.plants.machine(request.machine_id).kind_id
        trades = [demand.trade.code for demand in self.ledger.usual.get(kind, [])]
        rows = [row for trade in trades for row in self.needs.get(trade, [])]
        chosen = self.rng.sample(rows, k=min(len(rows), self.rng.choice([0, 1, 2, 2, 3])))
        Need.objects.bulk_create(Need(request=request, **row, **self._settled(may_miss=may_miss)) for row in chosen)

    def _settled(self, *, may_miss: bool) -> dict[str, str]:
        state = self.rng.choices([NeedState.MISSING, NeedState.GOT, NeedState.WAIVED], [6 * may_miss, 3, 1])[0]
        unknown = state == NeedState.MISSING and chance(self.rng, 0.6)
        brings = Brings.UNKNOWN if unknown else self.rng.choice([Brings.PLANT, Brings.ARMY, Brings.OTHER])
        note = "Se adapta una usada" if state == NeedState.WAIVED else ""
        return {"state": state, "brings": brings, "note": note}

    def write(self) -> None:
        """Receipt numbers follow the hours at which the reports came."""
        self.reports.sort(key=lambda report: report.received_at)
        for number, report in enumerate(self.reports, start=FIRST_NUMBER):
            report.number = number
        Contact.objects.bulk_create(r.reporter for r in self.reports if r.reporter is not None)
        first = [report for report in self.reports if report.same_as is None]
        BreakdownReport.objects.bulk_create(first)
        BreakdownReport.objects.bulk_create(r for r in self.reports if r.same_as is not None)
        picks = BreakdownReport.faults.through
        picks.objects.bulk_create(picks(breakdownreport=report, commonfault=fault) for report, fault in self.picked)
        RequestReport.objects.bulk_create(self.links)
        for report in self.reports:
            if report.state != ReportState.NEW:
                self.ledger.moved(report, self._dealt_with_at(report), was=ReportState.NEW, now=report.state, by=None)

    def _dealt_with_at(self, report: BreakdownReport) -> datetime:
        """Within some hours, and before it was repaired."""
        soon = report.received_at + timedelta(hours=self.rng.triangular(0.5, 60, 8))
        return min(soon, report.closed_at or self.now, self.now)
