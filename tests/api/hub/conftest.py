"""A hub on each kind of database."""

from pathlib import Path

import pytest

from api.hub.settings import HubSettings
from api.service.database import Database
from tests.api.hub.gateways import HUB, Exchange, make_tables


@pytest.fixture
def exchange(database: Database, tmp_path: Path) -> Exchange:
    """A hub with empty tables, on each kind of database in turn."""
    make_tables(database)
    return Exchange(database, HubSettings(name=HUB, data=tmp_path))
