"""Candidates counted by weight, by corridor and by stated probability."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from api.hub.reporting.queries import VERDICTS, CandidateGroup

DECILES = 10
ENOUGH_DECIDED = 30
"""Decided candidates of a decile below which nothing is said about it."""
DEVIATIONS = 3.0
"""Standard deviations by which matches may differ from what the probabilities stated before it is said."""


class CandidateCounts:
    """Adds up groups of candidates; as large as there are corridors times weights, however many candidates."""

    def __init__(self, groups: Iterable[CandidateGroup]) -> None:
        self._weights: dict[int, Counter[str]] = defaultdict(Counter)
        self._corridors: dict[tuple[str, str], Counter[str | int]] = defaultdict(Counter)
        self._deciles: list[Counter[str]] = [Counter() for _ in range(DECILES)]
        self._stated: list[defaultdict[str, float]] = [defaultdict(float) for _ in range(DECILES)]
        for group in groups:
            self._add(group)

    def _add(self, group: CandidateGroup) -> None:
        self._deciles[group.decile][group.fate] += group.candidates
        self._stated[group.decile][group.fate] += group.expected
        if group.fate == "proposed":
            self._weights[group.bit][group.verdict] += group.candidates
            corridor = self._corridors[group.missing, group.found]
            corridor[group.verdict] += group.candidates
            corridor[group.bit] += group.candidates

    def verdicts(self) -> dict[str, int]:
        """Proposed candidates by verdict."""
        return {verdict: sum(counts[verdict] for counts in self._weights.values()) for verdict in VERDICTS}

    def weights(self) -> list[dict[str, int]]:
        """Proposed candidates by whole bits of weight and verdict, lightest first; no row where there are none."""
        return [
            {"bit": bit, **{verdict: counts[verdict] for verdict in VERDICTS}}
            for bit, counts in sorted(self._weights.items())
        ]

    def corridors(self) -> list[dict[str, Any]]:
        """The same from one country's reports to another's children, largest corridor first; `bits`: [bit, count]."""
        listed = [
            {
                "missing": missing, "found": found, **{verdict: counts[verdict] for verdict in VERDICTS},
                "bits": sorted([key, count] for key, count in counts.items() if isinstance(key, int)),
            }
            for (missing, found), counts in self._corridors.items()
        ]  # fmt: skip
        return sorted(listed, key=lambda row: (-sum(row[v] for v in VERDICTS), row["missing"], row["found"]))

    def calibration(self) -> list[dict[str, Any]]:
        """By decile of stated probability, lowest first.

        candidates, expected  proposed ones, and how many of them are matches by their probabilities
        decided, stated       those that people decided, and how many of them were by their probabilities
        matches               verified or reunited; the others were rejected or disproved
        word                  agrees, claims-too-much, claims-too-little, too-few (decided)
        """
        return [self._decile(at) for at in range(DECILES)]

    def _decile(self, at: int) -> dict[str, Any]:
        counts, stated = self._deciles[at], self._stated[at]
        decided, claimed = counts["match"] + counts["other"], stated["match"] + stated["other"]
        return {
            "from": at / DECILES, "to": (at + 1) / DECILES, "candidates": counts["proposed"],
            "expected": round(stated["proposed"], 3), "decided": decided, "stated": round(claimed, 3),
            "matches": counts["match"], "word": judged(decided, claimed, counts["match"]),
        }  # fmt: skip


def judged(decided: int, stated: float, matches: int) -> str:
    """Whether so many matches fit the stated sum: the binomial deviation is that of candidates of equal probability."""
    if decided < ENOUGH_DECIDED:
        return "too-few"
    share = min(1.0, stated / decided)
    # Half a candidate is added on each side, or certainty would allow no deviation at all.
    spread = DEVIATIONS * (decided * share * (1 - share)) ** 0.5 + 0.5
    if abs(matches - stated) <= spread:
        return "agrees"
    return "claims-too-much" if matches < stated else "claims-too-little"
