"""Lists of records whose pairs were compared under masks: who stands on them, how probable, and with what verdict.

A list is what is known so far: the candidates that are stored, and what was measured just now.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from api.hub.crossmatching.on_lists import Judge
from api.hub.matching.match import FoundPair
from api.hub.matching.options import VERDICTS
from api.hub.refining.measuring import Key, Measured
from api.hub.storage.matched import StoredCandidate
from matcher.photo_rules import Limit
from matcher.views import Kind


@dataclass(frozen=True)
class _Entry:
    """A pair on a list: weight in thousandths of a bit; what was measured just now, or the candidate that is stored."""

    key: Key
    weight: int
    measured: Measured | None = None
    stored: StoredCandidate | None = None


@dataclass(frozen=True)
class _Listed:
    """Lists of one kind: of every record its entries, the best first, `top` at most; and the probability of each."""

    lists: Mapping[int, Sequence[_Entry]]
    probability: Mapping[Key, float]


def standing(measured: Sequence[Measured], stored: Iterable[StoredCandidate], judge: Judge) -> list[FoundPair]:
    """Of the measured pairs those that stand on a list of either side, and their rivals whose probability changes.

    A pair stands that weighs `options.minimum` at least and is among the best `options.top` of its missing or of its
    found record. If it is on both lists, the missing record's says how probable it is, so that rivals are those on the
    lists of missing records. The verdict of a rival, which is not measured again, may fall, and never rises.

    Args:
        measured: each pair once.
        stored: all candidates of the records of those pairs that weigh enough, as far as they stand.
        judge: thresholds, and how many records there are; its model is that of the measured pairs.
    """
    enough = [_Entry(each.key, each.weight, each) for each in measured if each.weight >= judge.options.minimum]
    known = {entry.key for entry in enough}
    rivals = [_Entry((old.missing_id, old.found_id), old.weight, stored=old) for old in stored]
    entries = {entry.key: entry for entry in (*enough, *(rival for rival in rivals if rival.key not in known))}
    sides = [_lists(kind, entries.values(), {key[kind] for key in known}, judge) for kind in Kind]
    of_missing = [best for best in sides[Kind.MISSING].lists.values() if any(entry.measured for entry in best)]
    changed = {entry.key for best in of_missing for entry in best}
    changed |= known & sides[Kind.FOUND].probability.keys()
    return [_found(entries[key], sides, judge) for key in sorted(changed)]


def _lists(kind: Kind, entries: Iterable[_Entry], owners: Collection[int], judge: Judge) -> _Listed:
    lists: dict[int, list[_Entry]] = {}
    for entry in entries:
        if entry.key[kind] in owners:
            lists.setdefault(entry.key[kind], []).append(entry)
    best = {
        number: sorted(found, key=lambda entry: (-entry.weight, entry.key))[: judge.options.top]
        for number, found in lists.items()
    }  # fmt: skip
    flat = [(place, entry) for place, found in enumerate(best.values()) for entry in found]
    owner = np.array([place for place, _ in flat], dtype=np.int64)
    weight = np.array([entry.weight for _, entry in flat], dtype=np.int32)
    probability = judge.probabilities(kind, owner, weight).tolist()
    return _Listed(best, {entry.key: chance for (_, entry), chance in zip(flat, probability, strict=True)})


def _found(entry: _Entry, sides: Sequence[_Listed], judge: Judge) -> FoundPair:
    kind = next(kind for kind in Kind if entry.key in sides[kind].probability)
    chance = sides[kind].probability[entry.key]
    limit = Limit.NONE if entry.measured is None else entry.measured.limit[kind]
    step = int(judge.options.verdicts(np.array([chance]), np.array([limit], dtype=np.uint8))[0])
    if entry.stored is not None:
        step = min(step, VERDICTS.index(entry.stored.verdict))
    levels = "" if entry.measured is None else entry.measured.levels
    return FoundPair(*entry.key, entry.weight, chance, VERDICTS[step], levels)
