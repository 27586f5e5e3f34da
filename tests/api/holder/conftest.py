"""A gateway for each test, on both databases."""

from pathlib import Path

import pytest

from api.service.database import Database
from tests.api.holder.desk import Desk


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)
