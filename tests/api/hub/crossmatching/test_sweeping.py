"""One sweep for both kinds brings what one for each brings, to the byte."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.hub.crossmatching import planning
from api.hub.crossmatching.engines import Processes
from api.hub.storage.runs import unfinished_run
from api.service.database import open_database
from matcher.views import Kind
from tests.api.hub.crossmatching.nights import candidates_of, run, small_blocks
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy

__all__ = ["small_blocks"]  # fixture


@pytest.fixture
def sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every full run has a sample."""
    monkeypatch.setattr(planning, "SAMPLED_FROM", 0)


@pytest.fixture(params=[0, 1])
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hub]:
    """Families who look alike, of three partners of whom two may not be compared; lists overflow."""
    database = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    made, rng = Hub(database, tmp_path, top=3, threads=1), np.random.default_rng(request.param)
    partners = [made.partner("west"), made.partner("east"), made.partner("south", "BD")]
    made.agree(partners[0], partners[2])
    for codes in codes_of(rng, 4):
        for partner in partners:
            for kind in Kind:
                noise = 0.05 + 0.2 * rng.random()
                made.put(partner, batch(kind, noisy(rng, np.stack([codes] * int(rng.integers(1, 6))), noise)))
    yield made
    database.close()


def outcome(hub: Hub, **wanted: Any) -> tuple[str, Any]:
    document = run(hub, full=True, **wanted)
    return document["lists_digest"], candidates_of(hub)


def test_the_lists_and_candidates_are_the_same(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = outcome(hub)
    monkeypatch.setattr(planning, "SAMPLED_FROM", 0)
    told: list[str] = []
    assert outcome(hub, progress=lambda title, done, total: told.append(title)) == plain
    assert "Searching a sample for found children" in told
    assert len(plain[1]) > 20


@pytest.mark.parametrize("hub", [2], indirect=True)
@pytest.mark.usefixtures("sampled")
def test_a_pool_of_processes_brings_the_same(hub: Hub) -> None:
    assert outcome(hub, engine=lambda _: Processes(2)) == outcome(hub)


def dying(steps: int) -> Any:
    """Progress that ends the process, as it were, after so many steps."""
    left = iter(range(steps))

    def tell(*_: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return tell


@pytest.mark.parametrize("hub", [3], indirect=True)
@pytest.mark.usefixtures("sampled")
def test_it_is_finished_wherever_it_was_interrupted(hub: Hub) -> None:
    expected, steps = outcome(hub), []
    run(hub, full=True, progress=lambda *step: steps.append(step))
    for most in range(0, len(steps), max(len(steps) // 5, 1)):
        with pytest.raises(KeyboardInterrupt):
            run(hub, full=True, progress=dying(most))
        with hub.database.read() as conn:
            assert unfinished_run(conn, hub.partition.id) is not None
        again = run(hub, resume=True)
        assert (again["lists_digest"], candidates_of(hub)) == expected


@pytest.mark.parametrize("hub", [0], indirect=True)
@pytest.mark.usefixtures("sampled")
def test_progress_never_goes_back(hub: Hub) -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    run(hub, full=True, progress=lambda title, done, total: seen.setdefault(title, []).append((done, total)))
    for steps in seen.values():
        assert [done for done, _ in steps] == sorted(done for done, _ in steps)
        assert steps[-1][0] == steps[-1][1]
