"""Holding a row while one works on it.

    with hold(Photo.objects.all(), photo_id) as lease:
        if lease is None:
            return                      # somebody else has it, or it is done
        image = slow_work(...)          # no transaction, no lock; a thread renews the lease
        with transaction.atomic():
            photo = lease.row()         # locked, and still ours; else LeaseLost ends the block quietly
            ...

A worker that dies leaves a lease that runs out; whoever claims the row then gets a higher number, and what
the first one may still write under the old number finds no row.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, models
from django.utils.timezone import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epo.core.models import LeasedQuerySet

RENEW_EVERY = 5.0
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)

log = logging.getLogger(__name__)
_Row = TypeVar("_Row", bound=models.Model)


class LeaseLost(Exception):
    """Somebody else has claimed the row meanwhile; what we worked out must not be written."""


@dataclass
class Lease(Generic[_Row]):
    rows: LeasedQuerySet[_Row]
    pk: Any
    number: int
    lost: Event = field(default_factory=Event)
    _put_off: timedelta | None = None

    def row(self) -> _Row:
        """The row, locked until the transaction ends."""
        row = self.rows.select_for_update(of=("self",), no_key=True).held(self.pk, self.number).first()
        if row is None:
            raise LeaseLost
        return row

    def put_off(self, pause: timedelta) -> None:
        """Nobody takes the row again before `pause` is over."""
        self._put_off = pause

    def give_back(self) -> None:
        until = now() + self._put_off if self._put_off else None
        self.rows.held(self.pk, self.number).update(leased_until=until)

    def give_back_after(self, error: BaseException) -> None:
        """After a failure the row rests, longer each time, so that a bad row does not keep workers busy.

        A database that was away says nothing about the row: that rest does not grow.
        """
        tries = self.rows.held(self.pk, self.number).values_list("tries", flat=True).first() or 1
        grows = 0 if isinstance(error, OperationalError | InterfaceError) else min(tries - 1, 12)
        pause = min(FIRST_PAUSE * 2**grows, LONGEST_PAUSE)
        self.rows.held(self.pk, self.number).update(leased_until=now() + pause, last_error=type(error).__name__[:80])


@contextmanager
def hold(rows: LeasedQuerySet[_Row], pk: Any) -> Iterator[Lease[_Row] | None]:
    number = rows.claim(pk)
    if number is None:
        yield None
        return
    lease = Lease(rows, pk, number)
    with _renewed(lease):
        try:
            yield lease
        except LeaseLost:
            log.warning("lease %s of %s was taken over", number, rows.model.__name__)
            return
        except Exception as error:
            lease.give_back_after(error)
            raise
    lease.give_back()


@contextmanager
def _renewed(lease: Lease[_Row]) -> Iterator[None]:
    done = Event()
    thread = Thread(target=_keep_renewing, args=(lease, done), name=f"lease-{lease.number}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=RENEW_EVERY)


def _keep_renewing(lease: Lease[_Row], done: Event) -> None:
    """Runs beside the work with a database connection of its own."""
    try:
        while not done.wait(RENEW_EVERY):
            try:
                if not lease.rows.all().renew(lease.pk, lease.number):
                    lease.lost.set()
                    return
            except DatabaseError:
                log.warning("a lease of %s could not be renewed this time", lease.rows.model.__name__)
    finally:
        connection.close()
