"""Codes and numbers of the matcher → plain sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epo.core import say

if TYPE_CHECKING:
    from battles.models import Offer


def why_you(offer: Offer) -> list[str]:
    """Why this volunteer, said to the volunteer."""
    return list(_why_you(offer))


def _why_you(offer: Offer) -> Iterator[str]:
    reasons = offer.reasons
    if "had" in reasons:
        yield _("You have level %(had)s in %(trade)s; level %(asked)s is asked for.") % {
            "had": reasons["had"], "trade": offer.trade, "asked": offer.level,
        }  # fmt: skip
    else:
        yield _("You have %(trade)s at level %(asked)s or above.") % {
            "trade": offer.trade,
            "asked": offer.level,
        }
    if offer.km is not None:
        yield _("You live some %(km)s by road from the plant.") % {"km": say.km(offer.km)}
    if "fought" in reasons:
        fought = int(reasons["fought"])
        yield (
            ngettext(
                "You were in %(n)s battle in the last year.",
                "You were in %(n)s battles in the last year.",
                fought,
            )
            if fought
            else _("You were in no battle in the last year.")
        ) % {"n": fought}
    if reasons.get("next_best"):
        yield _("Somebody who was asked before you cannot come, and you are the next best placed.")
    if reasons.get("by_hand"):
        yield _("The coordinator chose you.")
