"""Shared by the tests of the report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.service.database import Database, open_database
from tests.api.hub.reporting.nights import Night


@pytest.fixture
def night(database: Database, tmp_path: Path) -> Night:
    """A hub on each database, without partners yet."""
    return Night(database, tmp_path)


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Night]:
    """The same on SQLite only, for what adds no statement to those that `night` tries on both."""
    database = open_database(f"sqlite:///{tmp_path / 'quiet.sqlite'}")
    yield Night(database, tmp_path)
    database.close()
