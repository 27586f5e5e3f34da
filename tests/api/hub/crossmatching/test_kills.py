"""kill -9 at random points of a run: the outcome is the same bytes. `make soak` kills a thousand times."""

import multiprocessing
import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from api.hub.storage.run_tables import runs
from api.service.database import open_database
from tests.api.hub.crossmatching import warm
from tests.api.hub.crossmatching.nights import candidates_of
from tests.api.hub.crossmatching.test_nights import Days
from tests.api.hub.matching.exchange import Hub

KILLS = int(os.environ.get("MILAP_KILLS", "6"))
REPEATED = 5 if KILLS > 100 else 2


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that begin at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.api.hub.crossmatching.warmed"])
    return context


def hub_in(folder: Path) -> Hub:
    """A hub with a file of its own."""
    return Hub(open_database(f"sqlite:///{folder}/hub.db"), folder, top=3, threads=1)


def prepare(folder: Path, seed: int) -> int:
    """A first night that ended, perhaps, and a day after it; gives the day of the night to come."""
    hub = hub_in(folder)
    days = Days(hub, np.random.default_rng(seed))
    days.come(40)
    if seed % 2:
        warm.finish(f"sqlite:///{folder}/hub.db", folder, 0)
        days.come(6)
        days.change(4)
        days.go(3)
        hub.take_back()
    hub.database.close()
    return 1


def outcome(folder: Path) -> tuple[str, dict[tuple[int, int], tuple[Any, ...]]]:
    """Digest of the lists, and the candidates that stand."""
    hub = hub_in(folder)
    with hub.database.read() as conn:
        ended = select(runs.c.lists_digest).where(runs.c.ended_at.is_not(None)).order_by(runs.c.id.desc())
        found = conn.execute(ended).scalars().first()
    candidates = candidates_of(hub)
    hub.database.close()
    assert found is not None
    return found, candidates


def night(context: ForkServerContext, folder: Path, seed: int, day: int) -> ForkServerProcess:
    """A process that runs the night; every second night in which all is searched has one sweep for both kinds."""
    target = warm.finish_sampled if seed % 4 == 0 else warm.finish
    return context.Process(target=target, args=(f"sqlite:///{folder}/hub.db", folder, day))


def killed_until_done(start: Callable[[], ForkServerProcess], rng: np.random.Generator, longest: float) -> int:
    """Run the night in processes that are killed after a random while, until one ends; gives how many were killed."""
    kills = 0
    while True:
        process = start()
        process.start()
        process.join(float(rng.uniform(0, longest)))
        if process.is_alive():
            process.kill()
            process.join()
            kills += 1
            continue
        assert process.exitcode == 0
        process.close()
        return kills


def test_a_run_that_is_killed_again_and_again_ends_the_same(tmp_path: Path, processes: ForkServerContext) -> None:
    rng, kills, seed = np.random.default_rng(5), 0, 0
    while kills < KILLS:
        folder = tmp_path / f"hub-{seed}"
        pristine = tmp_path / f"pristine-{seed}"
        pristine.mkdir()
        day = prepare(pristine, seed)
        shutil.copytree(pristine, folder)
        started = time.monotonic()
        start = partial(night, processes, folder, seed, day)
        process = start()
        process.start()
        process.join()
        assert process.exitcode == 0
        longest = time.monotonic() - started
        expected = outcome(folder)
        assert len(expected[1]) > 10
        for _ in range(REPEATED):
            shutil.rmtree(folder)
            shutil.copytree(pristine, folder)
            kills += killed_until_done(start, rng, 1.2 * longest)
            assert outcome(folder) == expected
        shutil.rmtree(folder)
        shutil.rmtree(pristine)
        seed += 1
