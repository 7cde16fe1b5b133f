"""Sectors and the catalogue of machines that stand in `data/`. What people added is left alone."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from epo.core.tables import read_table
from epo.core.text import fold
from factories.models import CommonFault, MachineKind, MachineModel, Sector

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> None:
    _load_sectors()
    _load_kinds()
    _load_faults()
    _load_models()


def _load_sectors() -> None:
    """Weights are the coordinators' once a sector exists: only its names are renewed."""
    sectors = [
        Sector(code=row["code"], name_es=row["name_es"], name_en=row["name_en"], weight=int(row["weight"]))
        for row in read_table(DATA / "sectors.csv")
    ]
    Sector.objects.bulk_create(
        sectors, update_conflicts=True, unique_fields=["code"], update_fields=["name_es", "name_en"]
    )


def _load_kinds() -> None:
    kinds = [
        MachineKind(
            code=row["code"],
            name_es=row["name_es"],
            name_en=row["name_en"],
            folded=fold(row["name_es"], row["name_en"], row["words"].replace(";", " ")),
        )
        for row in read_table(DATA / "machine_kinds.csv")
    ]
    fields = ["name_es", "name_en", "folded"]
    MachineKind.objects.bulk_create(kinds, update_conflicts=True, unique_fields=["code"], update_fields=fields)


def _load_faults() -> None:
    kind = dict(MachineKind.objects.values_list("code", "pk"))
    faults = [
        CommonFault(kind_id=kind[row["kind"]], code=row["code"], name_es=row["name_es"], name_en=row["name_en"])
        for row in read_table(DATA / "faults.csv")
    ]
    CommonFault.objects.bulk_create(
        faults, update_conflicts=True, unique_fields=["kind", "code"], update_fields=["name_es", "name_en"]
    )


def _load_models() -> None:
    kind = dict(MachineKind.objects.values_list("code", "pk"))
    models = [
        MachineModel(kind_id=kind[row["kind"]], maker=row["maker"], name=row["model"])
        for row in read_table(DATA / "machine_models.csv")
    ]
    MachineModel.objects.bulk_create(models, ignore_conflicts=True)
