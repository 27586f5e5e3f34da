"""A record with room for photos."""

import pytest

from tests.api.holder.desk import Desk


@pytest.fixture
def ref(desk: Desk) -> str:
    return str(desk.create(1).json()["ref"])
