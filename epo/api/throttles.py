"""Rates of the API, counted in Redis by all web processes together; each counts for itself while Redis is down.

They only stop a program gone mad. What must hold is counted in the database: `epo.work.allowances`, `factories.actions.floods`.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from rest_framework import throttling

from epo.core.addresses import sender_of

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

TIMEOUT = 0.2
SILENCE_AFTER_FAILURE = 5.0

log = logging.getLogger(__name__)


@dataclass
class _Counter:
    """Counts within the minute (or whatever the period is) of the clock."""

    client: Any = None
    silent_until: float = 0.0
    own: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def add(self, key: str, period: int) -> int:
        if settings.REDIS_URL and time.monotonic() >= self.silent_until:
            try:
                return self._shared(key, period)
            except Exception as error:  # noqa: BLE001 -- whatever the client raises: a count is not worth an answer
                self.silent_until = time.monotonic() + SILENCE_AFTER_FAILURE
                log.warning("rates are counted by each process for itself (%s)", type(error).__name__)
        return self._alone(key)

    def _shared(self, key: str, period: int) -> int:
        with self.lock:  # a second client would close the first one's lines while they are in use
            if self.client is None:
                how = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
                self.client = redis.Redis.from_url(settings.REDIS_URL, **how)
        count, _said = self.client.pipeline(transaction=False).incr(key).expire(key, period).execute()
        return int(count)

    def _alone(self, key: str) -> int:
        period = key.rpartition(":")[2]
        with self.lock:
            for old in [name for name in self.own if name.rpartition(":")[2] != period]:
                del self.own[old]
            self.own[key] = self.own.get(key, 0) + 1
            return self.own[key]

    def forget(self) -> None:
        self.own.clear()
        self.client, self.silent_until = None, 0.0


counter = _Counter()


class _Together(throttling.SimpleRateThrottle):
    num_requests: int | None
    duration: int | None

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = self.get_cache_key(request, view)
        if key is None or self.num_requests is None or self.duration is None:
            return True
        self.now = time.time()
        period = int(self.duration)
        return counter.add(f"rate:{key}:{int(self.now) // period}", period) <= self.num_requests

    def wait(self) -> float:
        """Until the next period begins."""
        period = int(self.duration or 1)
        return period - self.now % period


class Anonymous(_Together):
    scope = "anon"

    def get_cache_key(self, request: Request, _view: APIView) -> str | None:
        return None if request.user and request.user.is_authenticated else f"{self.scope}:{sender_of(request)}"


class SignedIn(_Together):
    scope = "user"

    def get_cache_key(self, request: Request, _view: APIView) -> str | None:
        return f"{self.scope}:{request.user.pk}" if request.user and request.user.is_authenticated else None
