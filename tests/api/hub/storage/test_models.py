"""Models in the database: what names them keeps them."""

from pathlib import Path

import pytest

from api.hub.storage import models
from api.hub.storage.partitions import set_model
from api.hub.storage.runs import begin_run
from api.service.database import Database
from matcher.defaults import default_model
from matcher.profile import LOCAL_2026_11_22
from tests.api.hub.matching.exchange import START, Hub

MODEL = default_model(LOCAL_2026_11_22)


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Hub:
    """An empty hub on each database."""
    return Hub(database, tmp_path)


def made(hub: Hub, count: int, partition: int | None = None) -> list[int]:
    """Estimates of a partition, after runs of invented numbers."""
    of = hub.partition.id if partition is None else partition
    with hub.database.write() as conn:
        return [models.add_estimate(conn, MODEL, of, 100 * of + at, {"drift": at}, START) for at in range(count)]


def test_a_default_is_no_estimate(hub: Hub) -> None:
    with hub.database.write() as conn:
        number = models.activate(conn, hub.partition.id, MODEL, START)
        stored = models.stored_model(conn, number)
        assert stored is not None
        assert (stored.partition_id, stored.run_id, stored.report, stored.origin) == (None, None, {}, "default")
        assert models.estimates(conn, hub.partition.id) == []
        assert models.stored_model(conn, number + 1) is None
        assert models.prune(conn, hub.partition.id, kept=0) == 0


def test_estimates_are_found_by_partition_and_by_run_the_newest_first(hub: Hub) -> None:
    other = hub.open_partition("south").id
    mine, theirs = made(hub, 3), made(hub, 1, other)
    with hub.database.read() as conn:
        found = models.estimates(conn, hub.partition.id)
        assert [estimate.id for estimate in found] == mine[::-1]
        assert found[0].report == {"drift": 2}
        assert found[0].created_at == START
        by_run = models.estimate_of_run(conn, 100 * other)
        assert by_run is not None
        assert by_run.id == theirs[0]
        assert models.estimate_of_run(conn, 7) is None


def test_pruning_keeps_what_is_active_what_a_run_names_and_the_newest(hub: Hub) -> None:
    other = hub.open_partition("south").id
    mine, theirs = made(hub, 6), made(hub, 2, other)
    with hub.database.write() as conn:
        set_model(conn, other, mine[1])
        begin_run(conn, hub.partition.id, mine[3], 0, START)
        assert models.prune(conn, hub.partition.id, kept=2) == 2
        assert [e.id for e in models.estimates(conn, hub.partition.id)] == [mine[5], mine[4], mine[3], mine[1]]
        assert [e.id for e in models.estimates(conn, other)] == theirs[::-1]
        assert models.prune(conn, hub.partition.id, kept=2) == 0
