"""Python's search for garbage, put off while it could find none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """For a moment in which hundreds of thousands of small rows are built that all stay.

    Each search would go through all of them: at 100,000 people that takes as long as reading them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
