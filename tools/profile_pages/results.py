"""What `benchmarks/leakage.py` found, as its JSON has it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import InputError

RECALL, ATTACKS, WEAK = "Recall", "Attacks", "Weak codes"
"""Tables of the results: recall and attacks by profile, and the same attacks on codes known to be weak."""
ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "benchmarks" / "results" / "leakage.json"

Row = Mapping[str, Any]
AttackKey = tuple[str, str, int, str]


@dataclass(frozen=True)
class Results:
    """One run of the red team.

    recall   rows by profile: what was compared, and the recall at each rank
    attacks  rows of findings by profile
    weak     rows of findings by weak code
    run      seed, machine and sizes
    """

    recall: Sequence[Row]
    attacks: Sequence[Row]
    weak: Sequence[Row]
    run: Row

    def of(self, profile: str) -> list[Row]:
        """The attacks on one profile's codes, in the order they were run."""
        return [row for row in self.attacks if row["target"] == profile]

    def weakest(self, row: Row) -> Row | None:
        """The most that the same attack got out of a weak code; None when it was run on none."""
        same = [other for other in self.weak if key_of(other) == key_of(row)]
        return max(same, key=lambda other: float(other["figure"]), default=None)


def key_of(row: Row) -> AttackKey:
    """What makes two findings comparable."""
    return row["attack"], row["given"], int(row["records"]), row["measure"]


def read_results(file: Path = FILE) -> Results:
    """The results of a run; InputError when the file is not there or not of this benchmark."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        tables = content["tables"]
        run = {**content["parameters"], "machine": content["machine"]}
        return Results(tables[RECALL], tables[ATTACKS], tables[WEAK], run)
    except (OSError, ValueError, KeyError):
        raise InputError(f"{file.name} has no results of the red team; run `make bench-leakage`.") from None
