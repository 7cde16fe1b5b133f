from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from bench.fire.without import taken_out


@taken_out("text-signature")
def whoever_sends_is_the_gateway() -> None:
    from epo.notifications import gateway

    gateway.is_signed = lambda *_said: True  # type: ignore[assignment]


@taken_out("text-once")
def each_webhook_is_a_new_message() -> None:
    from epo.notifications import exchange

    receive = exchange.receive

    def anew(*, event: Any) -> None:
        receive(event=replace(event, id=uuid4().hex))

    exchange.receive = anew
