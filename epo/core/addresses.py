"""Where a request comes from. An address is never kept as it is: rows know it by a keyed hash."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

from epo.core.clock import today

if TYPE_CHECKING:
    from django.http import HttpRequest

ONE_NETWORK = 48
"""Bits of an IPv6 address that its holder was given; the rest is free to choose."""
SENDER_LENGTH = 16


def address_of(request: HttpRequest) -> str:
    """What the outermost of our own proxies saw; with none, the socket's other end. What strangers claim is passed over."""
    socket = str(request.META.get("REMOTE_ADDR") or "")
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies: int = settings.PROXIES
    if proxies and len(told) >= proxies:
        return _tidy(told[-proxies]) or socket
    return _tidy(socket) or socket


def _tidy(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, ONE_NETWORK), strict=False).network_address)


def sender_of(request: HttpRequest) -> str:
    """Tells one address from another for a day, and cannot be led back to it without the installation's secret."""
    said = f"{today()} {address_of(request)}"
    return salted_hmac("epo.core.addresses", said, algorithm="sha256").hexdigest()[:SENDER_LENGTH]
