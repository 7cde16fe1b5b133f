"""Many people asked for the same days, so that they are in each other's way when they answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from bench.fire.seeds.line import PASSWORD

STAY = 5


def rivals(*, people: int, battles: int, groups: int, seed: int, sessions: bool, twice: bool = False) -> dict[str, Any]:
    """In each group all people are asked for each battle, of one seat; any two battles of a group share a day.

    `twice`: the database no longer forbids to give a day twice.
    """
    from django.db import transaction

    from tests import make

    if twice:
        _forget_that_a_day_is_given_once()
    chance = Random(seed)
    with transaction.atomic():
        make.make_coordinator(username="rosa", password=PASSWORD)
        place, plant = make.make_municipality(), make.make_factory()
        offers = [
            offer
            for group in range(groups)
            for offer in _group(people // groups, battles // groups, f"{group}", place, plant, chance)
        ]
    chance.shuffle(offers)
    return {"offers": [_told(offer) for offer in offers]} | _spoken(offers if sessions else [])


def _group(people: int, battles: int, name: str, place: Any, plant: Any, chance: Random) -> list[Any]:
    from django.utils.timezone import now

    from battles.models import Battle, Offer, Seat
    from battles.states import BattleState, OfferState
    from epo.core.clock import today
    from tests import make

    crowd = _crowd(people, name, place)
    begins = today() + timedelta(days=20)
    rows = Battle.objects.bulk_create(
        Battle(
            factory=plant, title=f"{name}-{n}", days=STAY, state=BattleState.ASKING, asks_per_seat=people,
            first_day=begins + timedelta(days=chance.randrange(STAY)),
        )
        for n in range(battles)
    )  # fmt: skip
    trade = make.make_trade("welding")
    Seat.objects.bulk_create(Seat(battle=battle, trade=trade, level=2, last_offset=STAY - 1) for battle in rows)
    asked = {"asked_at": now(), "deadline": now() + timedelta(hours=48), "state": OfferState.ASKED}
    return Offer.objects.bulk_create(
        Offer(battle=battle, volunteer=one, trade=trade, level=2, last_offset=STAY - 1, **asked)
        for battle in rows
        for one in crowd
    )


def _crowd(people: int, name: str, place: Any) -> Sequence[Any]:
    from epo.accounts.models import User
    from epo.contacts.models import Contact
    from tests import make
    from volunteers.models import Qualification, Volunteer

    names = [f"v{name}-{n}" for n in range(people)]
    users = User.objects.bulk_create(User(username=name, name=name, password="!") for name in names)  # noqa: S106
    contacts = Contact.objects.bulk_create(Contact(name=user.name, user=user, birth_year=1985) for user in users)
    crowd = Volunteer.objects.bulk_create(
        Volunteer(name=user.name, folded=user.name, user=user, contact=contact, home=place)
        for user, contact in zip(users, contacts, strict=True)
    )
    trade = make.make_trade("welding")
    Qualification.objects.bulk_create(Qualification(volunteer=one, trade=trade, level=3) for one in crowd)
    return crowd


def _told(offer: Any) -> dict[str, Any]:
    from battles.links import offer_path

    return {"offer": offer.pk, "volunteer": offer.volunteer_id, "battle": offer.battle_id, "link": offer_path(offer)}


def _spoken(offers: Sequence[Any]) -> dict[str, Any]:
    """A session of each volunteer, and what a page says to somebody who came too late, in the words of the pages."""
    from django.utils.html import escape
    from django.utils.translation import override

    from battles.rules import offers as rules

    with override("es"):
        words = {
            rule.code: escape(str(rule))
            for rule in (rules.DAY_TAKEN, rules.LINE_FULL, rules.WITHDRAWN, rules.TOO_LITTLE_REST, rules.CLOSED)
        }
    return {"sessions": {one.pk: _session(one.user) for one in {offer.volunteer for offer in offers}}, "words": words}


def _session(user: Any) -> str:
    from django.test import Client

    browser = Client()
    browser.force_login(user)
    return browser.cookies["sessionid"].value


def _forget_that_a_day_is_given_once() -> None:
    from django.db import connection

    from battles.models import CrewDay

    kept = CrewDay._meta.constraints
    gone = next(constraint for constraint in kept if constraint.name == "a_day_is_given_once")
    CrewDay._meta.constraints = [one for one in kept if one is not gone]  # SQLite makes the table anew from these
    with connection.schema_editor() as editor:
        editor.remove_constraint(CrewDay, gone)


def crossing(*, battles: int, people: int, seed: int) -> dict[str, Any]:
    """Battles of two plants, each with requests about the same machines in an order of its own, and reports on them."""
    from django.db import transaction

    from battles.states import BattleState, RequestState
    from epo.core.clock import today
    from tests import make

    chance = Random(seed)
    with transaction.atomic():
        make.make_coordinator(username="rosa", password=PASSWORD)
        make.make_watch()
        plants = [make.make_factory() for _ in range(2)]
        machines = [[make.make_machine(plant) for _ in range(5)] for plant in plants]
        for machine in (one for of_plant in machines for one in of_plant):
            for _ in range(4):
                make.make_report(machine)
        _crowd(people, "x", make.make_municipality())
        for number in range(battles):
            plant = number % 2
            begins = today() + timedelta(days=chance.randrange(2, 30))
            battle = make.make_battle(
                plants[plant], state=BattleState.ASKING, first_day=begins, asks_per_seat=9, coordinator=None
            )
            make.make_agreement(battle)
            make.make_seat(battle)
            for machine in chance.sample(machines[plant], 3):
                request = make.make_request(machine, state=RequestState.PLANNED)
                make.make_request_report(request, make.make_report(machine, state="joined"))
                make.make_battle_request(battle, request)
    return {"battles": battles}
