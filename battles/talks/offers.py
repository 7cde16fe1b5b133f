"""Yes and no to offers, from the phone of whom they were made to. The same actions as on the web, the same refusals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from battles import codes
from battles.actions import answers
from battles.links import plan_link
from battles.models import Offer
from battles.rules import offers as rules
from battles.states import AnsweredBy, OfferState
from battles.talks.words import Kind, is_like_a_code, readings_of, reason_of, words_after
from epo.core import say
from epo.core.errors import Refused
from epo.notifications.short import short
from epo.work.actions import keep_refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from battles.talks.days import Day
    from battles.talks.words import Words
    from epo.notifications.incoming import Said

MOST_LISTED = 4
OPEN = (OfferState.ASKED, OfferState.EXPIRED)


def answer(said: Said, words: Words) -> str:
    """Never an answer to somebody else's offer, nor to one that was not surely meant."""
    found = _named(said, words)
    if not found and (words.code or any(is_like_a_code(word) for word in words.maybe)):
        return _("We do not know this code from this phone. Look at it again in our message.")
    found = found or _waiting(said, words)
    if not found:
        return _("No call of ours waits for an answer from this phone.")
    if len(found) > 1:
        return _which(found, words)
    (offer,) = found
    if words.kind is Kind.YES:
        return _yes(offer, said, words)
    if words.kind is Kind.NO:
        return _no(offer, said, words)
    return _say_it_plainly(offer)


def has_open_asks(said: Said) -> bool:
    return _of(said).filter(state=OfferState.ASKED).exists()


def _of(said: Said) -> Any:
    rows = Offer.objects.sent().filter(volunteer__contact__in=[contact.pk for contact in said.contacts])
    return rows.select_related("battle__factory__municipality__state", "trade", "volunteer").order_by("pk")


def _named(said: Said, words: Words) -> list[Offer]:
    """By the code, also where signs were mistaken for others; a word that only looks like a code counts if it is one."""
    typed = [words.code, *words.others, *words.maybe]
    keys = {codes.decode(code) for one in typed if one for code in readings_of(one)} - {None}
    return list(_of(said).filter(pk__in=keys)) if keys else []


def _waiting(said: Said, words: Words) -> list[Offer]:
    """Open asks; without any, those to which a late yes is still welcome."""
    answerable = [offer for offer in _of(said).filter(state__in=OPEN) if rules.is_open_to_answer(offer)]
    asked = [offer for offer in answerable if offer.state == OfferState.ASKED]
    return asked or (answerable if words.kind is Kind.YES else [])


def _which(found: Sequence[Offer], words: Words) -> str:
    """One question back, with codes and places; on a shared phone with first names."""
    verb = "NO" if words.kind is Kind.NO else "SI"
    is_shared = len({offer.volunteer_id for offer in found}) > 1
    names: dict[str, Any] = {
        f"place{n}": _place(offer, with_name=is_shared) for n, offer in enumerate(found[:MOST_LISTED])
    }
    choices = [f"{verb} {offer.code} %(place{n})s" for n, offer in enumerate(found[:MOST_LISTED])]
    asked, or_ = _("Which one?"), _("or")
    return short(f"{asked} {f' {or_} '.join(choices)}", names)


def _place(offer: Offer, *, with_name: bool) -> str:
    first, place = offer.volunteer.name.partition(" ")[0], offer.battle.factory.municipality.name
    day = say.short_day(offer.first_day) if offer.first_day else ""
    return f"{first}, {place} {day}" if with_name else f"{place} {day}"


def _say_it_plainly(offer: Offer) -> str:
    first, last = offer.first_day, offer.last_day
    code, until = offer.code, say.short_day(last) if last else ""
    return short(
        _(
            "%(plant)s: answer SI %(code)s or NO %(code)s. Part of the stay: SI %(code)s DESDE %(first)s HASTA %(last)s."
        ),
        keep={"code": code, "first": say.short_day(first) if first else "", "last": until},
        plant=offer.battle.factory.name,
    )


def _yes(offer: Offer, said: Said, words: Words) -> str:
    first, last = _day(offer, words.stay.first), _day(offer, words.stay.last)
    if (words.stay.first and first is None) or (words.stay.last and last is None):
        _keep("offer.accept", offer, Refused(rules.DAYS_OUTSIDE), first=words.stay.first, last=words.stay.last)
        return _other_days(offer)
    try:
        with transaction.atomic():
            offer = answers.accept(offer=offer, by=None, how=AnsweredBy(said.way), first=first, last=last)
    except Refused as refused:
        _keep("offer.accept", offer, refused, first=first, last=last)
        return _refused(offer, refused)
    return short(
        _("Noted: you go to %(plant)s, %(place)s, %(days)s, travel included. Your plan:"),
        link=plan_link(offer),
        must_link=True,
        keep={"days": _days(offer)},
        plant=offer.battle.factory.name,
        place=offer.battle.factory.municipality.name,
    )


def _day(offer: Offer, said: Day | None) -> date | None:
    if said is None or offer.first_day is None or offer.last_day is None:
        return None
    return said.among(offer.first_day, offer.last_day)


def _days(offer: Offer) -> str:
    leaves, back = offer.leaves_on, offer.back_on
    return say.short_days(leaves, back) if leaves and back else ""


def _other_days(offer: Offer) -> str:
    first, last = offer.first_day, offer.last_day
    return short(
        _("These days are not among those of %(plant)s: %(days)s. For a part write SI %(code)s DESDE %(first)s"),
        keep={
            "days": say.short_days(first, last) if first and last else "",
            "code": offer.code,
            "first": say.short_day(last) if last else "",
        },
        plant=offer.battle.factory.name,
    )


def _no(offer: Offer, said: Said, words: Words) -> str:
    note = words_after(words.rest, offer.code)
    reason = reason_of(note)
    try:
        with transaction.atomic():
            answers.decline(offer=offer, by=None, how=AnsweredBy(said.way), reason=reason, note=note)
    except Refused as refused:
        _keep("offer.decline", offer, refused, reason=reason.value, note=note)
        return _refused(offer, refused)
    return short(
        _("Noted: you cannot come to %(plant)s. Thank you for answering; we will call you again."),
        plant=offer.battle.factory.name,
    )


def _refused(offer: Offer, refused: Refused) -> str:
    return short("%(plant)s: %(why)s", keep={"why": str(refused.refusal)}, plant=offer.battle.factory.name)


def _keep(kind: str, offer: Offer, refused: Refused, **said: object) -> None:
    """In the same words as an answer by the API."""
    wish = {name: str(value) for name, value in said.items() if value}
    keep_refused(kind=kind, intent={"offer": offer.pk, **wish}, by=None, refused=refused, is_within=True)
