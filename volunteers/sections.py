"""What apps above this one show on a volunteer's page, for the coordinators in charge. Each names it when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from volunteers.models import Volunteer


@dataclass(frozen=True, slots=True)
class Section:
    """`context` is worked out when the page is asked for; `template` reads it as `told`."""

    template: str
    context: Callable[[Volunteer], Any]


SECTIONS: list[Section] = []


def register(section: Section) -> None:
    if section not in SECTIONS:
        SECTIONS.append(section)


def sections_of(volunteer: Volunteer) -> list[tuple[str, Any]]:
    return [(section.template, section.context(volunteer)) for section in SECTIONS]
