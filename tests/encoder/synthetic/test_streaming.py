"""Blocks on their way to disk: the same bytes for any number of processes, and for the population in memory."""

from pathlib import Path

import pytest

from encoder.synthetic import blocks
from encoder.synthetic.blocks import BlockPlan, plan_blocks
from encoder.synthetic.files import HEADERS, write
from encoder.synthetic.population import generate
from encoder.synthetic.rates import FIELD
from encoder.synthetic.streaming import BlockText, stream

SIZE, FOUND, SEED = 430, 260, 12


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_RECORDS", 100)


def plans() -> list[BlockPlan]:
    return plan_blocks(SIZE, FOUND, SEED, FIELD)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / f"{name}.csv").read_bytes() for name in HEADERS}


def test_any_number_of_processes_gives_the_bytes_of_the_population_in_memory(tmp_path: Path) -> None:
    assert len(plans()) == 5
    write(generate(SIZE, FOUND, SEED), tmp_path / "memory")
    stream(plans(), tmp_path / "one")
    stream(plans(), tmp_path / "two", processes=2)
    assert bytes_of(tmp_path / "memory") == bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_progress_counts_every_record(tmp_path: Path) -> None:
    told: list[BlockText] = []
    stream(plans(), tmp_path, written=told.append)
    assert sum(block.missing for block in told) == SIZE
    assert sum(block.found for block in told) == FOUND
    truth = (tmp_path / "truth.csv").read_text("utf-8").splitlines()[1:]
    assert sum(block.true_pairs for block in told) == len(truth)
    assert truth == sorted(truth)


def test_blocks_share_no_names_by_their_seed() -> None:
    first, second = (blocks.generate_block(plan) for plan in plans()[:2])
    same = sum(a["name"] == b["name"] != "" for a, b in zip(first.missing, second.missing, strict=False))
    assert same < 5


def test_numbers_run_on_from_block_to_block() -> None:
    people = generate(SIZE, FOUND, SEED)
    assert [row["record_id"] for row in people.missing] == [f"M{n:06d}" for n in range(1, SIZE + 1)]
    assert [row["record_id"] for row in people.found] == [f"F{n:06d}" for n in range(1, FOUND + 1)]


def test_case_numbers_have_one_length() -> None:
    assert {plan.digits for plan in plan_blocks(1_000_000, 5, 1, FIELD)} == {7}


def test_a_failure_on_the_way_leaves_the_old_files(tmp_path: Path) -> None:
    write(generate(3, 2, 1), tmp_path)
    before = bytes_of(tmp_path)

    def fail(_: BlockText) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        stream(plans(), tmp_path, processes=2, written=fail)
    assert bytes_of(tmp_path) == before
    assert not list(tmp_path.glob(".*.part"))
