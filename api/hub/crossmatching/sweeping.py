"""The searches of a run: one for each record, or for a large full run one sweep that serves both kinds.

With a sample (`Plan.sampled`) the order is: found records search the sample of missing ones; the sample is searched
for; then wave after wave of missing records is, and hands over what could stand on the lists that found records have
by then; last, found records are compared with those on their lists, once more, for all that a list says of a pair.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.hub.crossmatching import run_files
from api.hub.crossmatching.blocks import Block, Stage, blocks_of
from api.hub.crossmatching.engines import Engine
from api.hub.crossmatching.gathering import Gathered
from api.hub.crossmatching.ledger import Ledger
from api.hub.crossmatching.lists import Int32
from api.hub.crossmatching.plans import Plan
from api.hub.crossmatching.waves import waves_of
from indexer.interface import NO_MINIMUM

Progress = Callable[[str, int, int], None]
"""Called with what is being done, and how many units of how many are done."""

_TITLES = {
    Stage.MISSING: "Searching for missing children", Stage.FOUND: "Searching for found children",
    Stage.SAMPLE: "Searching a sample for found children",
}  # fmt: skip


@dataclass(frozen=True)
class Sweep:
    """What searches: those of the run in this folder, with what the ledger does not have yet."""

    folder: Path
    plan: Plan
    ledger: Ledger
    engine: Engine
    tell: Progress

    def run(self) -> None:
        """Search all that is pending."""
        missing, found, sample = (
            list(blocks_of(stage, self._total(stage))) for stage in (Stage.MISSING, Stage.FOUND, Stage.SAMPLE)
        )
        if self.plan.sampled:
            self._search(found, self._waves(missing, sample))
        else:
            self._search(missing)
            self._search(found)

    def _waves(self, missing: Sequence[Block], sample: Sequence[Block]) -> str:
        """Search for all missing records; gives the name of the file with who stands on the found records' lists."""
        first, *waves = waves_of(missing)
        numbers = run_files.read_array(self.folder, run_files.DIRTY_MISSING)
        chosen = np.concatenate([numbers[block.first : block.last] for block in first])
        self._search(sample, self._aid("sample", chosen))
        self._search(first)
        gathered = Gathered(run_files.read_array(self.folder, run_files.DIRTY_FOUND), self.plan.top)
        for found in self.ledger.found(Stage.SAMPLE, [block.number for block in sample]):
            gathered.put(found.numbers, found.others, found.weights)
        size = 1 + max(int(numbers.max(initial=0)), int(gathered.numbers.max(initial=0)))
        for place, wave in enumerate(waves, 1):
            floors = gathered.floors(size, max(self.plan.minimum, NO_MINIMUM))
            self._search(wave, self._aid(f"floors-{place}", floors))
            for found in self.ledger.found(Stage.MISSING, [block.number for block in wave]):
                gathered.offer(found.offers)
        return self._aid("listed", gathered.others)

    def _aid(self, name: str, array: Int32) -> str:
        run_files.write_aid(self.folder, name, array)
        return name

    def _search(self, blocks: Sequence[Block], aid: str | None = None) -> None:
        """Search those of these blocks, of one stage, that are still pending."""
        if not blocks:
            return
        stage = blocks[0].stage
        done, total = self.ledger.done(stage), self._total(stage)
        pending = [block for block in blocks if block.number not in done]
        searched = sum(len(block) for block in blocks_of(stage, total) if block.number in done)
        if done:
            self.tell(_TITLES[stage], searched, total)
        for block, result in zip(pending, self.engine.results(self.folder, pending, aid), strict=True):
            self.ledger.keep(block, result)
            searched += len(block)
            self.tell(_TITLES[stage], searched, total)

    def _total(self, stage: Stage) -> int:
        return self.plan.dirty[0 if stage is Stage.MISSING else 1]
