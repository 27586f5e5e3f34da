"""Two shelters with an agreement, on both databases."""

import pytest

from tests.api.hub.clusters.shelters import Shelters
from tests.api.hub.gateways import Exchange


@pytest.fixture
def shelters(exchange: Exchange) -> Shelters:
    made = Shelters(exchange)
    made.shelter("asha", "umang")
    return made
