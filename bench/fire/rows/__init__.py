"""One module for each area. Each has ROWS, the numbers it answers for, and `run(fire)`, which yields figures."""

from __future__ import annotations

from bench.fire.rows import capacity, disk, flood, front, guessing, line, payloads, suite, takeover, work

MODULES = (
    front,
    payloads,
    line,
    capacity,
    disk,
    work,
    takeover,
    guessing,
    flood,
    suite,
)
