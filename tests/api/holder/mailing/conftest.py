"""Two organisations at a hub on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.hub.settings import HubSettings
from api.service.database import Database
from tests.api.holder.mailing.organisations import Correspondence
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import HUB, Exchange, make_tables


@pytest.fixture
def pair(database: Database, tmp_path: Path) -> Pair:
    """A candidate at a hub."""
    make_tables(database)
    return Pair(Exchange(database, HubSettings(name=HUB, data=tmp_path)))


@pytest.fixture
def strangers(pair: Pair, tmp_path: Path) -> Iterator[Correspondence]:
    """Two organisations that have not compared fingerprints."""
    made = Correspondence(pair, tmp_path)
    yield made
    made.close()


@pytest.fixture
def accepted(pair: Pair, tmp_path: Path) -> Iterator[Correspondence]:
    """Two organisations whose candidate the reporter has accepted, and that have not compared fingerprints."""
    made = Correspondence(pair, tmp_path, "accepted")
    yield made
    made.close()


@pytest.fixture
def mail(strangers: Correspondence) -> Correspondence:
    """Two organisations that have confirmed each other's cards."""
    strangers.confirm()
    return strangers
