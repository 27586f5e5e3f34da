"""A candidate on each kind of database."""

import pytest

from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import Exchange


@pytest.fixture
def pair(exchange: Exchange) -> Pair:
    """A candidate that was proposed."""
    return Pair(exchange)
