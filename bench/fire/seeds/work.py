"""Battles that call many people, so that many can be told something at once."""

from __future__ import annotations

from typing import Any

from bench.fire.seeds.line import PASSWORD


def called(battles: int, people: int) -> dict[str, Any]:
    """Keys of battles that begin tomorrow, each with `people` asked."""
    from django.db import transaction

    from tests import make

    with transaction.atomic():
        make.make_coordinator(username="rosa", password=PASSWORD)
        return {"battles": [_asking(people, in_days=1) for _ in range(battles)]}


def _asking(people: int, *, in_days: int) -> int:
    """A battle that calls; the same people for all of them, whoever is asked often."""
    from datetime import timedelta

    from django.utils.timezone import now

    from battles.states import BattleState
    from epo.core.clock import today
    from tests import make
    from volunteers.models import Volunteer

    crowd = list(Volunteer.objects.order_by("pk")[:people])
    place = crowd[0].home if crowd else make.make_municipality()
    crowd += [make.make_volunteer("welding", user=None, home=place) for _ in range(people - len(crowd))]
    battle = make.make_battle(state=BattleState.ASKING, first_day=today() + timedelta(days=in_days))
    seat = make.make_seat(battle)
    for one in crowd:
        make.make_offer(seat, one, deadline=now() + timedelta(days=40))
    return battle.pk


def photos_and_runs(regions: int) -> dict[str, Any]:
    """A report that waits for photos, and regions with enough battles and people for a matching run to take a while."""
    from django.db import transaction

    from tests import make

    with transaction.atomic():
        make.make_coordinator(username="rosa", password=PASSWORD)
        for number in range(regions):
            region = make.make_region(f"fire-{number}")
            places = [make.make_municipality(region=region, lat=8 + n / 9, lon=-70 + n / 7) for n in range(20)]
            for place in places:
                for _ in range(10):
                    make.make_volunteer("welding", user=None, home=place)
                battle = make.make_battle(make.make_factory(municipality=place))
                make.make_agreement(battle)
                for _ in range(4):
                    make.make_seat(battle)
        return {"report": str(make.make_report().pk), "regions": [f"fire-{number}" for number in range(regions)]}


def periods(people: int, due_in: list[int]) -> dict[str, Any]:
    """Battles that call people (one leaves tomorrow), one that is to be planned, and readings due in `due_in` days."""
    from datetime import timedelta

    from django.db import transaction

    from epo.core.clock import today
    from tests import make

    with transaction.atomic():
        make.make_coordinator(username="rosa", password=PASSWORD)
        days = {"soon": 1, "at_night": 60, "delayed": 60, "open": 60}
        called = {name: _asking(people, in_days=wait) for name, wait in days.items()}
        battle = make.make_battle(first_day=today() + timedelta(days=60))
        make.make_agreement(battle)
        make.make_seat(battle)
        for wait in due_in:
            factory = make.make_factory(contact=make.make_contact())
            make.make_follow_up(make.make_battle(factory, state="closed"), due_on=today() + timedelta(days=wait))
        return called
