"""Runs asked for at the same moment: the nation waits for every region, a region for itself."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from battles.actions import runs
from battles.models import MatchingRun
from epo.places.models import Region
from tests.locks import held_elsewhere, impatient
from tests.make import make_battle, make_factory, make_region, make_seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scope", ["nation", "region"])
def test_start_waits_for_whoever_starts_a_run_of_the_region(scope):
    region = make_region()
    make_seat(make_battle(make_factory(region=region)))

    with (
        held_elsewhere(lambda: list(Region.objects.select_for_update(no_key=True))),
        impatient(),
        pytest.raises(OperationalError),
    ):
        runs.start_run(by=None, region=region if scope == "region" else None)

    assert MatchingRun.objects.count() == 0
