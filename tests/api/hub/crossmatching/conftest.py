"""Shared by the tests of the cross-match."""

from pathlib import Path

import numpy as np
import pytest

from api.service.database import Database
from tests.api.hub.matching.exchange import Hub


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Hub:
    """An empty hub on each database."""
    return Hub(database, tmp_path)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers in every run."""
    return np.random.default_rng(11)
