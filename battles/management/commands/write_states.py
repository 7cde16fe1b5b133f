"""Writes docs/states.md from the tables of states, so that the picture and the code cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from battles.states import BATTLE_MOVES, OFFER_MOVES, REQUEST_MOVES, RUN_MOVES
from factories.states import PHOTO_MOVES, REPORT_MOVES
from volunteers.states import APPLICATION_MOVES, CERTIFICATE_MOVES, ENDORSEMENT_MOVES

if TYPE_CHECKING:
    from django.db.models import TextChoices

FILE = Path(settings.BASE_DIR) / "docs" / "states.md"
HEAD = """# States

Written by `manage.py write_states` from the tables in `states.py` of `factories`, `battles` and `volunteers`; a
test compares. Every move is made by one function of its app, under the row's lock, and leaves an audit event.
"""
TABLES: Mapping[str, Mapping[Any, frozenset[Any]]] = {
    "Breakdown report": REPORT_MOVES,
    "Photo": PHOTO_MOVES,
    "Repair request": REQUEST_MOVES,
    "Battle": BATTLE_MOVES,
    "Offer": OFFER_MOVES,
    "Matching run": RUN_MOVES,
    "Application to join": APPLICATION_MOVES,
    "Endorsement": ENDORSEMENT_MOVES,
    "Certificate": CERTIFICATE_MOVES,
}


def states_page() -> str:
    with translation.override("es"):
        spanish = {state: str(state.label) for moves in TABLES.values() for state in moves}
    with translation.override("en"):
        return HEAD + "".join(_section(title, moves, spanish) for title, moves in TABLES.items())


def _section(title: str, moves: Mapping[Any, frozenset[Any]], spanish: Mapping[Any, str]) -> str:
    arrows = "".join(f"    {was} --> {now}\n" for was in moves for now in _in_order(moves, moves[was]))
    rows = "".join(
        f"| `{state}` | {state.label} | {spanish[state]} | {_names(_in_order(moves, moves[state]))} |\n"
        for state in moves
    )
    return (
        f"\n## {title}\n\n```mermaid\nstateDiagram-v2\n{arrows}```\n\n"
        f"| state | English | Spanish | may become |\n| --- | --- | --- | --- |\n{rows}"
    )


def _in_order(moves: Mapping[Any, frozenset[Any]], states: frozenset[Any]) -> list[TextChoices]:
    return [state for state in moves if state in states]


def _names(states: list[TextChoices]) -> str:
    return ", ".join(f"`{state}`" for state in states) or "nothing: it ends here"


class Command(BaseCommand):
    help = "Writes docs/states.md from the tables of states."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when the page is stale.")

    def handle(self, *args: Any, **options: Any) -> None:
        page = states_page()
        if options["check"]:
            if not FILE.exists() or FILE.read_text(encoding="utf-8") != page:
                raise CommandError("docs/states.md is stale: run `manage.py write_states`.")
            return
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(page, encoding="utf-8")
