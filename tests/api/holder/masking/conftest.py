"""A gateway of the cross-border profile and its hub, on both databases."""

import pytest

from api.service.database import Database
from tests.api.holder.masking.masked_hub import MaskedGateway, MaskedHub, Partner
from tests.api.holder.sync.gateways import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hub(clock: FakeClock) -> MaskedHub:
    return MaskedHub(clock)


@pytest.fixture
def gateway(database: Database, clock: FakeClock, hub: MaskedHub) -> MaskedGateway:
    return MaskedGateway(database, clock, hub)


@pytest.fixture
def punjab(gateway: MaskedGateway) -> Partner:
    """A partner that a person has confirmed."""
    partner = Partner()
    partner.is_confirmed_at(gateway)
    return partner
