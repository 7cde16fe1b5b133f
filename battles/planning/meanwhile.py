"""What changed while a plan was made: picks that no longer fit, each with the reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from battles.models import Battle, MatchingSettings, Offer
from battles.planning.days import LONGEST, day_number
from battles.planning.people import taken_spans
from battles.planning.problems import PLANNABLE, lines_to_fill, proposed_elsewhere
from battles.states import LIVE_OFFER, OfferState
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from battles.matcher import Span
    from battles.models.battles import Line

BATTLE_OVER = "battle_over"
DATES_CHANGED = "dates_changed"
SEAT_FILLED = "seat_filled"
ALREADY_ASKED = "already_asked"
NOT_SENDABLE = "not_sendable"
NOT_FREE = "not_free"
NEEDED_ELSEWHERE = "needed_elsewhere"

MANY = 5000
"""Above this, a query without the keys is quicker than one that names them all."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pick of a run, as a row would have it; `start` is that of the battle."""

    battle: int
    person: int
    line: Line
    start: date
    travels: bool

    @property
    def span(self) -> Span:
        """First and last day given, travel included."""
        start = day_number(self.start)
        return start + self.line[2] - self.travels, start + self.line[3] + self.travels


@dataclass(frozen=True, slots=True)
class Gone:
    """A pick that no longer fits."""

    battle: int
    person: int
    why: str


def gone_meanwhile(proposals: Sequence[Proposal], battles: Collection[Battle]) -> list[Gone]:
    """Read again, for all at once; the caller holds the locks of these battles, so that the answer stays true."""
    here = {battle.pk: battle for battle in battles}
    state = _State.of(proposals, here)
    return [Gone(one.battle, one.person, why) for one in proposals if (why := state.why_not(one, here[one.battle]))]


@dataclass(frozen=True, slots=True)
class _State:
    """What counts against a proposal; `room` shrinks with each one that fits."""

    room: dict[int, dict[Line, int]]
    asked: Collection[tuple[int, int]]
    sendable: Collection[int]
    taken: Mapping[int, Sequence[Span]]
    elsewhere: Mapping[int, Sequence[Span]]

    @classmethod
    def of(cls, proposals: Sequence[Proposal], here: Collection[int]) -> _State:
        people = {one.person for one in proposals}
        only = people if len(people) <= MANY else None
        sendable = Volunteer.objects.can_be_sent().order_by()
        live = Offer.objects.filter(battle__in=here, state__in=LIVE_OFFER)
        live = live.exclude(state=OfferState.PROPOSED, run__isnull=False).order_by()
        rest = MatchingSettings.current().rest_days
        return cls(
            room={battle: dict(lines) for battle, lines in lines_to_fill(here).items()},
            asked=set(live.values_list("battle", "volunteer")),
            sendable=set((sendable if only is None else sendable.filter(pk__in=only)).values_list("pk", flat=True)),
            taken=taken_spans(LONGEST, rest, only, None),
            elsewhere=proposed_elsewhere(here, rest),
        )

    def why_not(self, one: Proposal, battle: Battle) -> str | None:
        why = self._why_not_battle(one, battle) or self._why_not_person(one)
        if why is None:
            self.room[one.battle][one.line] -= 1
        return why

    def _why_not_battle(self, one: Proposal, battle: Battle) -> str | None:
        if battle.state not in PLANNABLE:
            return BATTLE_OVER
        if battle.first_day is not None and battle.first_day != one.start:
            return DATES_CHANGED
        if battle.first_day is None and not _is_within(battle, one.start):
            return DATES_CHANGED
        if (one.battle, one.person) in self.asked:
            return ALREADY_ASKED
        return None if self.room.get(one.battle, {}).get(one.line, 0) > 0 else SEAT_FILLED

    def _why_not_person(self, one: Proposal) -> str | None:
        if one.person not in self.sendable:
            return NOT_SENDABLE
        if _touches(self.taken.get(one.person, ()), one.span):
            return NOT_FREE
        return NEEDED_ELSEWHERE if _touches(self.elsewhere.get(one.person, ()), one.span) else None


def _is_within(battle: Battle, start: date) -> bool:
    return battle.earliest is not None and battle.latest is not None and battle.earliest <= start <= battle.latest


def _touches(taken: Sequence[Span], span: Span) -> bool:
    return any(first <= span[1] and span[0] <= last for first, last in taken)
