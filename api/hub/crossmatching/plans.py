"""What a run is pinned to, besides the records: all that its outcome depends on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from api.hub.matching.options import MatchingOptions

Mode = Literal["incremental", "full"]


@dataclass(frozen=True)
class Plan:
    """A run's mode, and what it is pinned to.

    mode       incremental searches dirty records alone, full searches all
    why        sentences that say why it is full; empty when incremental
    base       the run whose lists it begins with, None when it is full
    sequence   the last change of a record that it knows
    candidates the last number that a change of a candidate took before it began
    model_id   number of its model
    basis      numbers of missing and of found records that probabilities are computed with
    top, minimum, probable_from, possible_from  as in MatchingOptions
    matrix     SHA-256 of the agreement matrix
    dirty      numbers of dirty missing and dirty found records
    sampled    whether one sweep makes the lists of both kinds (see waves); a full run only
    snapshot   name of the pinned snapshot
    curve      SHA-256 of the photo curve, empty where photos weighed nothing
    files      SHA-256 of each file of the run's folder by name, the snapshot's own aside
    """

    mode: Mode
    why: tuple[str, ...]
    base: int | None
    sequence: int
    candidates: int
    model_id: int
    basis: tuple[int, int]
    top: int
    minimum: int
    probable_from: float
    possible_from: float
    matrix: str
    dirty: tuple[int, int] = (0, 0)
    sampled: bool = False
    snapshot: str = ""
    curve: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """For the database and the run's folder."""
        return json.dumps(asdict(self), sort_keys=True)

    def options(self, now: MatchingOptions) -> MatchingOptions:
        """Today's options with what the run is pinned to."""
        return replace(
            now, top=self.top, minimum=self.minimum, probable_from=self.probable_from, possible_from=self.possible_from
        )  # fmt: skip


def plan_from_json(text: str) -> Plan:
    """The inverse of `Plan.to_json`; ValueError for anything else."""
    try:
        values: dict[str, Any] = json.loads(text)
        for name in ("why", "basis", "dirty"):
            values[name] = tuple(values[name])
        return Plan(**values)
    except (TypeError, KeyError) as error:
        raise ValueError("not the plan of a run") from error
