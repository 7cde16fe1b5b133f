"""What each page shows to whom: every text of every row is replaced by a mark of its field, and the marks are found again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, Model, TextField, Value
from django.db.models.functions import Cast, Concat, Right

from tests.fire.fields.shown import Given
from tests.fire.routes import ROUTES
from tests.fire.routes.checker import address_of, undone
from tests.fire.routes.declared import Route
from tests.fire.routes.world import World

DECLARED = Path(__file__).parent / "on_pages.json"
OURS = ("accounts", "audit", "battles", "factories", "notifications", "places", "volunteers", "work")
MARK = re.compile(r"zq[0-9]{3}x")
SECRET = re.compile(r"token|hash|password|secret|client_id|claim")
"""Words in names whose values are looked for as they are: a page is found by some of them."""
LONG = re.compile(r"[\w$+/=-]{16,}")
NEVER = re.compile(r"password|hash|secret|claim|last_error|answered_with|client_id|decline_note")
"""Fields that no page shows, whatever is declared."""
OF_THE_ADDRESS = re.compile(
    r"code|slug|key|kind|state|username|folded|language|timezone|number|image|small|scan|file|body"
)
"""What leads to a page, or is a name in the program, is left as it is."""


class Marks:
    """`names`: of marks; `secrets`: values that are there, and the fields they stand in."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        numbers = count()
        for model, field in _texts():
            name = f"{model._meta.label}.{field.name}"
            if SECRET.search(field.name):
                values = model._default_manager.values_list(field.attname, flat=True)
                self.secrets |= {value: name for value in map(str, values) if LONG.fullmatch(value)}
            elif not field.unique and not OF_THE_ADDRESS.search(field.name):
                mark = f"zq{next(numbers):03}x"
                marked = Concat(Value(mark), Right(Cast("pk", CharField()), 2))  # no two of a place alike
                model._default_manager.exclude(**{field.attname: ""}).update(**{field.attname: marked})
                self.names[mark] = name

    def in_text(self, text: str) -> set[str]:
        shown = {self.names[mark] for mark in MARK.findall(text)}
        return shown | {self.secrets[value] for value in LONG.findall(text) if value in self.secrets}


def _texts() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    for model in apps.get_models():
        if model._meta.app_label not in OURS or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, CharField | TextField) and not field.choices
            is_short = field.max_length is not None and field.max_length < len("zq000x00")
            if is_text and not is_short and not field.primary_key:
                yield model, field


def given(world: World, actors: Iterable[str], routes: tuple[Route, ...] = ROUTES) -> Given:
    """Pages and files that are asked for, over every route that is not the API's; who is shown nothing is left out."""
    marks = Marks()
    world.let_in()
    found: Given = {}
    for route in routes:
        if route.is_api or "GET" not in route.does:
            continue
        by_names: dict[tuple[str, ...], list[str]] = {}
        for actor in actors:
            names = tuple(sorted(marks.in_text(_text(world, route, actor))))
            if names:
                by_names.setdefault(names, []).append(actor)
        if by_names:
            found[route.name] = {", ".join(who): list(names) for names, who in by_names.items()}
    return found


def _text(world: World, route: Route, actor: str) -> str:
    if not route.does["GET"].may(actor, "here"):
        return ""
    with undone():
        answer: Any = world.enter(actor).get(address_of(route, world.here, world.here, {}))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace") if answer.status_code == 200 else ""
