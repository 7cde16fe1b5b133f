"""What is noted on the way and in the plant: who is there, what was done, what was found broken, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles.actions.offers import lock_battle, lock_offer
from battles.actions.requests import open_request
from battles.models import Battle, BattleRequest, DiaryEntry, Offer, RepairRequest
from battles.rules import field as rules
from battles.states import OFFER_MOVES, REQUEST_MOVES, OfferState, RequestState
from epo.audit.actions import move, record
from epo.core.clock import today
from epo.core.errors import Refused, refuse_if
from factories.actions.machines import create_machine, set_machine_status
from factories.states import Condition

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from epo.core.types import Actor
    from factories.models import Machine, MachineKind
    from volunteers.models import Volunteer


@transaction.atomic
def arrive(*, offer: Offer, by: Actor | None) -> Offer:
    """Said twice, it stands as first said."""
    battle, offer = lock_offer(offer)
    if offer.state == OfferState.ON_SITE:
        return offer
    refuse_if(rules.why_not_arrive(offer))
    offer.arrived_at = now()
    move(offer, OfferState.ON_SITE, OFFER_MOVES, by=by, also=("arrived_at",), battle=battle.pk)
    return offer


@transaction.atomic
def go_home(*, offer: Offer, by: Actor | None) -> Offer:
    battle, offer = lock_offer(offer)
    if offer.state == OfferState.DONE:
        return offer
    refuse_if(rules.why_not_home(offer))
    offer.home_at = now()
    move(offer, OfferState.DONE, OFFER_MOVES, by=by, also=("home_at",), battle=battle.pk)
    return offer


def arrive_all(*, battle: Battle, by: Actor | None) -> int:
    """Everyone who was expected, each in their own transaction; how many that were."""
    expected = list(battle.offers.filter(state=OfferState.ACCEPTED).order_by("pk"))
    return len([arrive(offer=offer, by=by) for offer in expected if rules.why_not_arrive(offer) is None])


def go_home_all(*, battle: Battle, by: Actor | None) -> int:
    there = list(battle.offers.filter(state=OfferState.ON_SITE).order_by("pk"))
    return len([go_home(offer=offer, by=by) for offer in there])


@transaction.atomic
def write_diary(
    *,
    battle: Battle,
    text: str,
    by: Actor | None,
    day: date | None = None,
    hours: Decimal | None = None,
    machine: Machine | None = None,
    request: RepairRequest | None = None,
    volunteer: Volunteer | None = None,
) -> DiaryEntry:
    """What was done on a day; a machine that a request of this battle names ties the entry to that request too.

    The same words again from the same person (a page sent twice on a bad line) are one entry.
    """
    battle = lock_battle(battle.pk)
    day = day or today()
    refuse_if(rules.why_not_write(battle, text=text, day=day, today=today()))
    if machine is not None and machine.factory_id != battle.factory_id:
        refuse_if(rules.OTHER_PLANTS_MACHINE)
    if request is None and machine is not None:
        request = RepairRequest.objects.filter(battle_requests__battle=battle, machine=machine).first()
    entry, is_new = DiaryEntry.objects.get_or_create(
        battle=battle, request=request, machine=machine, day=day, text=text, hours=hours, volunteer=volunteer, by=by
    )
    if is_new:
        record("battle.diary", battle, by=by, entry=entry.pk)
    return entry


@transaction.atomic
def note_machine_found(
    *,
    battle: Battle,
    what: str,
    by: Actor,
    machine: Machine | None = None,
    name: str = "",
    kind: MachineKind | None = None,
) -> BattleRequest:
    """A machine found broken on site becomes a request of this battle, under repair at once. Said twice, it is one."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_note(battle))
    refuse_if(None if what else rules.NO_FAULT)
    machine = _machine_found(battle, machine, name, kind, by=by)
    noted = battle.battle_requests.filter(
        is_active=True, request__machine=machine, request__title=what, found_on_site=True
    )
    if noted:
        return noted[0]
    request = open_request(machine=machine, factory=battle.factory, title=what, condition=Condition.STOPPED, by=by)
    move(request, RequestState.UNDER_REPAIR, REQUEST_MOVES, by=by, battle=battle.pk)
    set_machine_status(machine=machine, state=Condition.STOPPED, by=by)
    link = BattleRequest.objects.create(battle=battle, request=request, found_on_site=True)
    record("battle.machine_found", battle, by=by, request=request.pk, machine=machine.pk)
    return link


def _machine_found(
    battle: Battle, machine: Machine | None, name: str, kind: MachineKind | None, *, by: Actor | None
) -> Machine:
    """The one chosen, or one of that name that the plant has already, or a new one."""
    if machine is None and name:
        machine = battle.factory.machines.filter(name__iexact=name).first()
    if machine is None:
        if not name or kind is None:
            raise Refused(rules.NO_MACHINE)
        return create_machine(factory=battle.factory, name=name, kind=kind, by=by)
    if machine.factory_id != battle.factory_id:
        refuse_if(rules.OTHER_PLANTS_MACHINE)
    return machine
