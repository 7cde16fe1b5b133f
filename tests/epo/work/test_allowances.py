from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import F

from epo.work.allowances import Pace, forget_unused, take
from epo.work.models import Allowance

SLOW = Pace(burst=3, seconds=20)


def _pass(seconds: int) -> None:
    Allowance.objects.update(used_until=F("used_until") - seconds * 1000)


@pytest.mark.django_db
def test_allowance_is_a_burst_and_then_a_pace():
    at_once = [take("a", SLOW) for _ in range(5)]
    _pass(20)
    later = [take("a", SLOW) for _ in range(2)]

    assert at_once == [0, 0, 0, 20, 20]
    assert later == [0, 20]
    assert take("b", SLOW) == 0


@pytest.mark.django_db
def test_allowance_is_whole_again_after_a_while_and_forgotten():
    for _ in range(3):
        take("a", SLOW)
    forget_unused()
    kept = Allowance.objects.count()
    _pass(61)
    forget_unused()

    assert (kept, Allowance.objects.count(), [take("a", SLOW) for _ in range(4)]) == (1, 0, [0, 0, 0, 20])


@pytest.mark.django_db
def test_allowance_survives_a_clock_that_stood_in_another_year():
    take("a", SLOW)
    _pass(-40_000_000)

    assert [take("a", SLOW), take("a", SLOW)] == [0, 20]


@pytest.mark.django_db
def test_allowance_names_nobody():
    take("sign-in account ana", SLOW)

    assert "ana" not in Allowance.objects.get().key


@pytest.mark.django_db(transaction=True)
def test_allowance_lets_exactly_as_many_through_as_may_be_however_many_come_at_once():
    def one(_n: int) -> int:
        try:
            return take("a", SLOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(one, range(32)))

    assert waits.count(0) == 3
