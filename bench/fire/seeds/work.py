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
