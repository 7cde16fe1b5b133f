from __future__ import annotations

import pytest

from epo.core.addresses import address_of, sender_of


@pytest.mark.parametrize(
    ("proxies", "claimed", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "6.6.6.6", "10.0.0.9"),
        (1, "6.6.6.6, 200.1.2.3", "200.1.2.3"),
        (1, "200.1.2.3", "200.1.2.3"),
        (1, None, "10.0.0.9"),
        (1, "200.1.2.3, not an address", "10.0.0.9"),
        (2, "6.6.6.6, 200.1.2.3, 10.0.0.1", "200.1.2.3"),
        (2, "200.1.2.3", "10.0.0.9"),
        (1, "2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1::"),
        (1, "::ffff:200.1.2.3", "200.1.2.3"),
    ],
)
def test_address_is_what_our_own_proxies_saw(rf, settings, proxies, claimed, address):
    settings.PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": claimed} if claimed else {}

    assert address_of(rf.get("/", REMOTE_ADDR="10.0.0.9", **headers)) == address


def test_sender_is_known_again_and_does_not_show_the_address(rf):
    first, again, other = (sender_of(rf.get("/", REMOTE_ADDR=f"10.0.0.{n}")) for n in (9, 9, 8))

    assert (first == again, first == other, "10.0.0.9" in first) == (True, False, False)
