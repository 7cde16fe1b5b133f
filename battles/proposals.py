"""What a run proposed, and what became of it: the rows of today beside the reasons that the run stored.

The offers are the truth; the stored document only tells why, and why a place stayed empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from battles.models import Battle, MatchingRun, Offer, Pin, Seat
from battles.planning import battles_fought, pins_in_force
from battles.reasons import Names, how_to_fill, why_chosen, why_empty, why_gone, why_not_first, why_not_heeded
from battles.states import HOLDS_SEAT, LIVE_OFFER, OfferState, PinKind
from volunteers.models import Qualification, Trade, Volunteer

if TYPE_CHECKING:
    from battles.models.battles import Line
    from epo.accounts.models import User

SHOWN = (*LIVE_OFFER, OfferState.DONE)


@dataclass(frozen=True, slots=True)
class ProposedPerson:
    """Somebody on the list of a line, or already further."""

    offer: Offer
    had: int | None
    fought: int
    why: list[str]
    is_fixed: bool = False

    @property
    def is_proposed(self) -> bool:
        return self.offer.state == OfferState.PROPOSED


@dataclass(frozen=True, slots=True)
class RunnerUp:
    person: int
    name: str
    km: float
    had: int
    why: str


@dataclass(frozen=True, slots=True)
class ProposedLine:
    trade: Trade
    level: int
    first: date | None
    last: date | None
    kind: str
    kind_label: str
    wanted: int
    people: list[ProposedPerson]
    runners_up: list[RunnerUp]
    why_empty: str
    fills: list[str]
    code: str = ""
    free_seat: int | None = None

    @property
    def missing(self) -> int:
        return max(0, self.wanted - len(self.people))

    @property
    def filled(self) -> int:
        return min(self.wanted, len(self.people))


@dataclass(frozen=True, slots=True)
class ProposedBattle:
    battle: Battle
    start: date | None
    lines: list[ProposedLine]
    pins: list[Pin] = field(default_factory=list)
    not_heeded: list[str] = field(default_factory=list)

    @property
    def to_send(self) -> int:
        return sum(person.is_proposed for line in self.lines for person in line.people)

    @property
    def takes_start(self) -> bool:
        return self.battle.first_day is None and self.start is not None and self.battle.is_open

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)

    @property
    def filled(self) -> int:
        return sum(line.filled for line in self.lines)

    @property
    def wanted(self) -> int:
        return sum(line.wanted for line in self.lines)


@dataclass
class Proposals:
    """All of a run that `user` may see; read in a fixed number of queries.

    Once `shown` says which battles are, only their people and reasons are read.
    """

    run: MatchingRun
    user: User
    only: int | None = None
    shown: Collection[int] | None = None
    document: dict[int, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        told = self.run.result.get("battles", [])
        self.document = {one["battle"]: one for one in told if self.only in (None, one["battle"])}

    @property
    def places(self) -> int:
        """Places that the run was asked to fill in these battles."""
        return self.placed + sum((line["empty"] or {}).get("people", 0) for line in self._lines_of(self.visible))

    @property
    def placed(self) -> int:
        return sum(len(line["picks"]) for line in self._lines_of(self.visible))

    @cached_property
    def to_send(self) -> int:
        return Offer.objects.filter(battle__in=self.visible, state=OfferState.PROPOSED).count()

    @cached_property
    def visible(self) -> list[int]:
        """The battles of the run that `user` may see; first those in which places were left empty."""
        keys = Battle.objects.coordinated_by(self.user).filter(pk__in=self.document).values_list("pk", flat=True)
        return sorted(keys, key=lambda key: (not any(line["empty"] for line in self.document[key]["lines"]), key))

    @cached_property
    def battles(self) -> list[ProposedBattle]:
        """Those with empty seats first."""
        return sorted((self._battle(battle) for battle in self._rows), key=lambda one: (not one.missing, one.battle.pk))

    @cached_property
    def _rows(self) -> list[Battle]:
        rows = Battle.objects.filter(pk__in=self.visible if self.shown is None else self.shown)
        return list(rows.select_related("factory__municipality__state").order_by("pk"))

    @cached_property
    def _seats(self) -> dict[int, list[Seat]]:
        seats = Seat.objects.filter(battle__in=self._rows).select_related("trade")
        return _grouped(seats, lambda seat: seat.battle_id)

    @cached_property
    def _offers(self) -> dict[int, list[Offer]]:
        offers = Offer.objects.filter(battle__in=self._rows, state__in=SHOWN)
        offers = offers.select_related("volunteer__home__state", "trade", "seat").order_by("km", "pk")
        battles = {battle.pk: battle for battle in self._rows}
        for offer in offers:
            offer.battle = battles[offer.battle_id]
        return _grouped(offers, lambda offer: offer.battle_id)

    @cached_property
    def _levels(self) -> dict[tuple[int, int], int]:
        people = {offer.volunteer_id for offers in self._offers.values() for offer in offers}
        rows = Qualification.objects.filter(volunteer__in=people).values_list("volunteer", "trade", "level")
        return {(person, trade): level for person, trade, level in rows}

    @cached_property
    def _load(self) -> Mapping[int, int]:
        return battles_fought({offer.volunteer_id for offers in self._offers.values() for offer in offers})

    @cached_property
    def _pins(self) -> dict[int, list[Pin]]:
        return _grouped(pins_in_force([battle.pk for battle in self._rows]), lambda pin: pin.battle_id)

    @cached_property
    def left_out(self) -> dict[int, list[dict[str, Any]]]:
        """Pins that the run could not heed, by battle."""
        return _grouped(self.run.result.get("left_out", ()), lambda one: one["battle"])

    @cached_property
    def gone(self) -> dict[int, list[dict[str, Any]]]:
        """Picks that no longer fitted once the run had ended, by battle."""
        return _grouped(self.run.result.get("gone", ()), lambda one: one["battle"])

    @cached_property
    def names(self) -> Names:
        people: set[int] = set()
        battles: set[int] = set()
        for line in self._lines_of(battle.pk for battle in self._rows):
            changes = (line["empty"] or {}).get("changes", [])
            others = [*changes, *(runner for pick in line["picks"] for runner in pick["runners_up"])]
            people.update(one["person"] for one in others)
            battles.update(one["battle"] for one in others if one["battle"])
        people.update(one["person"] for ones in self.left_out.values() for one in ones if one["person"])
        people.update(one["person"] for ones in self.gone.values() for one in ones)
        reasons = [offer.reasons for offers in self._offers.values() for offer in offers]
        battles.update(key for noted in reasons for key in noted.get("also_in", ()))
        people.update(one["person"] for noted in reasons for one in noted.get("passed_over", ()))
        titles = Battle.objects.coordinated_by(self.user).filter(pk__in=battles)
        return Names(
            dict(Volunteer.objects.filter(pk__in=people).values_list("pk", "name")),
            dict(titles.values_list("pk", "title")),
        )

    def _lines_of(self, battles: Iterable[int]) -> Iterable[dict[str, Any]]:
        return (line for key in battles for line in self.document[key]["lines"])

    def _battle(self, battle: Battle) -> ProposedBattle:
        told = self.document[battle.pk]
        start = battle.first_day or date.fromisoformat(told["start"])
        stored: dict[Line, dict[str, Any]] = {tuple(line["line"]): line for line in told["lines"]}
        seats = _grouped(self._seats.get(battle.pk, ()), lambda seat: seat.line)
        offers = _grouped(self._offers.get(battle.pk, ()), _line_of)
        here = {offer.volunteer_id for offer in self._offers.get(battle.pk, ())}
        lines = [
            self._line(line, start, seats.get(line, ()), offers.get(line, ()), stored.get(line), here)
            for line in [*seats, *(line for line in offers if line not in seats)]
        ]
        not_heeded = [why_not_heeded(one, self.names) for one in self.left_out.get(battle.pk, ())]
        not_heeded += [why_gone(one, self.names) for one in self.gone.get(battle.pk, ())]
        return ProposedBattle(battle, start, lines, self._pins.get(battle.pk, []), not_heeded)

    def _line(
        self, line: Line, start: date, seats: Collection[Seat], offers: Collection[Offer],
        stored: dict[str, Any] | None, here: Collection[int],
    ) -> ProposedLine:  # fmt: skip
        one: Any = next(iter([*seats, *offers]))
        kind = one.get_kind_display() if seats else one.get_seat_kind_display()
        held = {offer.seat_id for offer in offers if offer.state in HOLDS_SEAT}
        picks = (stored or {}).get("picks", [])
        empty = (stored or {}).get("empty") if len(offers) < len(seats) else None
        return ProposedLine(
            trade=one.trade,
            level=line[1],
            first=start + timedelta(days=line[2]),
            last=start + timedelta(days=line[3]),
            kind=line[4],
            kind_label=kind,
            wanted=len(seats),
            people=[self._person(offer) for offer in offers],
            runners_up=self._runners_up(picks[-1]["runners_up"], here) if picks else [],
            why_empty=why_empty(empty) if empty else "",
            fills=[how_to_fill(change, self.names) for change in empty["changes"]] if empty else [],
            code=empty["why"] if empty else "",
            free_seat=next((seat.pk for seat in seats if seat.pk not in held), None),
        )

    def _person(self, offer: Offer) -> ProposedPerson:
        had = self._levels.get((offer.volunteer_id, offer.trade_id))
        fixed = any(
            pin.volunteer_id == offer.volunteer_id and pin.kind == PinKind.IN
            for pin in self._pins.get(offer.battle_id, ())
        )
        why = why_chosen(offer.reasons, self.names)
        return ProposedPerson(offer, had, self._load.get(offer.volunteer_id, 0), why, fixed)

    def _runners_up(self, stored: Iterable[dict[str, Any]], here: Collection[int]) -> list[RunnerUp]:
        """Compared with the dearest of those picked; who is on the list by now is left out."""
        return [
            RunnerUp(
                person=one["person"],
                name=self.names.person(one["person"]),
                km=one["km"],
                had=one["had"],
                why=why_not_first(one, self.names),
            )
            for one in stored
            if one["person"] not in here
        ]


def _line_of(offer: Offer) -> Line:
    """Of the seat held, which may be shorter than the line asked for."""
    return offer.seat.line if offer.seat else offer.line


def _grouped(rows: Iterable[Any], key: Any) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)
