"""Lists of Spanish names stand in the order of the alphabet, accents and capitals or not, on every database."""

from __future__ import annotations

import pytest

from epo.core.text import refold
from epo.places.models import Municipality, State
from factories.models import Factory, Machine, MachineKind
from tests.make import (
    make_factory,
    make_machine,
    make_machine_kind,
    make_municipality,
    make_state,
    make_trade,
    make_volunteer,
)
from volunteers.models import Trade, Volunteer

pytestmark = pytest.mark.django_db

NAMES = ["Ávila", "Mérida", "Monagas", "ñame", "Táchira", "Trujillo", "ZARAZA"]


def test_places_stand_in_the_order_of_the_alphabet() -> None:
    state = make_state(name="Zulia")
    for name in reversed(NAMES):
        make_state(name=name)
        make_municipality(state, name=name)

    assert [each.name for each in State.objects.all()] == [*NAMES, "Zulia"]
    assert [each.name for each in Municipality.objects.all()] == NAMES


def test_plants_machines_and_people_stand_in_the_order_of_the_alphabet() -> None:
    home, owner = make_municipality(), make_factory(name="Zz")
    for name in reversed(NAMES):
        make_factory(name=name, municipality=home)
        make_machine(owner, name=name)
        make_volunteer(name=name, home=home)

    assert [each.name for each in Factory.objects.all()] == [*NAMES, "Zz"]
    assert [each.name for each in Machine.objects.all()] == NAMES
    assert [each.name for each in Volunteer.objects.all()] == NAMES


def test_catalogues_stand_in_the_order_of_the_alphabet() -> None:
    for code, name in (("c", "Mecánica"), ("a", "Álgebra"), ("b", "Mecanizado")):
        folded = refold("", name, "x")
        make_trade(code, name_es=name, folded=folded)
        make_machine_kind(code, name_es=name, folded=folded)

    assert [each.name_es for each in Trade.objects.all()] == ["Álgebra", "Mecánica", "Mecanizado"]
    assert [each.name_es for each in MachineKind.objects.all()] == ["Álgebra", "Mecánica", "Mecanizado"]


def test_new_name_comes_first_and_the_old_one_still_finds() -> None:
    assert refold("vargas la guaira vieja", "La Guaira") == "la guaira vargas vieja"
