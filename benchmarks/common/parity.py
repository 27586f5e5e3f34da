"""Recall by group of children, and whether what is known of a group's records explains a gap.

Every true pair belongs to a stratum of causes: whether its records hold the child's own name, in how many of them each
parent is named, and down to which level both know the home. The recall that all pairs have at the causes of a group
(indirect standardisation) says how much of the group's gap these causes bring; the recall of the group at the causes of
all pairs (direct standardisation) says the same the other way round, where the strata overlap.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from encoder.record import RawRecord

GROUPS = (
    "sex", "age_band", "script_pair", "country", "cross_border", "moved_state", "disability", "name_type", "lag_band",
    "duplicate_report", "transferred",
)  # fmt: skip
"""Columns of the population's facts by which recall is told apart; all further ones are flags of corruption."""

IDS = ("missing_id", "found_id")
MARGIN = 0.03
LEAST_OVERLAP = 0.5
"""Share of all pairs whose strata a group has to hold before it is weighted to their mix."""

NOT_OWN = frozenset({"staff", "renamed", "none", "nickname"})
TOO_FEW = "too few pairs: the interval reaches the margin"
FEWEST = 20
"""Labels with fewer true pairs are told together, and groups with fewer judged by nothing."""

RARER = "rarer ones together"
Z_95 = 1.96
Causes = Mapping[str, str]
Hits = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """One group of true pairs.

    recall, low, high  share found, with its 95 % Wilson interval
    expected           recall of all pairs at the causes of the group
    reweighted         recall of the group at the causes of all pairs; None where the strata overlap too little
    gap                recall less that of all pairs
    explained          whether the gap is within MARGIN, or within it of what is expected, or too few pairs show it
    explanation        what stands out most, empty without a gap
    """

    name: str
    pairs: int
    recall: float
    low: float
    high: float
    gap: float
    expected: float
    reweighted: float | None
    explained: bool
    explanation: str


def parity(hits: Hits, groups: Mapping[str, Sequence[str]], causes: Sequence[Causes]) -> list[Group]:
    """Every group of every kind: hits bool (t,), labels and causes of the t true pairs."""
    strata = [tuple(cause.values()) for cause in causes]
    by_stratum = _recall_by(strata, hits)
    share = {stratum: count / len(hits) for stratum, count in Counter(strata).items()}
    found = []
    for kind, labels in groups.items():
        for label in sorted(set(labels)):
            places = [i for i, other in enumerate(labels) if other == label]
            found.append(_group(f"{kind}: {label}", places, hits, strata, by_stratum, share, causes))
    return found


def _group(
    name: str, places: list[int], hits: Hits, strata: Sequence[tuple[str, ...]],
    by_stratum: Mapping[tuple[str, ...], float], share: Mapping[tuple[str, ...], float], causes: Sequence[Causes],
) -> Group:
    mean, found = float(hits.mean()), int(hits[places].sum())
    recall = found / len(places)
    low, high = wilson(found, len(places))
    expected = float(np.mean([by_stratum[strata[i]] for i in places]))
    own = _recall_by([strata[i] for i in places], hits[places])
    overlap = sum(share[stratum] for stratum in own)
    reweighted = sum(share[s] * r for s, r in own.items()) / overlap if overlap >= LEAST_OVERLAP else None
    gap = recall - mean
    under, too_few = gap < -MARGIN, len(places) < FEWEST or high >= mean - MARGIN
    like_others = recall >= expected - MARGIN or (reweighted is not None and reweighted >= mean - MARGIN)
    told = TOO_FEW if too_few and not like_others else _most_apart(places, causes)
    return Group(
        name, len(places), recall, low, high, gap, expected, reweighted, not under or like_others or too_few,
        told if under else "",
    )


def wilson(found: int, pairs: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); from 0 to 1 for no pairs."""
    if not pairs:
        return 0.0, 1.0
    share, square = found / pairs, Z_95**2 / pairs
    middle = share + square / 2
    half = sqrt(square * (share * (1 - share) + square / 4))
    return (middle - half) / (1 + square), (middle + half) / (1 + square)


def labels_of(facts: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Labels of t true pairs, at least one, by kind of group; of a flag of corruption, whether it is set."""
    flags = [column for column in facts[0] if column not in (*IDS, *GROUPS)]
    labels = {column: [line[column] for line in facts] for column in (*GROUPS, *flags)}
    scripts = [set(pair.split("-")) for pair in labels["script_pair"]]
    return {"another_script": ["yes" if len(pair) > 1 else "no" for pair in scripts]} | {
        column: _rarer_together(of) for column, of in labels.items()
    }


def _rarer_together(labels: Sequence[str]) -> list[str]:
    count = Counter(labels)
    rare = {label for label, pairs in count.items() if pairs < FEWEST}
    return [RARER if label in rare and len(rare) > 1 else label for label in labels]


def causes_of(missing: RawRecord, found: RawRecord, name_type: str) -> dict[str, str]:
    """What both records of a true pair hold of what finds a child.

    name_type  of the population's facts; one of NOT_OWN says that the found record has another name than the child's
    """
    parents = bool(missing.father_name and found.father_name) + bool(missing.mother_name and found.mother_name)
    levels = ("home_village", "home_district", "home_state")
    home = next((level[5:] for level in levels if getattr(missing, level) and getattr(found, level)), "not known")
    return {
        "name": name_type if name_type in NOT_OWN else "the child's own",
        "parents named in both": str(parents),
        "home known in both to": home,
    }


def _most_apart(places: Sequence[int], causes: Sequence[Causes]) -> str:
    """The value of a cause whose share in the group exceeds its share in all pairs most."""
    here = Counter(item for i in places for item in causes[i].items())
    everywhere = Counter(item for cause in causes for item in cause.items())
    shares = {item: (count / len(places), everywhere[item] / len(causes)) for item, count in here.items()}
    (cause, value), (inside, outside) = max(shares.items(), key=lambda item: (item[1][0] - item[1][1], item[0]))
    return f"{cause}: {value}, {inside:.0%} of the group, {outside:.0%} of all"


def _recall_by(strata: Sequence[tuple[str, ...]], hits: Hits) -> dict[tuple[str, ...], float]:
    total = Counter(strata)
    found = Counter(stratum for stratum, hit in zip(strata, hits.tolist(), strict=True) if hit)
    return {stratum: found[stratum] / count for stratum, count in total.items()}
