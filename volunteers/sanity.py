"""What must always hold of volunteers' applications, endorsements and certificates."""

from __future__ import annotations

from epo.upkeep.sanity import register_moves
from volunteers.models import Application, Certificate, Endorsement
from volunteers.states import APPLICATION_MOVES, CERTIFICATE_MOVES, ENDORSEMENT_MOVES


def register_all() -> None:
    register_moves(Application, APPLICATION_MOVES)
    register_moves(Endorsement, ENDORSEMENT_MOVES)
    register_moves(Certificate, CERTIFICATE_MOVES)
