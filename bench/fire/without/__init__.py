"""Protections that can be taken out, so that it shows that the harness would find their absence.

A Django app that the settings add only where TAKEN_OUT names protections, which they refuse outside tests
(`epo/settings.py`). Each module beside this one holds those of one area:

    @taken_out("unique-day")
    def forget_that_a_day_is_given_once() -> None:
        ...    # patches the product; called once the apps are ready
"""

from __future__ import annotations

from collections.abc import Callable

KNOWN: dict[str, Callable[[], None]] = {}


def taken_out(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(patch: Callable[[], None]) -> Callable[[], None]:
        KNOWN[name] = patch
        return patch

    return register
