import pytest

from epo.places.distances import Point, great_circle_km, road_km, road_kms

CARACAS = Point(10.4880, -66.8792)
MARACAIBO = Point(10.6317, -71.6406)
CUMANA = Point(10.4635, -64.1775)


def test_great_circle_km_of_one_degree_on_the_equator():
    assert great_circle_km(Point(0, 0), Point(0, 1)) == pytest.approx(111.195, abs=0.001)


def test_great_circle_km_is_half_the_globe_at_most():
    assert great_circle_km(Point(0, 0), Point(0, 180)) == pytest.approx(20015.115, abs=0.01)


@pytest.mark.parametrize(("there", "km"), [(MARACAIBO, 521), (CUMANA, 295)])
def test_great_circle_km_from_caracas(there, km):
    assert great_circle_km(CARACAS, there) == pytest.approx(km, abs=2)


def test_great_circle_km_is_the_same_both_ways_and_nothing_to_itself():
    assert great_circle_km(CARACAS, CUMANA) == pytest.approx(great_circle_km(CUMANA, CARACAS))
    assert great_circle_km(CARACAS, CARACAS) == 0


def test_road_km_is_three_tenths_longer():
    assert road_km(CARACAS, MARACAIBO) == pytest.approx(1.3 * great_circle_km(CARACAS, MARACAIBO))


def test_road_kms_keeps_the_order_of_the_places():
    assert road_kms(CARACAS, [CUMANA, MARACAIBO]) == [road_km(CARACAS, CUMANA), road_km(CARACAS, MARACAIBO)]
