"""What is counted: each declared address, its tabs, and the writes on which most depends."""

from __future__ import annotations

from collections.abc import Iterator

from battles.states import OfferState
from tests import make
from tests.fire.routes import ROUTES
from tests.fire.routes.battles import ASKING, DRAFT, of
from tests.fire.routes.declared import IN_CHARGE, Route, get, post
from tests.fire.routes.world import Place

NOT_COUNTED = ("healthz", "readyz")
"""They ask the broker and the clock, not the rows."""
TABS = {"seats": DRAFT, "crew": of("field"), "jobs": of("visit"), "agreement": of("field"), "result": of("closed")}


def _proposed(place: Place) -> dict[str, str]:
    for _ in range(4):
        seat = make.make_seat(place.asking)
        make.make_offer(seat, make.make_volunteer("welding", home=place.home), OfferState.PROPOSED)
    return {}


MORE = (
    *(get(f"battles:battle (tab {tab})", IN_CHARGE, at, query=lambda _, tab=tab: {"tab": tab}) for tab, at in TABS.items()),
    post("battles:battle-send-all (four proposed)", IN_CHARGE, ASKING, said=_proposed),
    post("battles:offer (a yes)", IN_CHARGE.and_here("asked"), of("offer"), said=lambda _: {"answer": "yes"}),
)  # fmt: skip


def counted() -> Iterator[tuple[str, Route, str]]:
    """A name of its own for each, the route, and the method."""
    seen: dict[str, int] = {}
    for route in (*ROUTES, *MORE):
        for method in route.does:
            name = f"{method} {route.name}"
            seen[name] = seen.get(name, 0) + 1
            if route.name not in NOT_COUNTED:
                yield name if seen[name] == 1 else f"{name} ({seen[name]})", route, method
