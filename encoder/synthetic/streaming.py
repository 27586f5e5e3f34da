"""Write a population of any size to files, block by block, with several processes and little memory."""

import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from encoder.synthetic.blocks import BlockPlan, generate_block
from encoder.synthetic.files import PopulationFiles, texts_of

AHEAD = 2  # blocks for each process that may wait to be written


@dataclass(frozen=True, slots=True)
class BlockText:
    """A block as the lines of each file, and how many records and true pairs it has."""

    texts: dict[str, str]
    missing: int
    found: int
    true_pairs: int
    same_kind: int


def stream(
    plans: list[BlockPlan], folder: Path, processes: int = 1, written: Callable[[BlockText], None] = lambda _: None
) -> None:
    """Write the files that `files.write` would write of the whole population, and the same bytes for any `processes`.

    Args:
        plans: the population, from `plan_blocks`.
        folder: where the five files go; it is made if it is not there.
        processes: how many to use, this one alone when 1.
        written: called in this process after each block.

    Raises:
        OSError: the files cannot be written; those that were there before are left as they were.
    """
    with PopulationFiles(folder) as files:
        for block in _blocks(plans, min(processes, len(plans))):
            files.add(block.texts)
            written(block)


def _blocks(plans: list[BlockPlan], processes: int) -> Iterator[BlockText]:
    if processes <= 1:
        yield from map(make_block, plans)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_deafen) as pool:
        waiting: deque[Future[BlockText]] = deque()
        try:
            for plan in plans:
                waiting.append(pool.submit(make_block, plan))
                if len(waiting) > processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _deafen() -> None:
    # Ctrl-C reaches every process of the terminal; the first one ends the work, and the others need not complain.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def make_block(plan: BlockPlan) -> BlockText:
    """Invent one block and write it as text; runs in a worker."""
    block = generate_block(plan)
    sizes = len(block.missing), len(block.found), len(block.truth), len(block.same_kind)
    return BlockText(texts_of(block), *sizes)
