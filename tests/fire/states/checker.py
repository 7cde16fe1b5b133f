"""What must hold after every step, read from the rows and from the audit events alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from battles.models import Battle, BattleRequest, CrewDay, Offer, RepairRequest
from battles.states import (
    BATTLE_MOVES,
    BATTLE_OPEN,
    HOLDS_SEAT,
    LIVE_OFFER,
    OFFER_MOVES,
    REQUEST_MOVES,
    BattleState,
    OfferState,
    RequestState,
    SeatKind,
)
from epo.audit.models import AuditEvent
from epo.core.clock import today
from factories.models import BreakdownReport
from factories.states import REPORT_MOVES, ReportState

MOVES: Mapping[type, Mapping[Any, frozenset[Any]]] = {
    Battle: BATTLE_MOVES,
    Offer: OFFER_MOVES,
    RepairRequest: REQUEST_MOVES,
    BreakdownReport: REPORT_MOVES,
}
BEGINS = {Offer: OfferState.PROPOSED, RepairRequest: RequestState.OPEN, Battle: BattleState.DRAFT}
MAY_BE_LIVE: Mapping[str, tuple[OfferState, ...]] = {
    BattleState.DRAFT: (OfferState.PROPOSED,),
    BattleState.ASKING: LIVE_OFFER,
    BattleState.READY: LIVE_OFFER,
    BattleState.UNDER_WAY: LIVE_OFFER,
    BattleState.CLOSED: (OfferState.ON_SITE,),
    BattleState.CALLED_OFF: (),
}
WORKED_ON = {
    BattleState.DRAFT: RequestState.PLANNED,
    BattleState.ASKING: RequestState.PLANNED,
    BattleState.READY: RequestState.PLANNED,
    BattleState.UNDER_WAY: RequestState.UNDER_REPAIR,
}
"""In which state a request is that an open battle has taken up."""

Row = tuple[str, str]


@dataclass
class Watch:
    """Remembers what was, since a step must not undo what stays for ever."""

    seen: dict[Row, tuple[str, int]] = field(default_factory=dict)
    given: set[tuple[int, date]] = field(default_factory=set)
    last_event: int = 0

    def begin(self) -> None:
        self.last_event = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.seen = {key: (row.state, row.version) for key, row in _rows().items()}
        self.given = _days_before_today()

    def days_passed(self, days: int) -> None:
        self.given = {(offer, day - timedelta(days=days)) for offer, day in self.given}

    def wrong(self) -> list[str]:
        """Everything that does not hold, in words."""
        offers = list(Offer.objects.select_related("battle"))
        by_days = CrewDay.objects.values_list("offer", "volunteer", "day")
        return [
            *_wrong_days(offers, list(by_days)),
            *self._wrong_memory(),
            *_wrong_holders(offers),
            *_wrong_battles(offers),
            *_wrong_requests(),
            *self._wrong_moves(),
        ]

    def _wrong_memory(self) -> Iterator[str]:
        now = _days_before_today()
        for offer, day in self.given - now:
            yield f"offer {offer}: {day}, a day already given, is gone"
        self.given |= now

    def _wrong_moves(self) -> Iterator[str]:
        """Each event goes on where the one before ended; the last says what the row says; versions rise."""
        events = AuditEvent.objects.filter(pk__gt=self.last_event).order_by("pk")
        chain = {key: state for key, (state, _version) in self.seen.items()}
        moves: Counter[Row] = Counter()
        for event in events:
            self.last_event = event.pk
            key, to = (event.about_type, event.about_id), event.kind.rpartition(".")[2]
            if _is_move(event, to):
                yield from _wrong_move(key, chain.get(key), event.data["was"], to)
                chain[key] = to
                moves[key] += 1
        rows = _rows()
        for key, row in rows.items():
            said = chain.get(key, _begins(row))
            if row.state != said:
                yield f"{key}: the row says {row.state}, the last event {said}"
            if row.version < self.seen.get(key, ("", 1))[1] + moves[key]:
                yield f"{key}: {moves[key]} moves, and the version is {row.version} after {self.seen.get(key)}"
        self.seen = {key: (row.state, row.version) for key, row in rows.items()}


def _rows() -> dict[Row, Any]:
    return {(model._meta.label_lower, str(row.pk)): row for model in MOVES for row in model.objects.all()}  # type: ignore[attr-defined]


def _begins(row: Any) -> str:
    return BEGINS.get(type(row), ReportState.NEW).value


def _is_move(event: AuditEvent, to: str) -> bool:
    table = _table(event.about_type)
    return table is not None and "was" in event.data and to in [state.value for state in table]


def _table(label: str) -> Mapping[Any, frozenset[Any]] | None:
    return next((table for model, table in MOVES.items() if model._meta.label_lower == label), None)  # type: ignore[attr-defined]


def _wrong_move(key: Row, before: str | None, was: str, to: str) -> Iterator[str]:
    table = _table(key[0]) or {}
    if before is not None and before != was:
        yield f"{key}: went on from {was}, and it was {before}"
    if to not in next((after for state, after in table.items() if state == was), ()):
        yield f"{key}: {was} → {to} is not declared"


def _days_before_today() -> set[tuple[int, date]]:
    return set(CrewDay.objects.filter(day__lt=today()).values_list("offer", "day"))


def _wrong_days(offers: list[Offer], days: list[tuple[int, int, date]]) -> Iterator[str]:
    for (volunteer, day), count in Counter((volunteer, day) for _, volunteer, day in days).items():
        if count > 1:
            yield f"volunteer {volunteer}: {day} is given {count} times"
    volunteers = {offer.pk: offer.volunteer_id for offer in offers}
    for offer, volunteer, day in days:
        if volunteers[offer] != volunteer:
            yield f"offer {offer}: {day} belongs to somebody else"
    for one in offers:
        yield from _wrong_stay(one, {day for offer, _volunteer, day in days if offer == one.pk})


def _wrong_stay(offer: Offer, have: set[date]) -> Iterator[str]:
    if offer.state in HOLDS_SEAT and have != _stay(offer):
        yield f"offer {offer.pk} ({offer.state}): days {sorted(have)} instead of {sorted(_stay(offer))}"
    if offer.state not in HOLDS_SEAT and any(day >= today() for day in have):
        yield f"offer {offer.pk} ({offer.state}): still has days to come"


def _stay(offer: Offer) -> set[date]:
    if offer.leaves_on is None or offer.back_on is None:
        return set()
    return {offer.leaves_on + timedelta(days=n) for n in range((offer.back_on - offer.leaves_on).days + 1)}


def _wrong_holders(offers: list[Offer]) -> Iterator[str]:
    for seat, count in Counter(offer.seat_id for offer in offers if offer.state in HOLDS_SEAT).items():
        if count > 1:
            yield f"seat {seat} has {count} holders"
    live = Counter((offer.battle_id, offer.volunteer_id) for offer in offers if offer.state in LIVE_OFFER)
    for (battle, volunteer), count in live.items():
        if count > 1:
            yield f"battle {battle}, volunteer {volunteer}: {count} live offers"


def _wrong_battles(offers: list[Offer]) -> Iterator[str]:
    for offer in offers:
        if offer.state in LIVE_OFFER and offer.state not in MAY_BE_LIVE[offer.battle.state]:
            yield f"offer {offer.pk} is {offer.state} in a battle that is {offer.battle.state}"
    for battle in Battle.objects.filter(state__in=(BattleState.ASKING, BattleState.READY)):
        seats = battle.seats.filter(kind=SeatKind.REQUIRED)
        is_full = seats.exists() and not seats.empty().exists()
        if is_full != (battle.state == BattleState.READY):
            yield f"battle {battle.pk} is {battle.state}, and its seats are {'full' if is_full else 'not full'}"


def _wrong_requests() -> Iterator[str]:
    links = BattleRequest.objects.filter(is_active=True).select_related("battle", "request")
    held = Counter(link.request_id for link in links)
    for link in links:
        if link.battle.state not in BATTLE_OPEN or WORKED_ON[link.battle.state] != link.request.state:
            yield f"request {link.request_id} is {link.request.state} in a battle that is {link.battle.state}"
    for request in RepairRequest.objects.all():
        is_in_hand = request.state in WORKED_ON.values()
        if held[request.pk] != int(is_in_hand):
            yield f"request {request.pk} is {request.state} and in {held[request.pk]} battles"
