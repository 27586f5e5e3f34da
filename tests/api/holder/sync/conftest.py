"""A gateway and its hub, on both databases."""

import pytest

from api.service.database import Database
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hub(clock: FakeClock) -> FakeHub:
    return FakeHub(clock)


@pytest.fixture
def gateway(database: Database, clock: FakeClock, hub: FakeHub) -> Gateway:
    return Gateway(database, clock, hub)
