"""Shared by the tests of probing."""

from pathlib import Path

import numpy as np
import pytest

from api.service.database import Database
from tests.api.hub.probing.probers import Station


@pytest.fixture
def station(database: Database, tmp_path: Path) -> Station:
    """A hub with one partner that files records, on each database."""
    return Station(database, tmp_path)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers in every run."""
    return np.random.default_rng(23)
