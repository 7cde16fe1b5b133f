"""The candidates of every line, listed by two threads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise

import numpy as np

from battles.matcher.arrays import Battles, People, read_cells, read_trades
from battles.matcher.candidates import Candidates, Limits, list_lines
from battles.matcher.problem import Problem

MOST_LISTED = 256
WORKERS = 2


def list_all(problem: Problem, people: People, trades: Sequence[str], battles: Battles) -> Candidates:
    """The candidates of every line, by two threads."""
    limits = Limits(problem.horizon, float(problem.rules.near_km), float(problem.weights.over), MOST_LISTED, 2.0)
    cells = read_cells(people.places)
    holders = read_trades(problem, trades, cells)
    cuts = np.linspace(0, len(battles.people), WORKERS + 1).astype(int).tolist()
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [
            pool.submit(list_lines, first, last, people, cells, holders, battles, limits)
            for first, last in pairwise(cuts)
        ]
        parts = [job.result() for job in jobs]
    ends = accumulate((int(part.begin[-1]) for part in parts), initial=0)
    begins = [part.begin[1:] + before for part, before in zip(parts, ends, strict=False)]
    names = [name for name in Candidates._fields if name != "begin"]
    rest = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Candidates(begin=np.concatenate([np.zeros(1, np.int64), *begins]), **rest)
