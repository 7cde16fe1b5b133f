from __future__ import annotations

import time
from typing import Any

from bench.fire.without import taken_out

SLOWER_BY = 0.3


@taken_out("speed")
def each_commit_takes_longer() -> None:
    """As a disk would make it that takes 0.3 s to sync."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit = BaseDatabaseWrapper.commit

    def slowly(self: Any) -> None:
        time.sleep(SLOWER_BY)
        commit(self)

    BaseDatabaseWrapper.commit = slowly  # type: ignore[method-assign]
