"""Shared by the tests of models."""

from pathlib import Path

import pytest

from api.service.database import Database
from tests.api.hub.modelling.judging import Station


@pytest.fixture
def station(database: Database, tmp_path: Path) -> Station:
    """A hub with records on each database."""
    return Station(database, tmp_path)
