"""What goes wrong in the night: refused or recovered with a clear message, never a silent partial result."""

import errno
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from api.hub.crossmatching import beginning, stages
from api.hub.crossmatching.alone import alone
from api.hub.crossmatching.beginning import Begun
from api.hub.crossmatching.blocks import Block
from api.hub.crossmatching.engines import Engine, OwnProcess, Processes
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.storage import run_blocks as stored_blocks
from api.hub.storage.run_tables import run_blocks, runs
from api.hub.storage.tables import records
from indexer.snapshots import SnapshotError
from matcher.errors import OutputError
from tests.api.hub.crossmatching.nights import candidates_of, run, small_blocks
from tests.api.hub.crossmatching.test_nights import Days
from tests.api.hub.matching.exchange import Hub

__all__ = ["small_blocks"]  # fixture
Rng = np.random.Generator


class PowerCutError(Exception):
    """The process ends here."""


class Interrupted(OwnProcess):
    """Searches a few blocks, and is gone."""

    def __init__(self, blocks: int) -> None:
        super().__init__(1)
        self.blocks = blocks

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        for result in super().results(folder, blocks, aid):
            if self.blocks == 0:
                raise PowerCutError
            self.blocks -= 1
            yield result


def after(blocks: int) -> Any:
    """An engine that stops after so many blocks."""

    def made(_begun: Begun) -> Engine:
        return Interrupted(blocks)

    return made


def power_cut(*_given: Any) -> None:
    raise PowerCutError


def days_of(hub: Hub, rng: Rng, records: int = 24) -> Days:
    days = Days(hub, rng)
    days.come(records)
    return days


def run_folder(hub: Hub) -> Path:
    [folder] = hub.options.folder.glob("*/runs/run-*")
    return folder


def interrupted(hub: Hub, blocks: int = 3) -> None:
    with pytest.raises(PowerCutError):
        run(hub, engine=after(blocks))


