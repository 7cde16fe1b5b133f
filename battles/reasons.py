"""Codes and numbers of the matcher → plain sentences in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from epo.core import say

if TYPE_CHECKING:
    from battles.models import MatchingRun, Offer


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
    if offer.km is not None and offer.km < 1:
        yield _("You live in the municipality of the plant.")
    elif offer.km is not None:
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
    if reasons.get("passed_over"):
        yield _("Others who would be better placed are needed in other battles.")
    if reasons.get("by_hand"):
        yield _("The coordinator chose you.")


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of a run's document stand for; a battle that the reader may not see has no title here."""

    people: Mapping[int, str]
    battles: Mapping[int, str]

    def person(self, key: int) -> str:
        return self.people.get(key) or _("somebody")

    def battle(self, key: int | None) -> str:
        return self.battles.get(key or 0) or _("another battle")


def how_good(run: MatchingRun) -> str:
    """The proven bound as a share: never said smaller than it is."""
    if run.gap is None:
        return ""
    if run.status == "optimal":
        return _("proven to be the best possible")
    return _("at most %(share)s %% from the best possible") % {"share": share_of(run.gap)}


def why_failed(run: MatchingRun) -> str:
    """What fixed people and starts did to the run, in words; anything else as the program said it."""
    if run.problem and run.result.get("pinned"):
        return _("What is fixed for its battles cannot all be kept together.")
    return run.problem


def share_of(gap: float) -> str:
    """In per cent, rounded up to a tenth."""
    return say.number(math.ceil(gap * 1000) / 10, 1)


def why_chosen(reasons: Mapping[str, Any], names: Names) -> list[str]:
    """Why this person, said to a coordinator; what the run noted, or who put them there."""
    told = []
    if reasons.get("by_hand"):
        told.append(_("Chosen by hand."))
    if reasons.get("next_best"):
        told.append(_("The next best, after somebody could not come."))
    if cost := reasons.get("cost"):
        told.append(_cost(cost))
    told += [_passed_over(one, names) for one in reasons.get("passed_over", ())]
    told += [_("Also proposed for %(battle)s.") % {"battle": names.battle(key)} for key in reasons.get("also_in", ())]
    return told


def _passed_over(one: Mapping[str, Any], names: Names) -> str:
    """Why somebody cheaper was not asked."""
    return _("%(name)s would cost less here, but is needed in other battles, where it would cost %(km)s more.") % {
        "name": names.person(one["person"]),
        "km": say.km(one["price"]),
    }


def needed_elsewhere(price: float) -> str:
    """What taking somebody would cost the other battles; nothing where it would cost them nothing."""
    if price < 1:
        return ""
    return _("Needed in other battles: without this person they cost %(km)s more.") % {"km": say.km(price)}


def _cost(cost: Mapping[str, float]) -> str:
    parts = [_("%(n)s for the road") % {"n": say.number(cost["km"], 0)}]
    if cost["load"]:
        parts.append(_("%(n)s for battles of the last year") % {"n": say.number(cost["load"], 0)})
    if cost["over"]:
        parts.append(_("%(n)s for levels to spare") % {"n": say.number(cost["over"], 0)})
    total = say.km(sum(cost.values()))
    return _("Costs the plan %(total)s: %(parts)s.") % {"total": total, "parts": ", ".join(parts)}


AGAINST = {
    "dearer": gettext_lazy("could come, but the plan costs less with the seat empty"),
    "needed_elsewhere": gettext_lazy("is needed in %(battle)s"),
    "resting": gettext_lazy("would have too few days of rest around %(battle)s"),
    "pinned_out": gettext_lazy("was asked for this battle before, is kept out of it, or loses the qualification"),
    "too_far": gettext_lazy("lives farther away than they accept"),
    "too_long": gettext_lazy("would be away longer than they accept"),
    "not_free": gettext_lazy("is not free on these days"),
    "no_battles_left": gettext_lazy("has no battle left in this plan"),
    "in_this_battle": gettext_lazy("is in this battle already"),
    "level_too_low": gettext_lazy("has a lower level"),
    "no_trade": gettext_lazy("does not have the trade"),
    "farther": gettext_lazy("lives farther away"),
    "more_load": gettext_lazy("was in more battles in the last year"),
    "over_qualified": gettext_lazy("has a higher level, better kept for harder work"),
    "second_battle": gettext_lazy("has another battle in this plan"),
    "equal": gettext_lazy("would cost the plan the same"),
    "pinned_in": gettext_lazy("the coordinator wanted the other person"),
    "kept": gettext_lazy("the other person was kept from the plan before"),
    "cheaper": gettext_lazy("would cost less here; the whole plan is cheaper so"),
}


NOT_HEEDED = {
    "not_sendable": gettext_lazy("is not active, or only advises"),
    "no_place": gettext_lazy("more people are fixed than there are empty seats"),
}


