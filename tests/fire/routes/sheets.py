"""Lists that are taken along as files."""

from __future__ import annotations

from tests.fire.routes.declared import ADMINISTRATOR, COORDINATORS, SIGNED_IN, Route, Who, form, get


def _list(name: str, who: Who = COORDINATORS) -> Route:
    return get(f"{name}-export", who, lambda _place: ("csv",))


ROUTES = (
    _list("battles:desk"),
    _list("battles:requests"),
    _list("battles:battles", SIGNED_IN),
    _list("battles:ranking"),
    _list("battles:machines"),
    _list("battles:fairness"),
    _list("battles:runs"),
    _list("battles:to-call"),
    _list("volunteers:list"),
    _list("volunteers:applications"),
    _list("volunteers:certificates"),
    form(
        "volunteers:contacts-export",
        ADMINISTRATOR,
        said=lambda _place: {"reason": "lista para la salida", "kind": "csv"},
    ),
)