def test_an_interrupted_run_is_finished_from_where_it_was(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    whole = run(hub, full=True)
    stands = candidates_of(hub)
    with pytest.raises(PowerCutError):
        run(hub, full=True, engine=after(3))
    hub.days_later(1)
    finished = run(hub, resume=True)
    assert finished["run"] == 2
    assert finished["blocks"]["resumed"] == 3
    assert finished["lists_digest"] == whole["lists_digest"]
    assert finished["pairs_scored"] == whole["pairs_scored"]
    assert candidates_of(hub) == stands
    assert run(hub, resume=True) is None
    # A run that has ended leaves the lists and nothing else.
    assert list(hub.options.folder.glob("*/runs/*")) == []
    assert [path.name for path in hub.options.folder.glob("*/lists/*.lists")] == ["run-2.lists"]
    with hub.database.read() as conn:
        assert set(conn.execute(select(run_blocks.c.result)).scalars()) == {None}


def test_what_was_pinned_counts_and_not_what_changed_since(hub: Hub, rng: Rng) -> None:
    days = days_of(hub, rng)
    interrupted(hub)
    days.come(5)
    finished = run(hub, resume=True)
    assert (finished["missing"], finished["found"]) == (12, 12)
    assert run(hub)["dirty"]["missing"] > 0


def test_a_new_run_abandons_the_interrupted_one(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    interrupted(hub)
    with hub.database.read() as conn:
        assert set(conn.execute(select(run_blocks.c.run_id)).scalars()) == {1}
    assert run(hub)["run"] == 2
    with hub.database.read() as conn:
        states = conn.execute(select(runs.c.state).order_by(runs.c.id)).scalars().all()
        # Results of an abandoned run would stay in the database for ever.
        assert set(conn.execute(select(run_blocks.c.run_id)).scalars()) == {2}
    assert states == ["abandoned", "ended"]


def test_a_run_whose_blocks_cannot_be_dropped_is_not_abandoned(
    hub: Hub, rng: Rng, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_of(hub, rng)
    interrupted(hub)
    with monkeypatch.context() as patched:
        patched.setattr(beginning, "drop_blocks", power_cut)
        with pytest.raises(PowerCutError):
            run(hub)
    assert run(hub, resume=True)["blocks"]["resumed"] == 3


def test_a_run_ends_together_with_its_results(hub: Hub, rng: Rng, monkeypatch: pytest.MonkeyPatch) -> None:
    days_of(hub, rng)
    with monkeypatch.context() as patched:
        patched.setattr(stored_blocks, "drop_results", power_cut)
        with pytest.raises(PowerCutError):
            run(hub)
    finished = run(hub, resume=True)
    assert (finished["run"], finished["blocks"]["resumed"]) == (1, finished["blocks"]["done"])
    with hub.database.read() as conn:
        assert set(conn.execute(select(run_blocks.c.result)).scalars()) == {None}


def test_two_runs_at_once_are_one_too_many(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    with alone(hub.database, hub.options.folder, hub.partition.id), pytest.raises(CrossMatchError, match="is running"):
        run(hub)
    assert run(hub)["run"] == 1


@pytest.mark.parametrize("name", ["model.json", "matrix.npy", "dirty-found.npy", "floors.npy", "moved.npy"])
def test_a_pinned_file_that_is_damaged_or_gone_is_refused(hub: Hub, rng: Rng, name: str) -> None:
    days_of(hub, rng)
    interrupted(hub)
    path = run_folder(hub) / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(CrossMatchError, match=f"File {name} .* start a new run without --resume"):
        run(hub, resume=True)
    path.unlink()
    with pytest.raises(CrossMatchError, match=f"File {name}"):
        run(hub, resume=True)
    assert run(hub)["run"] == 2


def test_a_pinned_snapshot_with_a_flipped_byte_is_refused(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    interrupted(hub)
    largest = max((p for p in run_folder(hub).rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    # A copy of its own: the file is linked to the snapshot's.
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 4
    largest.unlink()
    largest.write_bytes(data)
    with pytest.raises(SnapshotError):
        run(hub, resume=True)
    assert run(hub)["run"] == 2


def test_a_result_that_was_damaged_in_the_ledger_is_refused(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    interrupted(hub)
    with hub.database.write() as conn:
        conn.execute(update(run_blocks).where(run_blocks.c.number == 1).values(result=b"nothing"))
    with pytest.raises(CrossMatchError, match="in the ledger is damaged"):
        run(hub, resume=True)
    assert run(hub)["mode"] == "full"


def test_a_clock_that_jumps_back_stops_the_night(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    run(hub)
    hub.now -= timedelta(days=40)
    with pytest.raises(CrossMatchError, match="set the clock right"):
        run(hub)
    hub.now += timedelta(days=40)
    with pytest.raises(PowerCutError):
        run(hub, full=True, engine=after(0))
    hub.now -= timedelta(hours=2)
    with pytest.raises(CrossMatchError, match="set the clock right"):
        run(hub, resume=True)


def test_no_room_for_the_pinned_files_leaves_nothing_behind(
    hub: Hub, rng: Rng, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_of(hub, rng)

    def full(*_given: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(np, "save", full)
        with pytest.raises(OutputError, match="No space left"):
            run(hub)
    assert list(hub.options.folder.glob("*/runs/*")) == []
    assert run(hub)["run"] == 2


def test_no_room_for_the_lists_can_be_resumed(hub: Hub, rng: Rng, monkeypatch: pytest.MonkeyPatch) -> None:
    days_of(hub, rng)

    def full(*_given: Any) -> str:
        raise OutputError("The lists of the run could not be written (No space left on device); see to the disk.")

    with monkeypatch.context() as patched:
        patched.setattr(stages, "write_lists", full)
        with pytest.raises(OutputError):
            run(hub)
    assert hub.candidates() == {}
    finished = run(hub, resume=True)
    assert finished["run"] == 1
    assert finished["blocks"]["resumed"] == 8
    assert finished["added"] > 0


def test_a_worker_that_dies_costs_time_and_no_result(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    expected = run(hub, full=True)["lists_digest"]

    class Mortal(Processes):
        def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
            for place, result in enumerate(super().results(folder, blocks, aid)):
                if place == 1 and self.lost == 0:
                    os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
                yield result

    found = run(hub, full=True, engine=lambda _begun: Mortal(1))
    assert found["lists_digest"] == expected
    assert found["workers_lost"] == 1
    assert found["engine"] == {"name": "processes", "workers": 1}


def test_nothing_about_a_record_is_in_the_document(hub: Hub, rng: Rng) -> None:
    days_of(hub, rng)
    document = json.dumps(run(hub))
    with hub.database.read() as conn:
        refs = [row.ref for row in conn.execute(select(records.c.ref))]
    assert len(refs) == 24
    assert not [ref for ref in refs if ref in document]


def test_the_codes_of_an_erased_record_leave_an_interrupted_run(hub: Hub, rng: Rng) -> None:
    days = days_of(hub, rng)
    interrupted(hub)
    folder = run_folder(hub)
    matcher = hub.settle()
    assert matcher.save_due() is False
    assert folder.exists()
    hub.erase(min(days.active))
    hub.settle(matcher)
    with alone(hub.database, hub.options.folder, hub.partition.id):
        matcher.save_due()
        assert folder.exists()
    matcher.save_due()
    assert not folder.exists()
    with pytest.raises(CrossMatchError, match="start a new run"):
        run(hub, resume=True)
