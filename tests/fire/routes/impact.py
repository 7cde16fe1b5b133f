"""What was achieved, for everybody, and the coordinators' overview."""

from __future__ import annotations

from tests.fire.routes.declared import ANYONE, COORDINATORS, get

ROUTES = (
    get("battles:achieved", ANYONE),
    get("battles:achieved-detail", ANYONE, lambda _place: ("produccion",)),
    get("battles:open-data", ANYONE),
    get("battles:open-data-csv", ANYONE),
    get("battles:open-data-json", ANYONE),
    get("battles:overview", COORDINATORS),
)
