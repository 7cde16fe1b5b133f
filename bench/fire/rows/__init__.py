"""One module for each area. Each has ROWS, the numbers it answers for, and `run(fire)`, which yields figures."""

from __future__ import annotations

from bench.fire.rows import capacity, disk, front, guessing, line, suite, work

MODULES = (
    front,
    line,
    capacity,
    disk,
    work,
    guessing,
    suite,
)
