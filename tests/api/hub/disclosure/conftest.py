"""A candidate on each kind of database."""

import pytest

from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import Exchange


@pytest.fixture
def pair(exchange: Exchange) -> Pair:
    """A missing report of one partner and a found record of another, proposed as a candidate."""
    return Pair(exchange)
