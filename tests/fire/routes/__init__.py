"""Who may what, where: the one declaration of all routes, and what checks it."""

from __future__ import annotations

from tests.fire.routes import accounts, api, battles, desk, impact, plant, platform, sheets, upkeep

GROUPS = {
    "accounts, notices and doors": platform.OFFICE,
    "signing in": accounts.ROUTES,
    "volunteers": platform.VOLUNTEERS_PAGES,
    "signed links and reports": platform.LINKS,
    "planning": battles.PLANNING,
    "work": battles.WORK,
    "offers": battles.OFFERS,
    "triage": desk.REPORTS,
    "requests and plants": desk.REQUESTS,
    "runs": desk.RUNS,
    "lists as files": sheets.ROUTES,
    "api: reports and requests": api.DESK,
    "api: battles": api.BATTLES,
    "api: parts of battles": api.PARTS,
    "api: plants": api.PLANTS,
    "api: labels": api.LABELS,
    "api: runs": api.RUNS,
    "api: without network": api.OFFLINE,
    "api: people": api.PEOPLE,
    "the plant's side": plant.ROUTES,
    "upkeep": upkeep.ROUTES,
    "what was achieved": impact.ROUTES,
}
ROUTES = tuple(route for group in GROUPS.values() for route in group)
