"""A room in which candidates are reviewed, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from api.service.database import Database
from encoder import sealing
from tests.api.holder.reviewing.room import Room


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id is slow on purpose."""
    little: dict[str, Any] = {"iterations": 1, "memory_in_kib": 64}
    for name, value in little.items():
        monkeypatch.setitem(sealing.ARGON2, name, value)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Room:
    return Room(database, tmp_path)
