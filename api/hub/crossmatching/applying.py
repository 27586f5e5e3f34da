"""From lists to candidates: what has to be written for some records, as `matching.storing` takes it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import Block
from api.hub.crossmatching.composing import Results, changed_numbers, taken
from api.hub.crossmatching.lanes import NO_LANES, SeenLanes
from api.hub.crossmatching.lists import Int32, Int64, Lists
from api.hub.crossmatching.on_lists import (
    Judge,
    ListedPairs,
    PairsOfRecords,
    described,
    each_once,
    lifted_for_found,
    on_missing_list,
    own_keys,
)
from api.hub.crossmatching.plans import Mode
from api.hub.matching.match import FoundPair, texts_of
from api.hub.matching.options import VERDICTS
from matcher.tables import ScoringTables
from matcher.views import Kind

UNKNOWN = 255
"""Stands in levels that this run did not see: the candidate keeps those it has."""


@dataclass(frozen=True)
class ToStore:
    """What one block brings into the database.

    missing, found  records whose every candidate is settled by it
    pairs           candidates to be written
    fallen          pairs that stand on no list any more
    digest          SHA-256 of all this, hexadecimal
    """

    missing: list[int]
    found: list[int]
    pairs: list[FoundPair]
    fallen: frozenset[tuple[int, int]]
    digest: str


class Application:
    """Everything that a run's lists change, block by block.

    Args:
        mode: of a full run every candidate is settled, of another what lists gained, lost or weigh otherwise.
        base: the lists before.
        new: the lists of the run.
        results: what its searches found.
        judge: of the run's model and options.
        tables: of its model.
        moved: int32 (r,), records whose candidates somebody changed since the last run.
        lanes: what this run saw of photo lanes.
    """

    def __init__(
        self, mode: Mode, base: Lists, new: Lists, results: Mapping[Kind, Results], judge: Judge,
        tables: ScoringTables, moved: Int32, lanes: SeenLanes = NO_LANES,
    ) -> None:  # fmt: skip
        base, new = base.joined, new.joined
        self._base, self._new, self._results, self._judge, self._tables = base, new, results, judge, tables
        found = [results[kind].found for kind in Kind]
        self._settled = np.unique(np.concatenate([moved, *(part.numbers for part in found)]))
        lists = np.unique(np.concatenate([part.numbers for part in found] + [part.offers[:, 1] for part in found]
                                         + [lanes.touched]))  # fmt: skip
        self._changed = changed_numbers(base, new, lists)
        touched = np.union1d(self._settled, self._changed)
        kinds = new.kinds[new.places(touched)]
        order = [touched[kinds == int(Kind.MISSING)]]
        # Of a full run all pairs are met with their missing records already.
        if mode != "full":
            order.append(touched[kinds == int(Kind.FOUND)])
        self.records: Int32 = np.concatenate(order)
        self.changed_lists = len(touched)
        self._settled_pairs = PairsOfRecords(new, np.intersect1d(self._settled, self.records))
        self._lost_pairs = PairsOfRecords(_gone(base, new), self.records)
        self._offers = _Offers(results, lanes)

    def of_block(self, block: Block) -> ToStore:
        """What the block brings."""
        records = self.records[block.first : block.last]
        settled = records[np.isin(records, self._settled)]
        doubtful = self._doubtful(np.setdiff1d(records, settled))
        new = described(self._new, each_once(self._settled_pairs.keys(settled), doubtful), self._judge)
        old = described(self._base, doubtful, self._judge)
        whole = np.isin(new.missing, settled) | np.isin(new.found, settled)
        written = new.take(whole | _differs(new, old))
        fallen = old.keys[~np.isin(old.keys, new.keys)]
        kinds = self._new.kinds[self._new.places(settled)]
        return ToStore(
            settled[kinds == int(Kind.MISSING)].tolist(), settled[kinds == int(Kind.FOUND)].tolist(),
            self._found_pairs(written), frozenset(zip((fallen >> 32).tolist(), (fallen & 0xFFFFFFFF).tolist(),
            strict=True)), _digest(written, fallen),
        )  # fmt: skip

    def _doubtful(self, changed: Int32) -> Int64:
        """Keys of the pairs on changed lists, before or now, of which anything can be otherwise; int64 (p,), rising.

        A pair of a changed list that is on neither is what it was, unless it is on the other's list and that changed.
        """
        listed = [own_keys(lists, changed) for lists in (self._new, self._base)]
        keys = each_once(*listed, self._lost_pairs.keys(changed))
        still = np.flatnonzero(~np.isin(keys >> 32, self._changed))
        settled = on_missing_list(self._new, keys[still])
        for lists in (self._new, self._base):
            settled &= ~lifted_for_found(lists, keys[still])
        unchanged = still[settled]
        return np.delete(keys, unchanged)

    def _found_pairs(self, pairs: ListedPairs) -> list[FoundPair]:
        places = self._levels(pairs)
        texts = texts_of(np.where(places == UNKNOWN, 0, places), self._tables)
        known = (places != UNKNOWN).all(axis=1).tolist()
        columns = (pairs.missing, pairs.found, pairs.weight, pairs.probability, pairs.verdict)
        return [
            FoundPair(missing, found, weight, chance, VERDICTS[verdict], text if sure else "")
            for missing, found, weight, chance, verdict, text, sure in zip(
                *(column.tolist() for column in columns), texts, known, strict=True
            )
        ]

    def _levels(self, pairs: ListedPairs) -> npt.NDArray[np.uint8]:
        """Levels of pairs, uint8 (p, columns), as this run saw them; UNKNOWN where it did not."""
        out = self._offers.levels(pairs.keys)
        for result in self._results.values():
            numbers = result.found.numbers
            if len(numbers):
                place = np.minimum(np.searchsorted(numbers, pairs.owner), len(numbers) - 1)
                # Beyond them stand those of the lane alone.
                mine = (numbers[place] == pairs.owner) & (pairs.rank < result.found.others.shape[1])
                out[mine] = result.found.levels[place[mine], pairs.rank[mine]]
        return out


def _gone(base: Lists, new: Lists) -> Lists:
    """The lists of records that have none any more."""
    here = np.zeros(1 + int(max(base.numbers.max(initial=0), new.numbers.max(initial=0))), dtype=np.bool_)
    here[new.numbers] = True
    return taken(base, np.flatnonzero(~here[base.numbers]))


class _Offers:
    """Levels of the pairs that were offered, or seen in a photo lane, by key."""

    def __init__(self, results: Mapping[Kind, Results], lanes: SeenLanes) -> None:
        parts = [(kind, results[kind].found) for kind in Kind]
        keys = [_offer_keys(kind, found.offers) for kind, found in parts] + [lanes.keys]
        seen = [found.offer_levels for _, found in parts]
        levels = np.concatenate([*seen, lanes.levels.reshape(-1, seen[0].shape[1])])
        every = np.concatenate(keys)
        order = np.argsort(every, kind="stable")
        self._keys, self._levels = every[order], levels[order]

    def levels(self, keys: Int64) -> npt.NDArray[np.uint8]:
        out = np.full((len(keys), self._levels.shape[1]), UNKNOWN, dtype=np.uint8)
        if len(self._keys):
            place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            known = self._keys[place] == keys
            out[known] = self._levels[place[known]]
        return out


def _offer_keys(kind: Kind, offers: Int32) -> Int64:
    mine, theirs = (0, 1) if kind is Kind.MISSING else (1, 0)
    return offers[:, mine].astype(np.int64) << 32 | offers[:, theirs].astype(np.int64)


def _differs(new: ListedPairs, old: ListedPairs) -> npt.NDArray[np.bool_]:
    """New pairs that did not stand on a list before, or with another weight or verdict."""
    if not len(old):
        return np.ones(len(new), dtype=np.bool_)
    place = np.minimum(np.searchsorted(old.keys, new.keys), len(old) - 1)
    same = (old.keys[place] == new.keys) & (old.weight[place] == new.weight)
    return np.asarray(~(same & (old.verdict[place] == new.verdict)))


def _digest(written: ListedPairs, fallen: Int64) -> str:
    digest = hashlib.sha256()
    for array in (written.keys, written.weight, written.verdict, fallen):
        digest.update(np.ascontiguousarray(array).tobytes())
        digest.update(len(array).to_bytes(8, "little"))
    return digest.hexdigest()
