"""Shared by the tests of comparison under masks."""

from pathlib import Path

import numpy as np
import pytest

from api.service.database import Database
from tests.api.hub.matching.exchange import Hub
from tests.api.hub.refining.gateways import COARSE, Gateways, Make, agreed


@pytest.fixture
def make(database: Database, tmp_path: Path) -> Make:
    """Makes gateways and their hub, with options of the matcher."""
    return lambda **options: Gateways(Hub(database, tmp_path, COARSE, **options))


@pytest.fixture
def gateways(make: Make) -> Gateways:
    """Gateways of a hub with the settings that ship."""
    return make()


@pytest.fixture
def pair(gateways: Gateways) -> tuple[int, int]:
    """Two partners with an agreement: who reports, and who has children."""
    return agreed(gateways)


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers in every run."""
    return np.random.default_rng(11)
