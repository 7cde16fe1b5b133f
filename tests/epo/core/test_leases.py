from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.timezone import now

from epo.core import leases
from epo.core.leases import LeaseLost, hold
from epo.core.models import LEASE
from epo.work.models import PeriodicRun, PeriodicRunQuerySet
from tests.make import make_periodic_run
from tests.stack import wait_until

pytestmark = pytest.mark.django_db


def _runs() -> PeriodicRunQuerySet:
    return PeriodicRun.objects.all()


def _let_lease_run_out(run: PeriodicRun) -> None:
    PeriodicRun.objects.filter(pk=run.pk).update(leased_until=now() - timedelta(seconds=1))


def test_claim_is_given_once() -> None:
    run = make_periodic_run()

    claims = [_runs().claim(run.pk), _runs().claim(run.pk)]

    run.refresh_from_db()
    assert claims == [1, None]
    assert run.tries == 1
    assert run.leased_until is not None
    assert timedelta(0) < run.leased_until - now() <= LEASE


def test_claim_of_a_dead_worker_passes_on_with_a_higher_number() -> None:
    run = make_periodic_run()
    first = _runs().claim(run.pk)
    _let_lease_run_out(run)

    second = _runs().claim(run.pk)

    assert (first, second) == (1, 2)
    assert not _runs().renew(run.pk, 1)
    assert _runs().held(run.pk, 1).update(finished_at=now()) == 0


def test_claim_of_finished_or_unknown_row_is_refused() -> None:
    run = make_periodic_run(finished_at=now())

    assert (_runs().claim(run.pk), _runs().claim(run.pk + 1)) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_claim_is_given_to_one_of_many_at_once() -> None:
    run = make_periodic_run()
    together = Barrier(4)

    def claim(_number: int) -> int | None:
        together.wait()
        try:
            return _runs().claim(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(claim, range(4)))

    assert sorted(claims, key=str) == [1, None, None, None]


def test_hold_gives_the_row_back_when_it_is_done() -> None:
    run = make_periodic_run()

    with hold(_runs(), run.pk) as lease:
        assert lease is not None
        row = lease.row()
        with hold(_runs(), run.pk) as second:
            assert second is None

    run.refresh_from_db()
    assert row == run
    assert run.leased_until is None


def test_hold_ends_quietly_when_the_row_was_taken_over() -> None:
    run = make_periodic_run()
    reached: list[str] = []

    with hold(_runs(), run.pk) as lease:
        assert lease is not None
        _let_lease_run_out(run)
        _runs().claim(run.pk)
        lease.row()
        reached.append("after")

    assert reached == []
    assert PeriodicRun.objects.get().claim == 2
    assert PeriodicRun.objects.get().leased_until is not None


def test_hold_lets_a_row_that_failed_rest_longer_each_time() -> None:
    run = make_periodic_run()
    rests = []

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), hold(_runs(), run.pk):
            _ = 1 / 0
        run.refresh_from_db()
        assert run.leased_until is not None
        rests.append(round((run.leased_until - now()).total_seconds()))
        _let_lease_run_out(run)

    assert rests == [10, 20, 40]
    assert run.last_error == "ZeroDivisionError"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_hold_does_not_hold_against_a_row_that_the_database_was_away(error: type[Exception]) -> None:
    run = make_periodic_run()
    rests = []

    for _ in range(3):
        with pytest.raises(error), hold(_runs(), run.pk):
            raise error("the server closed the connection")
        run.refresh_from_db()
        assert run.leased_until is not None
        rests.append(round((run.leased_until - now()).total_seconds()))
        _let_lease_run_out(run)

    assert rests == [10, 10, 10]


def test_hold_can_put_a_row_off() -> None:
    run = make_periodic_run()

    with hold(_runs(), run.pk) as lease:
        assert lease is not None
        lease.put_off(timedelta(minutes=5))

    run.refresh_from_db()
    assert run.leased_until is not None
    assert round((run.leased_until - now()).total_seconds()) == 300


@pytest.mark.django_db(transaction=True)
def test_hold_renews_while_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)
    run = make_periodic_run()

    with hold(_runs(), run.pk) as lease:
        assert lease is not None
        _let_lease_run_out(run)
        wait_until(lambda: not _runs().waiting().filter(pk=run.pk).exists())
        with transaction.atomic():
            row = lease.row()

    assert row.claim == 1


@pytest.mark.django_db(transaction=True)
def test_renewing_notices_that_the_row_was_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)
    run = make_periodic_run()

    with hold(_runs(), run.pk) as lease:
        assert lease is not None
        PeriodicRun.objects.filter(pk=run.pk).update(claim=7)
        assert lease.lost.wait(10)
        with pytest.raises(LeaseLost), transaction.atomic():
            lease.row()

    assert PeriodicRun.objects.get().claim == 7
