"""Administrators count as coordinators of the nation, wherever rows are asked for."""

from __future__ import annotations

import pytest

from tests.make import (
    make_battle,
    make_breakdown_report,
    make_factory,
    make_machine,
    make_matching_run,
    make_offer,
    make_region,
    make_repair_request,
    make_user,
    make_volunteer,
)

ROWS = [
    make_battle,
    make_breakdown_report,
    make_factory,
    make_machine,
    make_offer,
    make_repair_request,
    make_volunteer,
    lambda: make_matching_run(region=make_region()),
]


@pytest.mark.django_db
@pytest.mark.parametrize("make", ROWS)
def test_administrator_sees_every_row_and_somebody_else_none(make):
    row = make()
    rows = type(row).objects

    seen = [rows.visible_to(user).filter(pk=row.pk).exists() for user in (make_user(is_superuser=True), make_user())]

    assert seen == [True, False]
