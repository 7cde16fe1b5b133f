"""What was wanted, in words: for the person who wrote it without network, and for the coordinator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from battles.models import MissedAction
from battles.states import DeclineReason, NeedState, RequestState
from epo.core import say
from factories.states import Condition

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from epo.accounts.models import User

NAMES: Mapping[str, _StrPromise] = {
    "offer.accept": pgettext_lazy("wanted", "say yes to the call"),
    "offer.decline": pgettext_lazy("wanted", "say no to the call"),
    "offer.arrived": pgettext_lazy("wanted", "note the arrival"),
    "offer.home": pgettext_lazy("wanted", "note the way home"),
    "battle.diary": pgettext_lazy("wanted", "write in the diary"),
    "battle.found": pgettext_lazy("wanted", "note a machine found broken"),
    "battle.need": pgettext_lazy("wanted", "note something that is missing"),
    "battle.need_settled": pgettext_lazy("wanted", "note what became of something missing"),
    "battle.outcome": pgettext_lazy("wanted", "note an outcome"),
    "battle.photo": pgettext_lazy("wanted", "show a photo of the work"),
    "machine.state": pgettext_lazy("wanted", "note how a machine is"),
    "plant.reading": pgettext_lazy("wanted", "note output"),
    "plant.repair": pgettext_lazy("wanted", "note a repair of the plant's own"),
}
OTHER = pgettext_lazy("wanted", "something that this version does not know")
SHOWN_FOR = timedelta(days=60)
MOST_SHOWN = 20
CODES: Mapping[str, Mapping[str, Any]] = {
    "outcome": dict(RequestState.choices),
    "reason": dict(DeclineReason.choices),
    "state": {**dict(NeedState.choices), **dict(Condition.choices)},
}
WORDS = ("text", "what", "name", "outcome", "state", "reason", "note", "first", "last", "day", "on", "hours", "said_by")
DAYS = {"first", "last", "day", "on"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`at` is by the phone's clock, where it said one; `why_not` is what the person was answered."""

    missed: MissedAction
    what: str
    words: str
    why_not: str
    at: datetime


def wanted(missed: MissedAction) -> Wanted:
    received = missed.received
    what = str(NAMES.get(received.kind, OTHER))
    said = received.intent.get("said")
    words = " · ".join(_words(said)) if isinstance(said, dict) else ""
    why_not = str((received.answer or {}).get("detail", ""))
    return Wanted(missed, what, words, why_not, received.client_time or received.received_at)


def _words(said: Mapping[str, Any]) -> Iterator[str]:
    for name in WORDS:
        value = said.get(name)
        if isinstance(value, str | int | float) and value != "":
            yield _day(value) if name in DAYS else str(CODES.get(name, {}).get(str(value), value))
    readings = said.get("readings")
    for one in readings if isinstance(readings, list) else []:
        if isinstance(one, dict):
            yield f"{_day(one.get('day', ''))}: {one.get('amount', '')}"


def _day(said: object) -> str:
    """A phone may have sent anything."""
    try:
        return say.day(date.fromisoformat(str(said)))
    except ValueError:
        return str(said)


def _rows() -> Any:
    return MissedAction.objects.select_related("received__by", "battle__coordinator", "factory")


def missed_by(user: User) -> QuerySet[MissedAction]:
    """Of late, the newest first."""
    rows: QuerySet[MissedAction] = _rows().wanted_by(user).filter(at__gte=now() - SHOWN_FOR)
    return rows


def missed_in_charge_of(user: User) -> QuerySet[MissedAction]:
    """What coordinators have still to deal with, the oldest first."""
    rows: QuerySet[MissedAction] = _rows().coordinated_by(user).waiting().order_by("pk")
    return rows


def in_words(rows: QuerySet[MissedAction], most: int = MOST_SHOWN) -> list[Wanted]:
    return [wanted(missed) for missed in rows[:most]]
