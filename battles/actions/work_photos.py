"""Photos of the work in a plant: kept and prepared like those of reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from battles.actions.offers import lock_battle
from battles.models import Battle, WorkPhoto
from battles.rules import field as rules
from epo.core.clock import today
from epo.core.errors import refuse_if
from factories.actions import keep_photo

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.core.files import File

    from epo.core.types import Actor
    from factories.models import Machine, Photo
    from factories.states import PhotoProblem


@dataclass(frozen=True, slots=True)
class _OfBattle:
    battle: Battle
    machine: Machine | None
    day: date
    note: str
    by: Actor | None
    report: None = None

    def room(self) -> PhotoProblem | None:
        battle = lock_battle(self.battle.pk)
        refuse_if(rules.why_not_show(battle, day=self.day, today=today()))
        return None

    def holds(self, photo: Photo) -> bool:
        return WorkPhoto.objects.filter(photo=photo, battle=self.battle).exists()

    def tie(self, photo: Photo) -> None:
        WorkPhoto.objects.create(
            photo=photo, battle=self.battle, machine=self.machine, day=self.day, note=self.note, by=self.by
        )


def add_work_photo(
    *,
    battle: Battle,
    photo_id: UUID,
    file: File[bytes],
    by: Actor | None,
    machine: Machine | None = None,
    day: date | None = None,
    note: str = "",
) -> tuple[Photo, bool]:
    """Sent again, it is kept once. True if it is new."""
    of = _OfBattle(battle, machine, day or today(), note, by)
    return keep_photo(of=of, photo_id=photo_id, file=file, by=by)
