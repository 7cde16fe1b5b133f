import re
from collections import Counter

import pytest

from battles.matcher.distance import ROAD_FACTOR, road_km
from epo.core.tables import read_table
from epo.places import reference
from epo.places.models import Municipality, Region, State

STATES_OF = {
    "capital": {"VE-A", "VE-M", "VE-X"},
    "central": {"VE-D", "VE-G", "VE-U"},
    "llanos": {"VE-C", "VE-E", "VE-H", "VE-J", "VE-P"},
    "occidental": {"VE-I", "VE-K", "VE-V"},
    "andes": {"VE-L", "VE-S", "VE-T"},
    "oriental": {"VE-B", "VE-N", "VE-R"},
    "guayana": {"VE-F", "VE-Y", "VE-Z"},
    "insular": {"VE-O", "VE-W"},
}
MUNICIPALITIES_OF = {
    "Distrito Capital": 1, "Amazonas": 7, "Anzoátegui": 21, "Apure": 7, "Aragua": 18, "Barinas": 12,
    "Bolívar": 11, "Carabobo": 14, "Cojedes": 9, "Delta Amacuro": 4, "Falcón": 25, "Guárico": 15, "Lara": 9,
    "Mérida": 23, "Miranda": 21, "Monagas": 13, "Nueva Esparta": 11, "Portuguesa": 14, "Sucre": 15,
    "Táchira": 29, "Trujillo": 20, "Yaracuy": 14, "Zulia": 21, "La Guaira": 1,
}  # fmt: skip
ALONE_KM = 150
ALONE_IN_WIDE_STATES_KM = {"VE-F": 310, "VE-Z": 250}


@pytest.mark.django_db
def test_load_brings_every_region_with_its_states():
    reference.load()

    found = {region.code: set(region.states.values_list("code", flat=True)) for region in Region.objects.all()}
    assert found == STATES_OF


@pytest.mark.django_db
def test_load_brings_335_municipalities_each_to_its_state():
    reference.load()

    assert Municipality.objects.count() == 335
    assert Counter(Municipality.objects.values_list("state__name", flat=True)) == MUNICIPALITIES_OF


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "state"),
    [("vargas", "VE-X"), ("la guaira", "VE-X"), ("distrito federal", "VE-A"), ("margarita", "VE-O")],
)
def test_state_is_found_by_old_and_other_names(typed, state):
    reference.load()

    assert list(State.objects.filter(folded__contains=typed).values_list("code", flat=True)) == [state]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "name"),
    [("raul leoni", "Bolivariano Angostura"), ("punto fijo", "Carirubana"), ("cumana", "Sucre")],
)
def test_municipality_is_found_by_old_name_and_by_seat(typed, name):
    reference.load()

    assert name in Municipality.objects.filter(folded__contains=typed).values_list("name", flat=True)


@pytest.mark.django_db
def test_load_twice_changes_nothing():
    reference.load()
    before = list(Municipality.objects.order_by("pk").values())

    reference.load()

    assert list(Municipality.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_load_leaves_a_municipality_that_somebody_added():
    reference.load()
    state = State.objects.get(code="VE-W")
    added = Municipality.objects.create(
        code="9999", state=state, name="Gran Roque", seat="Gran Roque", lat=11.9, lon=-66.7
    )

    reference.load()

    assert Municipality.objects.filter(pk=added.pk).exists()


def test_every_coordinate_lies_in_the_country_and_near_another_of_its_state():
    places: dict[str, list[tuple[float, float]]] = {}
    for row in read_table(reference.DATA / "municipalities.csv"):
        places.setdefault(row["state"], []).append((float(row["latitude"]), float(row["longitude"])))

    outside = [p for points in places.values() for p in points if not (0.6 < p[0] < 12.3 and -73.5 < p[1] < -59.7)]
    alone = [
        point
        for state, points in places.items()
        if len(points) > 1
        for point in points
        if min(road_km(point, other) / ROAD_FACTOR for other in points if other is not point)
        > ALONE_IN_WIDE_STATES_KM.get(state, ALONE_KM)
    ]

    assert outside == []
    assert alone == []


def test_no_two_municipalities_share_their_place():
    places = [(row["latitude"], row["longitude"]) for row in read_table(reference.DATA / "municipalities.csv")]

    assert [place for place, times in Counter(places).items() if times > 1] == []


def test_names_carry_no_prefix_and_no_stray_spaces():
    rows = read_table(reference.DATA / "municipalities.csv")

    assert [row["name"] for row in rows if re.search(r"^Municipio|^\s|\s$|\s\s", row["name"] + row["seat"])] == []
