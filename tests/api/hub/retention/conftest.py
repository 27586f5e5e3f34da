"""A hub with cases, on each kind of database."""

import pytest

from tests.api.hub.gateways import Exchange
from tests.api.hub.retention.cases import Cases


@pytest.fixture
def cases(exchange: Exchange) -> Cases:
    return Cases(exchange)
