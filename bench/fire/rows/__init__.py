"""One module for each area. Each has ROWS, the numbers it answers for, and `run(fire)`, which yields figures."""

from __future__ import annotations

from bench.fire.rows import (
    canaries,
    capacity,
    disk,
    flood,
    front,
    guessing,
    line,
    offers,
    payloads,
    pictures,
    suite,
    takeover,
    periods,
    work,
)

MODULES = (
    front,
    payloads,
    line,
    capacity,
    disk,
    work,
    takeover,
    periods,
    guessing,
    flood,
    offers,
    pictures,
    canaries,
    suite,
)
