"""How a route is declared: who may, where, and what they usually say there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fire.routes.world import Place

STRANGE = frozenset({"anonymous", "barred", "barred administrator"})
"""Nobody knows who they are: they are asked to sign in."""
KNOWN = frozenset(
    {
        "nobody", "crew", "responsible", "asked", "left", "worker", "manager", "contact", "region", "nation",
        "administrator", "staff", "former",
    }
)  # fmt: skip
ACTORS = STRANGE | KNOWN
PLACES = ("here", "beside", "far")


@dataclass(frozen=True, slots=True)
class Who:
    """Who may, by where the thing belongs: to the actors' own plant, to another of their region, to another region."""

    here: frozenset[str]
    beside: frozenset[str]
    far: frozenset[str]

    def may(self, actor: str, place: str) -> bool:
        return actor in getattr(self, place)

    def and_here(self, *actors: str) -> Who:
        return Who(self.here | set(actors), self.beside, self.far)


def everywhere(*actors: str) -> Who:
    return Who(*[frozenset(actors)] * 3)


ANYONE = everywhere(*ACTORS)
SIGNED_IN = everywhere(*KNOWN)
NOBODY = everywhere()
NATION = everywhere("nation", "administrator")
ADMINISTRATOR = everywhere("administrator")
COORDINATORS = everywhere("region", "nation", "administrator")
IN_CHARGE = Who(COORDINATORS.here, COORDINATORS.here, NATION.here)
"""Coordinators of the region, and of the nation."""
WITH_RESPONSIBLE = IN_CHARGE.and_here("responsible")
WITH_PLANT = IN_CHARGE.and_here("worker", "manager", "contact")
VOLUNTEERS = everywhere("crew", "responsible", "asked", "left")

At = Callable[[Place], tuple[Any, ...]]
Said = Mapping[str, Any]


def nowhere(_place: Place) -> tuple[Any, ...]:
    return ()


def nothing(_place: Place) -> Said:
    return {}


@dataclass(frozen=True, slots=True)
class Route:
    """`at`: keys in the address that lead to the plant; `within`: those that must then belong to the same thing.

    `said` is a form (JSON over the API) that is taken from who may; of its fields, `own` must name things of that plant
    (or battle) and of no other, `seen` things that the actor may see. `writes` is False where a POST stores nothing,
    `hides` True where strangers find nothing instead of being asked to sign in.
    """

    name: str
    does: Mapping[str, Who]
    at: At = nowhere
    within: At = nowhere
    said: Callable[[Place], Said] = nothing
    query: Callable[[Place], Said] = nothing
    own: frozenset[str] = field(default=frozenset())
    seen: frozenset[str] = field(default=frozenset())
    writes: bool = True
    hides: bool = False

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def view_name(self) -> str:
        """A name may be followed by a word in brackets: the same address, asked in another way."""
        return self.name.partition(" ")[0]

    @property
    def places(self) -> tuple[str, ...]:
        return PLACES if self.at is not nowhere or self.query is not nothing else PLACES[:1]


def get(name: str, who: Who, at: At = nowhere, **more: Any) -> Route:
    return Route(name, {"GET": who}, at, **more)


def post(name: str, who: Who, at: At = nowhere, **more: Any) -> Route:
    return Route(name, {"POST": who}, at, **_frozen(more))


def form(name: str, who: Who, at: At = nowhere, **more: Any) -> Route:
    """A page with a form: shown and sent by the same people."""
    return Route(name, {"GET": who, "POST": who}, at, **_frozen(more))


def does(name: str, methods: Mapping[str, Who], at: At = nowhere, **more: Any) -> Route:
    return Route(name, methods, at, **_frozen(more))


def _frozen(more: dict[str, Any]) -> dict[str, Any]:
    return {name: frozenset(value) if name in ("own", "seen") else value for name, value in more.items()}
