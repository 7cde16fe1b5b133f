"""What the kernels have in common: how they are compiled, and where the result is kept between processes."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast


def _folder() -> Path:
    """Where NUMBA_CACHE_DIR or DATA_DIR say, if that can be written; it is not part of what has to be kept."""
    data = Path(os.environ.get("DATA_DIR") or Path(__file__).parents[2] / "data").expanduser()
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or data / "kernels")
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir()) / f"epo-kernels-{os.getuid()}"


FOLDER = _folder()
os.environ["NUMBA_CACHE_DIR"] = str(FOLDER)

from numba import njit  # noqa: E402 -- reads the folder as it is imported

Answer = TypeVar("Answer")

COMMON: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
WITHOUT_COUNTING: dict[str, Any] = {"_nrt": False}


def kernel(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Compiled when first called, kept on disk, and running without the interpreter's lock; makes no arrays.

    Kernels take numbers, arrays and tuples of arrays; whole numbers as np.int64, since a kernel is compiled once more
    for a literal. Without arrays of their own they need not count who refers to which: counting made them ten times
    slower. No `parallel=True`: a fork after OpenMP has started dies.
    """
    return cast(Callable[..., Answer], njit(**COMMON, **WITHOUT_COUNTING)(function))


def allocating(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """A kernel that makes arrays; for the outermost loops only."""
    return cast(Callable[..., Answer], njit(**COMMON)(function))
