from dataclasses import astuple

from battles.matcher import Person, person_of_row
from bench.generate import generate


def test_person_of_row_is_the_checked_person():
    people = generate(people=300, battles=1, seed=5).people

    made = [
        person_of_row(one.id, one.place, one.trades, one.free, one.fought, one.max_km, one.max_days) for one in people
    ]

    assert made == list(people)
    assert [hash(one.id) for one in made] == [hash(one.id) for one in people]
    assert [Person(*astuple(one)) for one in made] == list(people)
