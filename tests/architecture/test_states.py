from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.management import call_command

from battles.management.commands.write_states import TABLES


@pytest.mark.parametrize("moves", TABLES.values(), ids=TABLES)
def test_every_state_says_where_it_may_go(moves: Mapping[Any, frozenset[Any]]) -> None:
    states = type(next(iter(moves)))

    assert list(moves) == list(states)
    assert frozenset().union(*moves.values()) <= set(states)


@pytest.mark.parametrize("moves", TABLES.values(), ids=TABLES)
def test_every_state_can_be_reached_from_the_first(moves: Mapping[Any, frozenset[Any]]) -> None:
    reached = {next(iter(moves))}
    while more := frozenset().union(*(moves[state] for state in reached)) - reached:
        reached |= more

    assert [str(state) for state in moves if state not in reached] == []


def test_states_page_is_fresh() -> None:
    call_command("write_states", check=True)
