"""Everything that writes the tables of the work itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.core.errors import Refusal, Refused
from epo.core.leases import hold
from epo.work.allowances import forget_unused
from epo.work.models import Heartbeat, PeriodicRun, ReceivedAction
from epo.work.nudge import nudge_all
from epo.work.waiting import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from epo.core.types import Actor

NUDGES_AT_ONCE = 200
NUDGE_EXPIRES = 10.0
FORGET_HEARTBEATS_AFTER = timedelta(days=1)
FORGET_RUNS_AFTER = timedelta(days=90)
ATTEMPT = timedelta(seconds=60)
REFUSED = 409

OTHER_CONTENT = Refusal("other_content", _("This id was already used for something else."))
IN_HAND = Refusal("in_hand", _("This is being dealt with right now. Try again in a minute."))


def beat_heart(*, name: str, started_at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": now(), "started_at": started_at})


def stop_heart(*, name: str) -> None:
    Heartbeat.objects.filter(name=name).delete()


def hand_out_again() -> int:
    """Nudge the workers about every row that still waits; a lost message or broker loses nothing.

    What is nudged again soon expires soon, so that behind slow work no queue of repeats builds up.
    """
    count = 0
    for kind in KINDS.values():
        oldest = kind.rows().waiting().order_by(kind.since)
        keys = oldest.values_list("pk", flat=True)[:NUDGES_AT_ONCE]
        ids = [pk if isinstance(pk, int) else str(pk) for pk in keys]
        nudge_all(kind.task, ids, expires=NUDGE_EXPIRES)
        count += len(ids)
    return count


def forget_old_traces() -> None:
    Heartbeat.objects.filter(beat_at__lt=now() - FORGET_HEARTBEATS_AFTER).delete()
    PeriodicRun.objects.filter(finished_at__lt=now() - FORGET_RUNS_AFTER).delete()
    forget_unused()


def once_per_period(*, job: str, period: str, work: Callable[[], object], is_one_transaction: bool = True) -> bool:
    """Carry out `work` unless it was already finished for `period`. True if it was carried out now.

    What `work` writes and that it is finished are one transaction, so that a worker that dies has done both or neither;
    but for slow work that does no harm when it is done again.
    """
    run, _created = PeriodicRun.objects.get_or_create(job=job, period=period)
    with hold(PeriodicRun.objects.all(), run.pk) as lease:
        if lease is None:
            return False
        if not is_one_transaction:
            work()
        with transaction.atomic():
            run = lease.row()
            if is_one_transaction:
                work()
            run.finished_at = now()
            run.save(update_fields=["finished_at"])
    return True


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's wish as it arrived: `client_id` is the client's own, `intent` is what it asks for."""

    client_id: str
    kind: str
    intent: dict[str, Any]
    version_seen: int | None = None
    client_time: datetime | None = None

    @property
    def body_hash(self) -> str:
        body = json.dumps([self.kind, self.intent], sort_keys=True, default=str)
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


def answer_once(*, asked: Asked, by: Actor | None, act: Callable[[], Answer]) -> Answer:
    """The answer of `act`, worked out once for each client id; a repeat reads the first answer.

    A refusal is an answer too. What `act` writes and its answer are one transaction: after a crash nothing is done, and
    the next repeat tries again. Call it outside any other.
    """
    received = _receive(asked, by)
    if received.answered_at is not None:
        return Answer(received.status or 0, received.answer)
    _begin_attempt(received)
    mine = ReceivedAction.objects.filter(pk=received.pk)
    try:
        with transaction.atomic():
            answer = act()
            mine.update(**_as_columns(answer))
    except Refused as refused:
        answer = _no(refused)
        mine.update(**_as_columns(answer))
    except Exception:
        mine.update(attempted_at=None)
        raise
    return answer


def _as_columns(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "answer": answer.body, "answered_at": now()}


def keep_refused(
    *, kind: str, intent: dict[str, Any], by: Actor | None, refused: Refused, is_within: bool = False
) -> None:
    """A wish that came without an id of the client's, and was refused; the same wish again is kept once.

    What was granted is noted where it was done. Call it outside any transaction, once the refused one has ended;
    or with `is_within`, after the savepoint of what was refused, in a transaction that keeps the wish in any case.
    """
    asked, answer = Asked(client_id="", kind=kind, intent=intent), _no(refused)
    asked = replace(asked, client_id=f"no id {asked.body_hash[:58]}")
    _receive(asked, by, is_durable=not is_within, **_as_columns(answer))


def _no(refused: Refused) -> Answer:
    return Answer(REFUSED, {"code": refused.refusal.code, "detail": str(refused.refusal)})


def _receive(asked: Asked, by: Actor | None, *, is_durable: bool = True, **answered: Any) -> ReceivedAction:
    try:
        with transaction.atomic(durable=is_durable):
            return ReceivedAction.objects.create(
                client_id=asked.client_id,
                by=by,
                kind=asked.kind,
                intent=asked.intent,
                body_hash=asked.body_hash,
                version_seen=asked.version_seen,
                client_time=asked.client_time,
                **answered,
            )
    except IntegrityError:
        received = ReceivedAction.objects.get(client_id=asked.client_id, by=by)
    if received.body_hash != asked.body_hash:
        raise Refused(OTHER_CONTENT)
    return received


def _begin_attempt(received: ReceivedAction) -> None:
    """One attempt at a time; one that has not answered for a minute has died."""
    free = Q(attempted_at=None) | Q(attempted_at__lt=now() - ATTEMPT)
    mine = ReceivedAction.objects.filter(free, pk=received.pk, answered_at=None)
    if mine.update(attempted_at=now()) != 1:
        raise Refused(IN_HAND)
