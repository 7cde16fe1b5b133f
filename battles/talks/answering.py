"""The one answer to a message, whatever it says and by whichever way it came. Called within one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from battles.actions.talks import open_talk
from battles.states import TalkKind
from battles.talks import offers, plants, reporting
from battles.talks.words import Kind, understand
from epo.notifications import gsm
from epo.notifications.actions import turn_way
from epo.notifications.models import language_of

if TYPE_CHECKING:
    from battles.talks.words import Words
    from epo.notifications.incoming import Said

ABOUT_OFFERS = (Kind.YES, Kind.NO, Kind.UNCLEAR)


def answer(said: Said) -> str:
    with translation.override(_language(said)):
        return gsm.as_gsm7(_answer(said, understand(said.text)))


def _language(said: Said) -> str:
    first = said.contact or next(iter(said.contacts), None)
    return language_of(first) if first else settings.LANGUAGE_CODE


def _answer(said: Said, words: Words) -> str:
    talk = open_talk(way=said.way, sender=said.sender)
    if talk is not None and not words.is_command:
        return plants.go_on(said, talk) if talk.kind == TalkKind.OUTPUT else reporting.go_on(said, words, talk)
    if words.kind is Kind.REPORT:
        return reporting.begin(said, words, talk)
    if words.kind in (Kind.READING, Kind.REPAIR):
        return plants.tell(said, words, talk)
    if words.kind in (Kind.STOP, Kind.START):
        return _turn(said, is_on=words.kind is Kind.START)
    if words.kind in ABOUT_OFFERS or (words.kind is Kind.OTHER and offers.has_open_asks(said)):
        return offers.answer(said, words)
    return _help(said, words)


def _turn(said: Said, *, is_on: bool) -> str:
    """For everybody who has this phone: it is the phone that shall be left in peace."""
    for contact in said.contacts:
        turn_way(contact=contact, way=said.way, is_on=is_on)
    if is_on:
        return _("You get messages of the Productive Workers' Army here again. BAJA turns them off.")
    return _("No more messages come here. What you send still reaches us. ALTA turns them on again.")


def _help(said: Said, words: Words) -> str:
    """Strangers who ask for nothing get no answer: machines that answer one another would never end."""
    if words.kind is not Kind.HELP and not said.contacts:
        return ""
    return _(
        "SI or NO and your code. AVERIA and the label's number. PRODUCCION 1234 260. REPARAMOS 1234 what. BAJA: no messages."
    )
