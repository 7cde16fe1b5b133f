"""One module for each area. Each has ROWS, the numbers it answers for, and `run(fire)`, which yields figures."""

from __future__ import annotations

from bench.fire.rows import (
    canaries,
    capacity,
    disk,
    flood,
    front,
    guessing,
    headers,
    line,
    offers,
    payloads,
    periods,
    pictures,
    same_id,
    stale,
    suite,
    takeover,
    texts,
    transitions,
    work,
)

MODULES = (
    front,
    same_id,
    payloads,
    line,
    capacity,
    disk,
    work,
    takeover,
    periods,
    guessing,
    headers,
    flood,
    offers,
    pictures,
    canaries,
    transitions,
    stale,
    texts,
    suite,
)
