"""Battles that call many people, so that many can be told something at once."""

from __future__ import annotations

from typing import Any

from bench.fire.seeds.line import PASSWORD


def called(battles: int, people: int, in_days: int = 1, deadline_in: float = 48) -> dict[str, Any]:
    """Keys of battles that begin in `in_days`, each with `people` asked who have until `deadline_in` hours from now."""
    from datetime import timedelta

    from django.db import transaction
    from django.utils.timezone import now

    from battles.states import BattleState
    from epo.core.clock import today
    from tests import make

    with transaction.atomic():
        make.make_coordinator(username="rosa", password=PASSWORD)
        place = make.make_municipality()
        crowd = [make.make_volunteer("welding", user=None, home=place) for _ in range(people)]
        begins = today() + timedelta(days=in_days)
        rows = [make.make_battle(state=BattleState.ASKING, first_day=begins) for _ in range(battles)]
        until = now() + timedelta(hours=deadline_in)
        for row in rows:
            seat = make.make_seat(row)
            for one in crowd:
                make.make_offer(seat, one, deadline=until)
        return {"battles": [row.pk for row in rows]}


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
