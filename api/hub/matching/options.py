"""How a hub matches, taken from its settings."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from api.hub.probing.rules import ScreeningRules, screening_rules
from api.hub.settings import HubSettings
from api.hub.storage.agreements import WithinCountry
from matcher.photo_rules import within
from matcher.tables import UNITS_PER_BIT

VERDICTS = ("weak", "possible", "probable")
"""The steps of a verdict, lowest first."""


@dataclass(frozen=True)
class MatchingOptions:
    """Settings of the matcher.

    folder                    where index snapshots are kept, one folder for each partition
    top                       most candidates of a record, searched from its side
    minimum                   least match weight of a candidate, thousandths of a bit; inclusive
    probable_from             least probability of a probable candidate; inclusive, like possible_from
    threads                   of one search; None takes all processors
    snapshot_every_changes    changes of records after which a snapshot is due
    snapshot_every_seconds    seconds after which it is due when there was any change
    reopen_bits               how much more a rejected pair has to weigh, under a later version, to be proposed again
    review_hours              within which a custodian should have looked at a proposed candidate
    screening                 what is taken for probing
    approximate_from_rows     rows of the index from which on online search is approximate; None for never
    masked_requests           comparisons of a record in partitions that are compared under masks (api.hub.refining)
    masked_requests_backlog   the same while very many records wait
    """

    folder: Path
    top: int = 20
    minimum: int = 0
    probable_from: float = 0.9
    possible_from: float = 0.3
    within_country: WithinCountry = "agreement"
    threads: int | None = None
    snapshot_every_changes: int = 10_000
    snapshot_every_seconds: float = 600.0
    reopen_bits: float = 2.0
    review_hours: float = 72.0
    screening: ScreeningRules = field(default_factory=ScreeningRules)
    approximate_from_rows: int | None = None
    masked_requests: int = 2000
    masked_requests_backlog: int = 300

    @property
    def thresholds(self) -> tuple[float, float]:
        """Least probability of a possible candidate, and of a probable one."""
        return self.possible_from, self.probable_from

    def verdicts(
        self, probability: npt.NDArray[np.float64], limit: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.uint8]:
        """The verdict of pairs in three steps, held to their matcher.photo_rules.Limit; places in VERDICTS, uint8 (p,).

        A pair that no view speaks for is weak, however few others there are: sex and date alone tell a custodian
        nothing.
        """
        return within(np.searchsorted(np.array(self.thresholds), probability, side="right"), limit)


def matching_options(settings: HubSettings) -> MatchingOptions:
    """The matcher's part of a hub's settings."""
    return MatchingOptions(
        settings.data / "index", settings.match_top, round(settings.match_minimum_bits * UNITS_PER_BIT),
        settings.probable_from, settings.possible_from, settings.within_country, settings.threads,
        settings.snapshot_every_changes, settings.snapshot_every_minutes * 60,
        settings.reopen_bits, settings.review_hours, screening_rules(settings),
        settings.approximate_from_rows, settings.masked_requests, settings.masked_requests_backlog,
    )  # fmt: skip
