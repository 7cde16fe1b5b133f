"""What coordinators fix before a run: this person in, this person out, this start. The next run plans around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles import planning
from battles.actions.offers import drop, lock_battle
from battles.models import Pin
from battles.rules import pins as rules
from battles.rules.battles import BEFORE_IT_BEGINS
from battles.rules.offers import NOT_ELIGIBLE
from battles.states import OfferState, PinKind
from epo.audit.actions import record
from epo.core.errors import Refused, refuse_if

if TYPE_CHECKING:
    from datetime import date

    from battles.models import Battle, Offer
    from epo.accounts.models import User
    from volunteers.models import Volunteer


@transaction.atomic
def pin_in(*, battle: Battle, volunteer: Volunteer, by: User | None) -> Pin:
    """This person must go to this battle, in whichever place suits the whole plan best."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_pin(battle, by=by))
    others = [pin for pin in planning.pins_in_force([battle.pk]) if pin.kind == PinKind.IN]
    fixed = sum(pin.volunteer_id != volunteer.pk for pin in others)
    refuse_if(rules.why_not_in(battle, volunteer, fixed=fixed, places=planning.places_to_fill(battle)))
    why = planning.why_not_into(battle, volunteer.pk)
    refuse_if(NOT_ELIGIBLE[why] if why else None)
    return _write(battle, volunteer, PinKind.IN, by)


@transaction.atomic
def pin_out(*, battle: Battle, volunteer: Volunteer, by: User | None) -> Pin:
    """This person is not proposed for this battle; a proposal that stands is dropped."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_pin(battle, by=by) or rules.why_not_person(battle, volunteer))
    for offer in battle.offers.filter(volunteer=volunteer, state=OfferState.PROPOSED):
        drop(offer=offer, by=by)
    return _write(battle, volunteer, PinKind.OUT, by)


@transaction.atomic
def take_off(*, offer: Offer, by: User | None) -> Offer:
    """Drop a proposal by hand. Who was taken off is not proposed again for this battle until that is undone."""
    offer = drop(offer=offer, by=by)
    if offer.battle.state in BEFORE_IT_BEGINS:
        _write(offer.battle, offer.volunteer, PinKind.OUT, by)
    return offer


@transaction.atomic
def unpin(*, battle: Battle, volunteer: Volunteer, by: User | None) -> None:
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_pin(battle, by=by))
    gone, _rows = Pin.objects.filter(battle=battle, volunteer=volunteer).delete()
    if not gone:
        raise Refused(rules.NOT_PINNED)
    record("battle.unpinned", battle, by=by, volunteer=volunteer.pk)


@transaction.atomic
def pin_start(*, battle: Battle, day: date, by: User | None) -> Battle:
    """Runs plan a battle without a date to begin on this day."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_pin(battle, by=by) or rules.why_not_start(battle, day))
    return _write_start(battle, day, by)


@transaction.atomic
def unpin_start(*, battle: Battle, by: User | None) -> Battle:
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_pin(battle, by=by) or (rules.NOT_PINNED if battle.pinned_start is None else None))
    return _write_start(battle, None, by)


def _write(battle: Battle, volunteer: Volunteer, kind: PinKind, by: User | None) -> Pin:
    """The caller holds the battle's lock."""
    said = {"kind": kind, "by": by, "at": now()}
    pin, _is_new = Pin.objects.update_or_create(battle=battle, volunteer=volunteer, defaults=said)
    record(f"battle.pinned_{kind}", battle, by=by, volunteer=volunteer.pk)
    return pin


def _write_start(battle: Battle, day: date | None, by: User | None) -> Battle:
    battle.pinned_start = day
    battle.save(update_fields=["pinned_start"])
    record("battle.start_pinned" if day else "battle.start_unpinned", battle, by=by, day=day and day.isoformat())
    return battle
