"""What a breakdown of each kind of machine usually asks for, and the matcher's one row of settings."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from battles.models import MatchingSettings, UsualDemand
from epo.core.tables import read_table
from factories.models import MachineKind
from volunteers.models import Trade

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> None:
    """Usual demands are the coordinators' once a kind has any: only kinds without them are filled."""
    MatchingSettings.objects.get_or_create(pk=1)
    kind = dict(MachineKind.objects.filter(usual_demands=None).values_list("code", "pk"))
    trade = dict(Trade.objects.values_list("code", "pk"))
    UsualDemand.objects.bulk_create(
        UsualDemand(
            kind_id=kind[row["kind"]],
            trade_id=trade[row["trade"]],
            level=int(row["level"]),
            people=int(row["people"]),
            days=int(row["days"]),
        )
        for row in read_table(DATA / "usual_demands.csv")
        if row["kind"] in kind
    )
