from __future__ import annotations

import pytest

from epo.work import actions
from epo.work.models import PeriodicRun

pytestmark = pytest.mark.django_db


def test_once_per_period_works_once() -> None:
    done: list[int] = []

    first = actions.once_per_period(job="night", period="2024-05-01", work=lambda: done.append(1))
    second = actions.once_per_period(job="night", period="2024-05-01", work=lambda: done.append(2))

    assert (first, second, done) == (True, False, [1])
    assert PeriodicRun.objects.get().finished_at is not None
