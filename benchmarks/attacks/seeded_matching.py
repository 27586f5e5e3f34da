"""Graph matching with known pairs: the attacker knows the codes of some records beforehand."""

from collections.abc import Sequence

import numpy as np

from benchmarks.attacks.finding import Finding
from benchmarks.attacks.graph_matching import ROUNDS, match_lists, scored
from benchmarks.attacks.lists import draw_lists, most_records
from benchmarks.attacks.setting import Target

PAIRS = (50, 200, 1_000)
OVERLAP = 1.0


def seeded_matching(
    target: Target, *, rng: np.random.Generator, pairs: Sequence[int] = PAIRS, overlap: float = OVERLAP,
    records: int | None = None, rounds: int = ROUNDS, open_attributes: bool = False,
) -> list[Finding]:
    """Attack a target with a plain list that overlaps it and so many known pairs among the common records.

    Args:
        target: the codes and, for the plain list, the bags.
        rng: draws lists, known pairs and rehearsals.
        pairs: numbers of known pairs, each attacked by itself; those that leave no common record are passed over.
        overlap: share of the lists that is common.
        records: length of each list; the most that the target has records for by default.
        rounds: rounds of voting.
        open_attributes: whether sex, birth band and quarter are compared as well.

    Returns:
        As of `graph_matching`, for each number of pairs; the known ones do not count.
    """
    records = most_records(target, overlap) if records is None else records
    findings = []
    for known in pairs:
        lists = draw_lists(target, records, overlap, rng, open_attributes)
        common = np.flatnonzero(lists.common)
        if known >= len(common):
            continue
        encoded = rng.choice(common, known, replace=False)
        matching = match_lists(target, lists, overlap, rng, rounds, (encoded, lists.truth[encoded]))
        counted = np.ones(records, dtype=np.bool_)
        counted[encoded] = False
        given = f"{known:,} known pairs, {overlap:.0%} overlap" + (", open attributes" if open_attributes else "")
        findings += scored("seeded graph matching", given, lists, matching, counted)
    return findings
