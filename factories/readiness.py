"""What /readyz asks about photos."""

from __future__ import annotations

from django.conf import settings

from epo.work.readiness import Finding
from factories.actions.floods import LEAST_FREE, free_bytes, photos_take

NEARLY_FULL = 0.9
MEGABYTE = 1024**2


def disk() -> Finding:
    """Said before it is full, while there is time to make room."""
    taken, free = photos_take(), free_bytes()
    is_roomy = taken < settings.PHOTOS_MB * MEGABYTE * NEARLY_FULL and free > LEAST_FREE / NEARLY_FULL
    return Finding(is_roomy, {"photos_mb": taken // MEGABYTE, "free_mb": free // MEGABYTE})
