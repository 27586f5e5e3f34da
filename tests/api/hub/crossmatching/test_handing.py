"""A run as arrays: it finds what the run's folder finds, on a machine that may only read them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.hub.crossmatching.beginning import Begun, begin
from api.hub.crossmatching.blocks import Stage, blocks_of
from api.hub.crossmatching.handing import HandedRun, hand_over, open_handed
from api.hub.crossmatching.opening import OpenRun, open_run
from api.hub.crossmatching.searching import search_block
from api.service.database import open_database
from indexer.snapshots import SnapshotError
from matcher.views import Kind
from tests.api.hub.crossmatching.nights import run, small_blocks
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy

__all__ = ["small_blocks"]  # fixture


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """On SQLite only: nothing here asks the database."""
    database = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    yield Hub(database, tmp_path)
    database.close()


@pytest.fixture(params=["full", "incremental"])
def begun(hub: Hub, rng: np.random.Generator, request: pytest.FixtureRequest) -> Begun:
    """A run that has begun, over records of which some were withdrawn."""
    partner, children = hub.partner("punjab"), codes_of(rng, 6)
    hub.put(partner, batch(Kind.FOUND, np.concatenate([noisy(rng, children, share) for share in (0.05, 0.15)])))
    missing = hub.put(partner, batch(Kind.MISSING, children))
    run(hub)
    hub.put(partner, batch(Kind.MISSING, noisy(rng, children[:1], 0.1)))
    hub.withdraw(missing[0])
    hub.take_back()
    made = begin(hub.database, hub.options, hub.partition, hub.now, full=request.param == "full")
    assert made.plan.mode == request.param
    return made


def found(opened: OpenRun) -> list[bytes]:
    stages = zip((Stage.MISSING, Stage.FOUND), opened.plan.dirty, strict=True)
    return [search_block(opened, block).to_bytes() for stage, total in stages for block in blocks_of(stage, total)]


def read_only(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays as they come out of an object store."""
    out = {name: np.array(array) for name, array in arrays.items()}
    for array in out.values():
        array.setflags(write=False)
    return out


def elsewhere(handed: HandedRun) -> HandedRun:
    return replace(handed, arrays=read_only(handed.arrays), snapshot=read_only(handed.snapshot))


def test_what_was_handed_over_finds_the_same_bytes(begun: Begun) -> None:
    here = found(open_run(begun.files))
    there = found(open_handed(elsewhere(hand_over(begun.files))))
    assert there == here
    assert len(here) > 1


def test_it_does_not_need_the_folder_any_more(begun: Begun, tmp_path: Path) -> None:
    handed = elsewhere(hand_over(begun.files))
    here = found(open_run(begun.files))
    begun.files.rename(tmp_path / "gone")
    assert found(open_handed(handed)) == here


def test_it_says_how_much_it_is(begun: Begun) -> None:
    handed = hand_over(begun.files)
    codes = sum(array.nbytes for name, array in handed.snapshot.items() if name.endswith("/codes"))
    assert handed.nbytes > codes > 0


def test_arrays_of_another_shape_are_refused(begun: Begun) -> None:
    handed = hand_over(begun.files)
    name = next(name for name in handed.snapshot if name.endswith("/kind"))
    cut = {**handed.snapshot, name: handed.snapshot[name][:-1]}
    with pytest.raises(SnapshotError, match="not what its manifest says"):
        open_handed(replace(handed, snapshot=cut))
