"""The municipality that somebody means by its name and that of its state."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from epo.core.sheets.parsers import Names, key_of, known_as
from epo.places.models import Municipality, State

LEADING = ("estado ", "edo ", "municipio ", "mun ", "mcpio ")


class Gazetteer:
    """All places, read once for a whole file. Names are compared without accents and case; seats count as names."""

    def __init__(self) -> None:
        self._states: Names[State] = Names()
        self._by_state: dict[int, Names[Municipality]] = {}
        self._everywhere: Names[Municipality] = Names()
        states = {state.pk: state for state in State.objects.all()}
        for state in states.values():
            for name in (state.name, state.code):
                self._states.add(name, state)
        self._words = {state.folded: state for state in states.values()}
        for place in Municipality.objects.all():
            place.state = states[place.state_id]
            self._by_state.setdefault(place.state_id, Names()).add(place.name, place)
            self._everywhere.add(place.name, place)
        self._add_seats()

    def _add_seats(self) -> None:
        """Where no municipality has that name itself."""
        for here in [*self._by_state.values(), self._everywhere]:
            places = [place for listed in list(here.values()) for place in listed]
            names = set(here)
            for place in places:
                if key_of(place.seat) not in names:
                    here.add(place.seat, place)

    def state(self, said: str) -> State:
        return known_as(self._states, self._words, lambda state: state.name)(_bare(said, self._states))

    def municipality(self, said: str, state: State | None) -> Municipality:
        if state is None:
            return known_as(self._everywhere)(_bare(said, self._everywhere))
        here: Names[Municipality] = self._by_state.get(state.pk, Names())
        try:
            return known_as(here, show=lambda place: place.name)(_bare(said, here))
        except ValidationError as error:
            told = _("In %(state)s: %(reason)s") % {"state": state.name, "reason": error.messages[0]}
            raise ValidationError(told) from None


def _bare(said: str, names: Names[Any]) -> str:
    """Without "estado" or "municipio" before the name, unless that is a part of it."""
    folded = key_of(said)
    if folded in names:
        return folded
    for word in LEADING:
        folded = folded.removeprefix(word)
    return folded.removeprefix("de ")
