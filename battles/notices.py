"""What can be told about battles; see `epo.notifications.kinds`. Imported by the app's config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from battles.links import plan_path
from battles.missed import wanted
from battles.models import Battle, Departure, FollowUp, MissedAction, Offer, OutputCorrection, PlantLink
from battles.plant_links import plant_path
from battles.reading_links import reading_path
from epo.core import say
from epo.notifications.channels import absolute
from epo.notifications.kinds import Message, register
from epo.notifications.short import short
from factories.models import Label

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _battles() -> QuerySet[Battle]:
    return Battle.objects.select_related("factory")


def _page(battle: Battle) -> str:
    return reverse("battles:battle", args=[battle.pk])


def battle_called_off(about: Battle) -> Message:
    return Message(
        _("%(battle)s was called off") % {"battle": about.title},
        _("The battle at %(plant)s will not take place. Reason: %(reason)s. Its repair requests are open again.")
        % {"plant": about.factory, "reason": about.end_reason},
        _page(about),
        short(
            _("The battle at %(plant)s will not take place: %(reason)s."),
            plant=about.factory.name,
            reason=about.end_reason,
        ),
    )


def battle_closed(about: Battle) -> Message:
    return Message(
        _("%(battle)s is closed") % {"battle": about.title},
        _("Thank you for the work at %(plant)s. The battle's page says what was repaired and what the plant makes now.")
        % {"plant": about.factory},
        _page(about),
        short(
            _("The battle at %(plant)s is closed. Thank you."),
            link=absolute(_page(about)),
            plant=about.factory.name,
        ),
    )


def departure_set(about: Offer, departure: Departure) -> Message:
    return Message(
        _("How you travel to %(plant)s") % {"plant": about.battle.factory},
        _("You leave from %(place)s, %(at)s. Vehicle: %(vehicle)s.")
        % {"place": departure.place, "at": say.moment(departure.at), "vehicle": departure.vehicle or _("not said yet")},
        plan_path(about),
        short(
            _("To %(plant)s you leave from %(place)s, %(at)s. Vehicle: %(vehicle)s."),
            link=absolute(plan_path(about)),
            keep={"at": say.short_moment(departure.at)},
            plant=about.battle.factory.name,
            place=departure.place,
            vehicle=departure.vehicle or _("not said yet"),
        ),
    )


def reading_due(about: FollowUp) -> Message | None:
    if about.reading_id is not None:
        return None
    line = about.line
    return Message(
        _("How much does %(plant)s make now?") % {"plant": line.factory},
        _("It is %(days)s days since the battle. Say how much %(line)s (%(unit)s) the plant makes in a day.")
        % {"days": about.after_days, "line": line, "unit": line.unit},
        reading_path(about),
        _reading_in_short(about),
    )


def _reading_in_short(about: FollowUp) -> str:
    """Asks for the output and for repairs of their own; answered with the plant's label number, where it has one."""
    line, number = about.line, next((label.number for label in about.line.factory.labels.all()), None)
    names: dict[str, Any] = {"plant": line.factory.name, "line": line.product}
    if number is None:
        text = _("%(plant)s: how much %(line)s (%(unit)s) a day?")
        return short(text, names, link=absolute(reading_path(about)), must_link=True, unit=line.unit)
    text = _(
        "%(plant)s: how much %(line)s a day now? Answer PRODUCCION %(number)s and how much (%(unit)s). "
        "Repaired by yourselves: REPARAMOS %(number)s and what."
    )
    return short(text, names, keep={"unit": line.unit, "number": str(number)})


def plant_link_made(about: PlantLink) -> Message | None:
    if not about.is_live:
        return None
    return Message(
        _("%(battle)s: what the plant says") % {"battle": about.battle.title},
        _(
            "With this link you confirm the agreement, write what %(plant)s makes, and tell what its workers repaired "
            "themselves. It needs no account and is good until %(day)s. Give it only to who speaks for the workers."
        )
        % {"plant": about.battle.factory, "day": say.day(localdate(about.expires_at))},
        plant_path(about),
        short(
            _("Delegate of %(plant)s: confirm and tell here until %(day)s:"),
            link=absolute(plant_path(about)),
            must_link=True,
            keep={"day": say.short_day(localdate(about.expires_at))},
            plant=about.battle.factory.name,
        ),
    )


def _corrections() -> QuerySet[OutputCorrection]:
    return OutputCorrection.objects.select_related("result__line", "result__battle__factory")


def _figures(correction: OutputCorrection) -> dict[str, Any]:
    line = correction.result.line
    before, after = (_("unknown") if one is None else say.number(one) for one in (correction.before, correction.after))
    return {
        "plant": str(correction.result.battle.factory),
        "line": str(line),
        "said": f"{before} → {after} {line.unit}",
    }


def output_disputed(battle: Battle, correction: OutputCorrection) -> Message | None:
    if not correction.is_waiting:
        return None
    facts = _figures(correction)
    text = _("%(line)s: the plant says %(said)s a day. Take that over, or answer why the figures stay.")
    page = f"{_page(battle)}?tab=result"
    brief = short(_("%(plant)s says other figures: %(line)s %(said)s a day. Take them over, or answer."), facts)
    return Message(_("%(plant)s says other figures") % facts, text % facts, page, brief)


def correction_answered(about: OutputCorrection) -> Message:
    facts = _figures(about) | {"answer": about.answer}
    if about.is_taken:
        text = _("%(line)s: %(said)s a day, as you said, is what is noted now. Thank you.")
    else:
        text = _("%(line)s: the figures stay as they were. %(answer)s")
    return Message(_("%(plant)s: your figures") % facts, text % facts, _page(about.result.battle), short(text, facts))


def could_not_be_done(missed: MissedAction, battle: Battle | None = None) -> Message:
    """`battle` stands in it wherever there is one; the page of today shows both kinds."""
    said = wanted(missed)
    who, plant = str(missed.received.by or ""), str(missed.factory)
    facts = {"who": who, "plant": plant, "what": said.what, "why": said.why_not}
    return Message(
        _("%(plant)s: something noted without network could not be done") % facts,
        _("%(who)s wanted to %(what)s. %(why)s") % facts,
        reverse("battles:today") if battle is None else _page(battle),
        short(_("%(plant)s: noted by %(who)s without network, could not be done. See today."), facts),
    )


register("battle.called_off", battle_called_off, about=_battles)
register("battle.closed", battle_closed, can_wait=True, about=_battles)
register(
    "battle.departure",
    departure_set,
    about=lambda: Offer.objects.select_related("battle__factory"),
    departure=Departure.objects.all,
)


def _follow_ups() -> QuerySet[FollowUp]:
    labels = Prefetch("line__factory__labels", Label.objects.in_use())
    return FollowUp.objects.select_related("line__factory").prefetch_related(labels)


register("battle.reading_due", reading_due, about=_follow_ups)
register("battle.plant_link", plant_link_made, about=lambda: PlantLink.objects.select_related("battle__factory"))
register("battle.output_disputed", output_disputed, battle=_battles, correction=_corrections)
register("battle.correction_answered", correction_answered, can_wait=True, about=_corrections)
register(
    "sync.conflict",
    could_not_be_done,
    missed=lambda: MissedAction.objects.select_related("received__by", "factory"),
    battle=_battles,
)
