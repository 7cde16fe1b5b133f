"""How often a thing may be done: counted in the database, so that all web processes and servers count together.

One row for each key holds one number, which one conditional UPDATE moves: of many who come at the same
moment, exactly as many are let through as may be, on both databases.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from epo.work.models import Allowance

CLOCKS_DIFFER = 600_000
"""Milliseconds that lie between the clocks of servers, or between a look at the clock and its use, at the very most."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` at once, and from then on one every `seconds`: in any minute at most `burst + 60 / seconds`."""

    burst: int
    seconds: float

    @property
    def step(self) -> int:
        return int(self.seconds * 1000)


def take(key: str, pace: Pace) -> int:
    """0: go ahead, it is counted. Else the seconds to wait, and nothing is written: a refusal costs a look.

    Call it outside a transaction that may be rolled back: what was tried stays tried.
    """
    hashed = salted_hmac("epo.work.allowances", key, algorithm="sha256").hexdigest()
    moment = int(time.time() * 1000)
    latest = moment + (pace.burst - 1) * pace.step
    for _attempt in range(3):
        used_until = Allowance.objects.filter(pk=hashed).values_list("used_until", flat=True).first()
        if used_until is None:
            if _first(hashed, moment + pace.step):
                return 0
        elif used_until <= latest:
            free = Allowance.objects.filter(pk=hashed, used_until__lte=latest)
            if free.update(used_until=Greatest(F("used_until"), Value(moment)) + pace.step):
                return 0
        elif used_until > latest + pace.step + CLOCKS_DIFFER:  # written by a clock that was wrong
            Allowance.objects.filter(pk=hashed, used_until=used_until).update(used_until=latest)
        else:
            return max(1, -(-(used_until - latest) // 1000))
    return max(1, round(pace.seconds))


def _first(hashed: str, used_until: int) -> bool:
    """False where another was faster."""
    try:
        with transaction.atomic():
            Allowance.objects.create(pk=hashed, used_until=used_until)
    except IntegrityError:
        return False
    return True


def forget_unused() -> None:
    """What is free again need not be remembered."""
    Allowance.objects.filter(used_until__lt=int(time.time() * 1000)).delete()
