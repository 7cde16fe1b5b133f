"""What a breakdown of each kind of machine usually asks for, checklists, and the matcher's one row of settings."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from battles.models import ChecklistStep, MatchingSettings, UsualDemand
from epo.core.tables import read_table
from factories.models import MachineKind
from volunteers.models import Trade

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> None:
    """Usual demands are the coordinators' once a kind has any, and checklists once there is a step."""
    MatchingSettings.objects.get_or_create(pk=1)
    if not ChecklistStep.objects.exists():
        _load_checklists()
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


def _load_checklists() -> None:
    kind = dict(MachineKind.objects.values_list("code", "pk"))
    ChecklistStep.objects.bulk_create(
        ChecklistStep(
            kind_id=kind[row["kind"]] if row["kind"] else None,
            position=int(row["position"]),
            text_es=row["text_es"],
            text_en=row["text_en"],
        )
        for row in read_table(DATA / "checklists.csv")
    )
