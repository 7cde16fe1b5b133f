"""The demonstration organisation, from one seed: the same seed and day give the same people and plants."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import transaction
from django.utils.timezone import localdate

from battles.demo import accounts, by_message, history, open_battles, people, plants, present
from battles.demo.fight import Ledger
from battles.demo.reports import Desk
from battles.demo.roster import Roster
from battles.models import UsualDemand
from volunteers.models import Qualification, Trade, Volunteer

SEED = 2016


@transaction.atomic
def make(*, now: datetime, seed: int = SEED) -> None:
    """Needs reference data, and tables that are otherwise empty."""
    rng, today = Random(seed), localdate(now)  # noqa: S311 -- a demonstration, not a secret
    everyone = people.create(rng, today)
    voluntaria = people.voluntaria_of(everyone)
    stock = plants.create(rng, today)
    who = accounts.create(rng, voluntaria, stock)
    usual: dict[int, list[UsualDemand]] = {}
    for demand in UsualDemand.objects.select_related("trade").order_by("pk"):
        usual.setdefault(demand.kind_id, []).append(demand)
    trades = {trade.code: trade for trade in Trade.objects.all()}
    ledger = Ledger(rng, today, Roster.of(rng, everyone), who.national, who.coordinators, usual, trades)
    desk = Desk.of(stock, ledger, now)
    history.create(ledger, desk, prefer=(voluntaria,))
    open_battles.create(ledger, stock, desk, today, voluntaria)
    present.create(desk, stock, who.national)
    desk.write()
    stock.write_statuses()
    ledger.write()
    Volunteer.objects.bulk_update(set(ledger.roster.joined_earlier), ["joined_on"], batch_size=300)
    Qualification.objects.bulk_update(
        [one for person in everyone for one in person.qualifications],
        ["level", "basis", "valid_until"],
        batch_size=300,
    )
    by_message.create(stock, now)