GONE = {
    "not_sendable": gettext_lazy("is not active, or only advises"),
    "needed_elsewhere": gettext_lazy("was proposed for another battle meanwhile"),
    "already_asked": gettext_lazy("was asked for this battle meanwhile"),
    "seat_filled": gettext_lazy("the seat was filled meanwhile"),
    "dates_changed": gettext_lazy("the dates of the battle were changed meanwhile"),
    "battle_over": gettext_lazy("no more people are planned for this battle"),
}


def why_gone(gone: Mapping[str, Any], names: Names) -> str:
    """Somebody whom the run had chosen, and what changed while it was thinking."""
    why = GONE.get(gone["why"]) or AGAINST[gone["why"]]
    return _("%(name)s was chosen but is not proposed: %(why)s.") % {"name": names.person(gone["person"]), "why": why}


def why_not_heeded(left_out: Mapping[str, Any], names: Names) -> str:
    """A fixed person or start that the run had to leave aside."""
    if left_out["person"] is None:
        return _("The fixed start has passed, so the program chose another.")
    why = NOT_HEEDED.get(left_out["why"]) or AGAINST[left_out["why"]]
    name = names.person(left_out["person"])
    return _("%(name)s is fixed for it but could not be proposed: %(why)s.") % {"name": name, "why": why}


DEARER_BY = ("farther", "more_load", "over_qualified", "second_battle")


def why_not_first(runner: Mapping[str, Any], names: Names) -> str:
    """What spoke against somebody who came close."""
    said = AGAINST[runner["why"]] % {"battle": names.battle(runner["battle"])}
    if runner["more"] >= 1 and runner["why"] in DEARER_BY:
        return _("%(why)s (%(more)s more)") % {"why": said, "more": say.km(runner["more"])}
    return said


COUNTED = {
    "dearer": ngettext_lazy("%(n)s could come, but costs too much", "%(n)s could come, but cost too much", "n"),
    "needed_elsewhere": ngettext_lazy("%(n)s is needed in another battle", "%(n)s are needed in other battles", "n"),
    "resting": ngettext_lazy("%(n)s must rest around another battle", "%(n)s must rest around other battles", "n"),
    "pinned_out": ngettext_lazy(
        "%(n)s was asked before, is kept out, or loses the qualification",
        "%(n)s were asked before, are kept out, or lose the qualification",
        "n",
    ),
    "too_far": ngettext_lazy("%(n)s lives too far", "%(n)s live too far", "n"),
    "too_long": ngettext_lazy("%(n)s cannot stay away that long", "%(n)s cannot stay away that long", "n"),
    "not_free": ngettext_lazy("%(n)s is busy or absent", "%(n)s are busy or absent", "n"),
    "no_battles_left": ngettext_lazy("%(n)s has no battle left", "%(n)s have no battle left", "n"),
    "in_this_battle": ngettext_lazy("%(n)s is in this battle already", "%(n)s are in this battle already", "n"),
}
NOBODY = {
    "no_trade": gettext_lazy("Nobody who can be sent has this trade."),
    "level_too_low": gettext_lazy("Nobody who can be sent has this trade at this level."),
}


def why_empty(empty: Mapping[str, Any]) -> str:
    """Why places of a line stay empty, with counts: "12 people have it: 9 live too far, 3 are busy"."""
    if not empty["qualified"]:
        return str(NOBODY.get(empty["why"], NOBODY["no_trade"]))
    ranked = sorted(empty["counts"].items(), key=lambda pair: -pair[1])
    counted = ", ".join(COUNTED[code] % {"n": n} for code, n in ranked)
    known = ngettext(
        "%(n)s person has the trade at this level", "%(n)s people have the trade at this level", empty["qualified"]
    )
    return f"{known % {'n': empty['qualified']}}: {counted}."


CHANGES = {
    "send": gettext_lazy("send %(name)s, who could come but costs more than the empty seat"),
    "farther_than_accepted": gettext_lazy("ask %(name)s to accept %(km)s more"),
    "take": gettext_lazy("take %(name)s from %(battle)s, where a seat is left empty"),
}
COUNTED_CHANGES = {
    "lower_level": ngettext_lazy(
        "ask for %(n)s level less: %(name)s could come", "ask for %(n)s levels less: %(name)s could come", "n"
    ),
    "later": ngettext_lazy(
        "begin %(n)s day later: %(name)s could come", "begin %(n)s days later: %(name)s could come", "n"
    ),
    "earlier": ngettext_lazy(
        "begin %(n)s day earlier: %(name)s could come", "begin %(n)s days earlier: %(name)s could come", "n"
    ),
    "longer_than_accepted": ngettext_lazy(
        "ask %(name)s to stay %(n)s day longer", "ask %(name)s to stay %(n)s days longer", "n"
    ),
}


def how_to_fill(change: Mapping[str, Any], names: Names) -> str:
    """What would fill one more place, and what the plan would cost more."""
    said = (CHANGES.get(change["kind"]) or COUNTED_CHANGES[change["kind"]]) % {
        "n": round(change["amount"]),
        "name": names.person(change["person"]),
        "km": say.km(change["amount"]),
        "battle": names.battle(change["battle"]),
    }
    sign = "+" if change["cost"] >= 0 else ""
    return f"{said} ({sign}{say.km(change['cost'])})"
