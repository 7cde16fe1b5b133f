"""Texts of text messages: what must be said stays, names are cut until it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from epo.notifications import gsm

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = 8
"""Signs that are left of a name at least."""


def short(
    text: str,
    names: Mapping[str, str] | None = None,
    /,
    *,
    link: str = "",
    must_link: bool = False,
    keep: Mapping[str, str] | None = None,
    **more: str,
) -> str:
    """`text` with its gaps filled: `keep` as it is, `names` and what else is named cut evenly where it would not fit.

    `link` goes along where there is room for it; with `must_link`, names are cut to make room.
    """
    whole, named = _tidy(keep or {}), _tidy(dict(names or {}) | more)
    text = gsm.as_gsm7(text)
    linked = f"{text} {link.replace('%', '%%')}" if link else text
    if link and (must_link or gsm.fits(linked % (whole | named))):
        filled = _cut(linked, whole, dict(named))
        if gsm.fits(filled):
            return filled
    filled = _cut(text, whole, named)
    return filled if gsm.fits(filled) else gsm.shorten(filled)


def _cut(text: str, whole: dict[str, str], names: dict[str, str]) -> str:
    filled = text % (whole | names)
    while not gsm.fits(filled):
        longest = max(names, key=lambda name: len(names[name]), default="")
        if not longest or len(names[longest]) <= LEAST:
            return filled
        names[longest] = names[longest][:-1].rstrip(" ,.-(\"'")
        filled = text % (whole | names)
    return filled


def _tidy(said: Mapping[str, str]) -> dict[str, str]:
    return {name: gsm.as_gsm7(" ".join(text.split())) for name, text in said.items()}
