"""The trades that stand in `data/`. Trades added by administrators are left alone."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from epo.core.tables import read_table
from epo.core.text import fold
from volunteers.models import Trade

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> None:
    trades = [
        Trade(
            code=row["code"],
            name_es=row["name_es"],
            name_en=row["name_en"],
            isco=row["isco"],
            folded=fold(row["name_es"], row["name_en"], row["words"].replace(";", " ")),
        )
        for row in read_table(DATA / "trades.csv")
    ]
    fields = ["name_es", "name_en", "isco", "folded"]
    Trade.objects.bulk_create(trades, update_conflicts=True, unique_fields=["code"], update_fields=fields)


def popularity() -> dict[str, int]:
    """How common each trade is among such people, roughly; the most common has 100."""
    return {row["code"]: int(row["popularity"]) for row in read_table(DATA / "trades.csv")}
