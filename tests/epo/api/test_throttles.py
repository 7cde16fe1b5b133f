from __future__ import annotations

import time

import pytest

from epo.api.throttles import SILENCE_AFTER_FAILURE, _Counter


def test_processes_count_together(settings, broker):
    settings.REDIS_URL = broker
    here, there = _Counter(), _Counter()

    assert [here.add("rate:a:1", 60), there.add("rate:a:1", 60), here.add("rate:b:1", 60)] == [1, 2, 1]


def test_each_counts_for_itself_while_redis_is_down_and_soon_stops_asking(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    alone = _Counter()

    counts = [alone.add("rate:a:1", 60) for _ in range(3)]

    assert counts == [1, 2, 3]
    assert 0 < alone.silent_until - time.monotonic() <= SILENCE_AFTER_FAILURE


@pytest.mark.parametrize(("period", "count"), [("1", 2), ("2", 1)])
def test_count_begins_anew_with_the_period(settings, period, count):
    settings.REDIS_URL = ""
    alone = _Counter()
    alone.add("rate:a:1", 60)

    assert alone.add(f"rate:a:{period}", 60) == count
