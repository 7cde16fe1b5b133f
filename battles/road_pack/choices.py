"""What can be chosen in the forms that are filled without network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from battles.states import OUTCOMES, Barrier, Brings, DeclineReason, NeedKind, NeedState
from factories.models import MachineKind
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable


def choices() -> dict[str, list[list[str]]]:
    return {
        "condition": _pairs(Condition.choices),
        "outcome": _pairs((one.value, one.label) for one in OUTCOMES),
        "barrier": _pairs(Barrier.choices),
        "need_kind": _pairs(NeedKind.choices),
        "brings": _pairs(Brings.choices),
        "need_state": _pairs(NeedState.choices),
        "decline_reason": _pairs(DeclineReason.choices),
        "machine_kind": _pairs((kind.code, kind.name) for kind in MachineKind.objects.all()),
    }


def _pairs(choices: Iterable[tuple[object, object]]) -> list[list[str]]:
    return [[str(value), str(label)] for value, label in choices]
