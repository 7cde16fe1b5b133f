from __future__ import annotations

from typing import Any
from uuid import uuid4

from bench.fire.without import taken_out


@taken_out("claim")
def everybody_may_take_a_row() -> None:
    from django.db.models import F
    from django.utils.timezone import now

    from epo.core.models import LEASE, LeasedQuerySet

    def claim(self: Any, pk: Any) -> int | None:
        rows = self.unfinished().filter(pk=pk)
        rows.update(tries=F("tries") + 1, leased_until=now() + LEASE)
        return rows.values_list("claim", flat=True).first()

    LeasedQuerySet.claim = claim  # type: ignore[method-assign]


@taken_out("same-key")
def each_sending_has_a_key_of_its_own() -> None:
    from epo.notifications import channels

    plain = channels.EmailMessage

    def anew(*, headers: dict[str, str], **said: Any) -> Any:
        return plain(headers=headers | {"Message-ID": f"<{uuid4()}@localhost>"}, **said)

    channels.EmailMessage = anew  # type: ignore[misc, assignment]


@taken_out("handing-out-again")
def what_waits_is_announced_once() -> None:
    from epo.work import actions

    actions.hand_out_again = lambda: 0
