"""Runs as in the night, with blocks so small that there are several."""

from typing import Any

import pytest

from api.hub.crossmatching import blocks
from api.hub.crossmatching.running import Wanted, cross_match
from tests.api.hub.matching.exchange import Hub


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records together."""
    monkeypatch.setattr(blocks, "SEARCHED_TOGETHER", 3)
    monkeypatch.setattr(blocks, "APPLIED_TOGETHER", 3)


def run(hub: Hub, *, progress: Any = None, **wanted: Any) -> Any:
    """As in the night, when the matcher of the running hub has followed up what was withdrawn."""
    hub.take_back()
    asked = Wanted(**{"estimate": False, **wanted})
    return cross_match(hub.database, hub.options, hub.partition, asked, progress=progress, clock=lambda: hub.now)


def candidates_of(hub: Hub) -> dict[tuple[int, int], tuple[Any, ...]]:
    """All candidates that stand, with what a full run would give them as well."""
    return {
        pair: (row.weight, row.verdict, row.levels, row.missing_version, row.found_version, row.state)
        for pair, row in hub.candidates().items()
    }
