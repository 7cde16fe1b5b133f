"""python -m battles.matcher.warm: compiles every kernel, so that no run has to wait for that.

The kernels are kept on disk; a file beside them tells that all are there, for these versions and this code.
"""

import sys
import threading
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from battles.matcher.problem import Battle, Person, Problem, SeatLine

PEOPLE, FEW, MANY, ATTEMPTS = 60, 4, 620, 50
"""Few battles can be closed exactly; as many as `MANY` are asked by two threads."""


_ensured = threading.Event()


def ensure() -> None:
    """Compiles what is not compiled yet, so that it does not take from the time of a search."""
    if not _ensured.is_set():
        _ensured.set()
        if not is_warm():
            warm()


def warm() -> None:
    """Solves small problems by every way there is."""
    from battles.matcher.compiled import FOLDER  # noqa: PLC0415 -- loads the compiler
    from battles.matcher.solve import solve  # noqa: PLC0415 -- which ensures that it is warm

    _ensured.set()

    solve(_problem(MANY), iterations=ATTEMPTS)
    result = solve(_problem(FEW), seconds=1.0)
    solve(_problem(FEW), seconds=0.5, begin=result.battles, prices=result.prices)
    (FOLDER / _stamp()).touch()


def load() -> None:
    """Brings what is compiled into this process."""
    from battles.matcher.solve import solve  # noqa: PLC0415 -- loads the compiler

    solve(_problem(FEW), iterations=ATTEMPTS)


def is_warm() -> bool:
    """Whether the kernels on disk are those of this code."""
    from battles.matcher.compiled import FOLDER  # noqa: PLC0415 -- loads the compiler

    return (FOLDER / _stamp()).exists()


def _stamp() -> str:
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return f"complete-{version('numba')}-{sys.version_info[1]}-{sha256(code).hexdigest()[:16]}"


def _problem(battles: int) -> Problem:
    """Too few people for the battles, some of them with two trades, so that no step is left out."""
    return Problem(
        people=tuple(
            Person(
                id=one,
                place=(10.0, -66.0 - one % 7),
                trades={"welding": 1 + one % 3, "boilers": 1 + one % 2} if one % 2 else {"welding": 2},
                free=((one % 5, 40),),
                fought=one % 3,
            )
            for one in range(PEOPLE)
        ),
        battles=tuple(
            Battle(
                id=one,
                place=(9.0 + one % 3, -66.0),
                days=3,
                earliest=5 + one % 30,
                latest=9 + one % 30,
                due=6 + one % 30,
                weight=1 + one % 4,
                seats=(
                    SeatLine("welding", 2, 4),
                    SeatLine("welding", 1, 3),
                    SeatLine("boilers", 1, 3, required=one % 2 == 0),
                ),
            )
            for one in range(battles)
        ),
    )


if __name__ == "__main__":
    warm()
