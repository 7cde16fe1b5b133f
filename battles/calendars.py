"""Calendars (RFC 5545) of battles, for the programs of phones: one's own days, or one battle. No name of anybody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from battles.models import Battle, Offer
from battles.states import BattleState, OfferState
from epo.core.clock import today

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epo.accounts.models import User

BACK = timedelta(days=180)
ENDED = (OfferState.RELEASED, OfferState.WITHDRAWN, OfferState.LEFT)


def calendar_of(user: User) -> bytes:
    """The days of a volunteer, travel included, and the battles that a coordinator has in hand."""
    since = today() - BACK
    mine = Offer.objects.filter(volunteer__user=user, battle__first_day__gte=since, answered_at__isnull=False)
    mine = mine.exclude(state__in=[OfferState.DECLINED, OfferState.EXPIRED])
    events = [_stay(offer) for offer in mine.select_related("battle__factory__municipality__state", "trade")]
    led = Battle.objects.coordinated_by(user).filter(coordinator=user, first_day__gte=since)
    events += [_battle(battle) for battle in led.select_related("factory__municipality__state")]
    return _calendar(_("EPO: my battles"), events)


def calendar_of_battle(battle: Battle) -> bytes:
    return _calendar(battle.title, [_battle(battle)] if battle.first_day else [])


def _stay(offer: Offer) -> Event:
    """A yes that was given and taken back is told as cancelled, so that it leaves the calendar."""
    leaves, back = offer.leaves_on, offer.back_on
    if leaves is None or back is None:
        raise AssertionError("only battles with a date are asked for")
    is_over = offer.state in ENDED or offer.battle.state == BattleState.CALLED_OFF
    path = reverse("battles:my-battle", args=[offer.battle_id])
    title = _("%(plant)s: %(trade)s") % {"plant": offer.battle.factory, "trade": offer.trade}
    return _event(f"offer-{offer.pk}", title, offer.battle, leaves, back, path, version=offer.version, is_over=is_over)


def _battle(battle: Battle) -> Event:
    first, last = battle.first_day, battle.last_day
    if first is None or last is None:
        raise AssertionError("only battles with a date are asked for")
    path = reverse("battles:battle", args=[battle.pk])
    is_over = battle.state == BattleState.CALLED_OFF
    return _event(
        f"battle-{battle.pk}", battle.title, battle, first, last, path, version=battle.version, is_over=is_over
    )


def _event(
    uid: str, title: str, battle: Battle, first: date, last: date, path: str, *, version: int, is_over: bool
) -> Event:
    """Whole days; the end of RFC 5545 is the day after the last."""
    place = battle.factory.municipality
    event = Event()
    event.add("uid", f"{uid}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", now())
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    event.add("sequence", version)
    event.add("summary", title)
    event.add("location", f"{battle.factory}, {place.name}, {place.state}")
    event.add("url", settings.SITE_URL + path)
    event.add("status", "CANCELLED" if is_over else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_over else "OPAQUE")
    return event


def _calendar(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//EPO//battles//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())
