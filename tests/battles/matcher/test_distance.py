import pytest

from battles.matcher.distance import ROAD_FACTOR, road_km

CARACAS = (10.4880, -66.8792)
MARACAIBO = (10.6317, -71.6406)
CUMANA = (10.4635, -64.1775)


def test_road_km_of_one_degree_on_the_equator_and_half_the_globe():
    assert road_km((0, 0), (0, 1)) == pytest.approx(ROAD_FACTOR * 111.195, abs=0.01)
    assert road_km((0, 0), (0, 180)) == pytest.approx(ROAD_FACTOR * 20015.115, abs=0.02)


@pytest.mark.parametrize(("there", "km"), [(MARACAIBO, 521), (CUMANA, 295)])
def test_road_km_from_caracas_is_three_tenths_longer_than_the_great_circle(there, km):
    assert road_km(CARACAS, there) == pytest.approx(1.3 * km, abs=3)


def test_road_km_is_the_same_both_ways_and_nothing_to_itself():
    assert road_km(CARACAS, CUMANA) == pytest.approx(road_km(CUMANA, CARACAS))
    assert road_km(CARACAS, CARACAS) == 0
