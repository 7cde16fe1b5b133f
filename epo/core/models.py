"""Abstract models only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=15)

_Row = TypeVar("_Row", bound=models.Model, covariant=True)  # noqa: PLC0105 -- its bound says more


class LeasedQuerySet(models.QuerySet[_Row]):
    """Rows that wait for a worker. Each model says in `unfinished` which of its rows still need one."""

    def unfinished(self) -> Self:
        raise NotImplementedError

    def waiting(self) -> Self:
        """Unfinished, and not in the hands of a worker that is still alive."""
        return self.unfinished().filter(Q(leased_until=None) | Q(leased_until__lt=now()))

    def claim(self, pk: Any) -> int | None:
        """A new claim number for exactly one caller, however many ask; None for the others."""
        seen = self.waiting().filter(pk=pk).values_list("claim", flat=True).first()
        if seen is None:
            return None
        mine = self.waiting().filter(pk=pk, claim=seen)
        number = int(seen) + 1
        taken = mine.update(claim=number, tries=F("tries") + 1, leased_until=now() + LEASE)
        return number if taken else None

    def held(self, pk: Any, claim: int) -> Self:
        """The row, as long as nobody else claimed it after `claim`. Results are written through this only."""
        return self.filter(pk=pk, claim=claim)

    def renew(self, pk: Any, claim: int, *, until: datetime | None = None) -> bool:
        return self.held(pk, claim).update(leased_until=until or now() + LEASE) == 1


class Leased(models.Model):
    """A row that waits for a worker: the row is the truth, messages only nudge. See `epo.core.leases`."""

    claim = models.PositiveIntegerField(_("claim"), default=0, editable=False)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, db_index=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=80, blank=True, editable=False)

    class Meta:
        abstract = True
