"""What can be told about offers; see `epo.notifications.kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from battles.links import offer_path, plan_path
from battles.models import Battle, Offer
from battles.rules.battles import NEW_DATES
from battles.states import HOLDS_SEAT, BattleState, OfferState
from epo.core import say
from epo.notifications.channels import absolute
from epo.notifications.kinds import Message, register
from epo.notifications.short import short
from volunteers.models import Trade

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _offers() -> QuerySet[Offer]:
    return Offer.objects.select_related("battle__factory__municipality__state", "trade", "volunteer")


def _battles() -> QuerySet[Battle]:
    return Battle.objects.select_related("factory")


def _facts(offer: Offer) -> dict[str, str]:
    factory = offer.battle.factory
    days = say.days(offer.leaves_on, offer.back_on) if offer.leaves_on else ""
    return {
        "plant": str(factory),
        "place": str(factory.municipality),
        "trade": str(offer.trade),
        "days": days,
        "until": say.moment(offer.deadline) if offer.deadline else "",
        "code": offer.code,
        "who": str(offer.volunteer),
    }


def _short(text: str, offer: Offer, *, link: str = "", must_link: bool = False, **more: str) -> str:
    """Code, days and deadline stay whole; names are cut where they are too long."""
    factory = offer.battle.factory
    keep = {
        "code": offer.code,
        "days": say.short_days(offer.leaves_on, offer.back_on) if offer.leaves_on and offer.back_on else "",
        "until": say.short_moment(offer.deadline) if offer.deadline else "",
    }
    names = {"plant": factory.name, "place": factory.municipality.name, "trade": offer.trade.name}
    names |= {"who": offer.volunteer.name}
    return short(text, names | more, link=absolute(link) if link else "", must_link=must_link, keep=keep)


def asked(offer: Offer) -> Message | None:
    if offer.state != OfferState.ASKED:
        return None
    text = _(
        "%(plant)s (%(place)s) needs you: %(trade)s, %(days)s, travel included. Answer until %(until)s. Code %(code)s."
    )
    brief = _short(
        _(
            "You are needed: %(trade)s, %(days)s, %(plant)s, %(place)s. Answer SI %(code)s or NO %(code)s before %(until)s."
        ),
        offer,
        link=offer_path(offer),
    )
    return Message(_("You are needed at %(plant)s") % _facts(offer), text % _facts(offer), offer_path(offer), brief)


def reminder(offer: Offer) -> Message | None:
    if offer.state != OfferState.ASKED:
        return None
    text = _("%(plant)s still waits for your answer, %(trade)s, %(days)s. It is open until %(until)s.")
    brief = _short(
        _(
            "Will you go? %(plant)s, %(place)s, %(days)s, %(trade)s. Answer SI %(code)s or NO %(code)s before %(until)s."
        ),
        offer,
        link=offer_path(offer),
    )
    return Message(_("Will you go to %(plant)s?") % _facts(offer), text % _facts(offer), offer_path(offer), brief)


def expired(offer: Offer) -> Message:
    text = _("The time to answer is over. If you can come after all, say so: while the seat is free, it is yours.")
    brief = _short(
        _("%(plant)s, %(place)s, %(days)s: the time to answer is over. You can come? SI %(code)s while there is a seat."),
        offer,
    )  # fmt: skip
    return Message(_("%(plant)s: no answer in time") % _facts(offer), text % _facts(offer), offer_path(offer), brief)


def withdrawn(offer: Offer) -> Message:
    if offer.battle.state == BattleState.CALLED_OFF:
        facts = _facts(offer) | {"reason": offer.battle.end_reason}
        text = _("The battle at %(plant)s (%(days)s) was called off: %(reason)s. Your days are free again. Thank you.")
        brief = _short(
            _("The battle at %(plant)s, %(days)s, was called off: %(reason)s. Your days are free again. Thank you."),
            offer,
            reason=offer.battle.end_reason,
        )
        return Message(_("%(plant)s: the battle was called off") % facts, text % facts, short=brief)
    if offer.end_reason == NEW_DATES:
        text = _(
            "The battle at %(plant)s gets other dates, so nobody is asked for the old ones. We may call you again."
        )
        brief = _short(
            _("%(plant)s, %(days)s: the dates change. Nobody is asked for the old ones; we may call again."), offer
        )
        return Message(_("%(plant)s: the dates change") % _facts(offer), text % _facts(offer), short=brief)
    if offer.seat_id is not None and offer.end_reason:
        facts = _facts(offer) | {"reason": offer.end_reason}
        text = _("The battle at %(plant)s will not be on these days (%(days)s): %(reason)s. Your days are free again.")
        brief = _short(
            _("%(plant)s will not be on %(days)s: %(reason)s. Your days are free again."),
            offer,
            reason=offer.end_reason,
        )
        return Message(_("%(plant)s: your days are free again") % facts, text % facts, short=brief)
    text = _(
        "The seat at %(plant)s (%(days)s) is filled or no longer needed. Thank you for being there; we will call you again."
    )
    brief = _short(
        _("%(plant)s, %(days)s: the seat is filled or not needed any more. Thank you; we will call you again."), offer
    )
    return Message(
        _("%(plant)s: you are no longer needed this time") % _facts(offer), text % _facts(offer), short=brief
    )


def released(offer: Offer) -> Message:
    text = _("Your seat at %(plant)s (%(days)s) is free again, and so are your days.")
    brief = _short(text, offer)
    return Message(_("%(plant)s: your seat was released") % _facts(offer), text % _facts(offer), short=brief)


def left(offer: Offer) -> Message:
    text = _("Thank you for your work at %(plant)s. Your remaining days are free again.")
    brief = _short(text, offer)
    return Message(_("%(plant)s: your stay has ended") % _facts(offer), text % _facts(offer), short=brief)


def plan(offer: Offer) -> Message | None:
    if offer.state not in HOLDS_SEAT:
        return None
    text = _("We count on you at %(plant)s (%(place)s): %(trade)s, %(days)s, travel included. Your plan:")
    brief = _short(
        _("You go to %(plant)s, %(place)s, %(days)s: %(trade)s. Plan:"), offer, link=plan_path(offer), must_link=True
    )
    return Message(_("You are going to %(plant)s") % _facts(offer), text % _facts(offer), plan_path(offer), brief)


def answered(offer: Offer, battle: Battle, said: str) -> Message:
    """To the coordinators; `said` is the state to which the answer led, whatever came afterwards."""
    texts = {
        OfferState.ACCEPTED: pgettext("volunteer", "%(who)s comes to %(plant)s: %(trade)s, %(days)s."),
        OfferState.DECLINED: pgettext("volunteer", "%(who)s cannot come to %(plant)s. The next best is asked."),
    }
    text = texts.get(OfferState(said)) or pgettext("volunteer", "%(who)s can no longer come to %(plant)s.")
    page = reverse("battles:battle", args=[battle.pk])
    return Message(text % _facts(offer), "", page, _short(text, offer, link=page))


def crew_left(offer: Offer, battle: Battle) -> Message:
    return Message(
        pgettext("volunteer", "%(who)s has left %(plant)s early") % _facts(offer),
        _("The rest of the stay is an empty seat now."),
        reverse("battles:battle", args=[battle.pk]),
        _short(pgettext("volunteer", "%(who)s has left %(plant)s early"), offer),
    )


def ready(battle: Battle) -> Message:
    return Message(
        _("The crew for %(battle)s is complete") % {"battle": battle},
        _("Every required seat at %(plant)s is filled.") % {"plant": battle.factory},
        reverse("battles:battle", args=[battle.pk]),
        short(_("The crew for %(battle)s is complete"), battle=str(battle)),
    )


def nobody_left(battle: Battle, trade: str) -> Message:
    name = Trade.objects.filter(pk=trade).first()
    return Message(
        _("%(battle)s: nobody is left to ask") % {"battle": battle},
        _(
            "A seat for %(trade)s is empty, and nobody else can be asked, or it is too close to the start. "
            "Change the seat or the dates, or call by phone."
        )
        % {"trade": name or ""},
        reverse("battles:battle", args=[battle.pk]),
        short(
            _("%(battle)s: nobody is left to ask for %(trade)s. Change seat or dates, or call by phone."),
            battle=str(battle), trade=str(name or ""),
        ),
    )  # fmt: skip


for _kind, _render in {
    "asked": asked,
    "reminder": reminder,
    "expired": expired,
    "withdrawn": withdrawn,
    "released": released,
    "left": left,
    "plan": plan,
}.items():
    register(f"offer.{_kind}", _render, offer=_offers)
register("offer.answered", answered, can_wait=True, offer=_offers, battle=_battles)
register("crew.left", crew_left, offer=_offers, battle=_battles)
register("battle.ready", ready, can_wait=True, battle=_battles)
register("line.nobody_left", nobody_left, battle=_battles)
