"""The gateway for text messages, by the protocol that it speaks. A new one is a module and a line in PROTOCOLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings

from epo.notifications import android, twilio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epo.notifications.events import Event


class Gateway(Protocol):
    def send(self, *, to: str, text: str, message_id: str) -> None:
        """Hand a text over, or raise; Unreachable where it is refused for good."""

    def is_signed(self, body: bytes, headers: Mapping[str, str], address: str, /) -> bool:
        """Whether the gateway itself calls `address`, the whole public one."""

    def read(self, body: bytes, address: str, /) -> Event:
        """ValueError where it is no event."""


PROTOCOLS = {"android": cast("Gateway", android), "twilio": cast("Gateway", twilio)}


def is_set_up() -> bool:
    return bool(settings.SMS_GATEWAY_URL)


def send(*, to: str, text: str, message_id: str) -> None:
    _spoken().send(to=to, text=text, message_id=message_id)


def is_signed(body: bytes, headers: Mapping[str, str], address: str) -> bool:
    return _spoken().is_signed(body, headers, address)


def read(body: bytes, address: str) -> Event:
    return _spoken().read(body, address)


def _spoken() -> Gateway:
    return PROTOCOLS[settings.SMS_PROTOCOL]
