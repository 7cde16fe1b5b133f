"""Regions, states and municipalities as they stand in `data/` (see NOTICE for where they come from)."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from epo.core.tables import read_table
from epo.core.text import fold
from epo.places.models import Municipality, Region, State

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> None:
    """Insert what is missing and renew the rest: places are nobody's to change here."""
    _load_regions()
    _load_states()
    _load_municipalities()


def people_by_municipality() -> dict[str, int]:
    """Thousands of people, roughly, by the municipality's code."""
    return {row["code"]: int(row["people_thousands"]) for row in read_table(DATA / "municipalities.csv")}


def _load_regions() -> None:
    regions = [Region(code=row["code"], name=row["name"]) for row in read_table(DATA / "regions.csv")]
    Region.objects.bulk_create(regions, update_conflicts=True, unique_fields=["code"], update_fields=["name"])


def _load_states() -> None:
    region = dict(Region.objects.values_list("code", "pk"))
    states = [
        State(
            code=row["code"],
            name=row["name"],
            region_id=region[row["region"]],
            folded=fold(row["name"], row["also"].replace(";", " ")),
        )
        for row in read_table(DATA / "states.csv")
    ]
    State.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["code"], update_fields=["name", "region", "folded"]
    )


def _load_municipalities() -> None:
    state = dict(State.objects.values_list("code", "pk"))
    places = [
        Municipality(
            code=row["code"],
            state_id=state[row["state"]],
            name=row["name"],
            seat=row["seat"],
            lat=float(row["latitude"]),
            lon=float(row["longitude"]),
            folded=fold(row["name"], row["seat"], row["also"].replace(";", " ")),
        )
        for row in read_table(DATA / "municipalities.csv")
    ]
    fields = ["state", "name", "seat", "lat", "lon", "folded"]
    Municipality.objects.bulk_create(places, update_conflicts=True, unique_fields=["code"], update_fields=fields)
