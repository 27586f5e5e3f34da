"""Scoring tables: what exact search could not rely on is refused."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import ModelError
from matcher.tables import ScoringTables
from matcher.views import View
from tests.matcher.builders import profile_of, random_tables

PROFILE = profile_of({View.CHILD: 64, View.BIRTH: 128, View.HOME: 192})


def tables_of(seed: int = 1) -> ScoringTables:
    """Random tables that are sound."""
    return random_tables(np.random.default_rng(seed), PROFILE)


def test_a_table_that_rises_is_refused() -> None:
    tables = tables_of()
    for place in (1, 100, 192):
        rising = tables.views[2].copy()
        rising[place:] = rising[place - 1] + 1
        with pytest.raises(ModelError, match="home"):
            replace(tables, views=(*tables.views[:2], rising))


@pytest.mark.parametrize("length", [1, 64, 66])
def test_a_table_of_another_length_is_refused(length: int) -> None:
    tables = tables_of()
    with pytest.raises(ModelError, match="child"):
        replace(tables, views=(np.zeros(length, dtype=np.int32), *tables.views[1:]))


@pytest.mark.parametrize("axis", [0, 1])
def test_a_birth_table_that_rises_is_refused(axis: int) -> None:
    birth = np.zeros((5, 129), dtype=np.int32)
    birth[(3, slice(None)) if axis == 0 else (slice(None), 50)] = 7
    with pytest.raises(ModelError, match="birth"):
        replace(tables_of(), birth=birth)


def test_where_birth_stands() -> None:
    assert tables_of().birth_position == 1
    without = random_tables(np.random.default_rng(1), profile_of({View.CHILD: 64}))
    assert without.birth_position == -1
