"""What must always hold of volunteers' applications, endorsements and certificates."""

from __future__ import annotations

from epo.upkeep.sanity import moves_kept, register
from volunteers.models import Application, Certificate, Endorsement
from volunteers.states import APPLICATION_MOVES, CERTIFICATE_MOVES, ENDORSEMENT_MOVES


def register_all() -> None:
    register(
        4, "application_moves", Application._meta.verbose_name_plural or "", moves_kept(Application, APPLICATION_MOVES)
    )
    register(
        4, "endorsement_moves", Endorsement._meta.verbose_name_plural or "", moves_kept(Endorsement, ENDORSEMENT_MOVES)
    )
    register(
        4, "certificate_moves", Certificate._meta.verbose_name_plural or "", moves_kept(Certificate, CERTIFICATE_MOVES)
    )
