"""The ledger of a run's searches: which blocks are done, and what they gave."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol

from api.hub.crossmatching.blocks import Block, Found, Stage, digest_of, found_from_bytes
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.storage import run_blocks
from api.service.clock import Clock
from api.service.database import Database

_READ_TOGETHER = 20
"""Results of so many blocks are in memory at once as bytes."""


class Ledger(Protocol):
    """What a search needs of it."""

    def done(self, stage: Stage) -> set[int]:
        """Numbers of the blocks of a stage that are done."""
        ...

    def keep(self, block: Block, result: bytes) -> None:
        """A block is done, for good when this returns; a second time changes nothing."""
        ...

    def found(self, stage: Stage, numbers: Sequence[int]) -> Iterator[Found]:
        """What these blocks gave, in this order.

        Raises:
            CrossMatchError: a result is not what it was.
        """
        ...


class StoredLedger:
    """The ledger in the database."""

    def __init__(self, database: Database, run: int, clock: Clock) -> None:
        """Of a run."""
        self._database, self._run, self._clock = database, run, clock

    def done(self, stage: Stage) -> set[int]:
        """See Ledger."""
        with self._database.read() as conn:
            return run_blocks.done_numbers(conn, self._run, stage)

    def keep(self, block: Block, result: bytes) -> None:
        """See Ledger."""
        found = found_from_bytes(result)
        self._database.retrying(partial(
            run_blocks.set_done, run_id=self._run, stage=block.stage, number=block.number, digest=digest_of(result),
            result=result, counts={"scored": int(found.scored[0]), "offers": len(found.offers)}, now=self._clock(),
        ))  # fmt: skip

    def found(self, stage: Stage, numbers: Sequence[int]) -> Iterator[Found]:
        """See Ledger."""
        for first in range(0, len(numbers), _READ_TOGETHER):
            with self._database.read() as conn:
                blocks = run_blocks.done_blocks(conn, self._run, stage, numbers[first : first + _READ_TOGETHER])
            yield from map(_sound, blocks)


def _sound(block: run_blocks.DoneBlock) -> Found:
    if block.result is None or digest_of(block.result) != block.digest:
        raise CrossMatchError("A result in the ledger is damaged; start a new run without --resume.")
    try:
        return found_from_bytes(block.result)
    except (ValueError, json.JSONDecodeError) as error:
        raise CrossMatchError("A result in the ledger cannot be read; start a new run without --resume.") from error
