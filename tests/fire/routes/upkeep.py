"""The page of administrators: how the installation is, and what can be started there."""

from __future__ import annotations

from tests.fire.routes.declared import ADMINISTRATOR, get, post

ROUTES = (
    get("upkeep:page", ADMINISTRATOR),
    post("upkeep:back-up", ADMINISTRATOR, writes=False),
    post("upkeep:check", ADMINISTRATOR),
    post("upkeep:retry", ADMINISTRATOR, lambda p: ("photo", p.photo.pk), writes=False),
)
