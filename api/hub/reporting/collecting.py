"""All that the report needs from the database, as plain values that JSON can hold."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.reporting.candidate_counts import CandidateCounts
from api.hub.reporting.coverage import coverage
from api.hub.reporting.drifting import drift
from api.hub.reporting.freshness import freshness
from api.hub.reporting.queries import candidate_groups, partners_since, record_groups, top_weights
from api.hub.reporting.worklists import worklists
from api.hub.storage.agreements import WithinCountry, agreement_matrix
from api.hub.storage.partitions import by_id
from api.hub.storage.partners import everyone
from matcher.profile import PROFILES


def collect(
    conn: Connection, partition_id: int, now: datetime, before: Mapping[str, Any] | None, *,
    run: Mapping[str, Any] | None = None, within_country: WithinCountry = "agreement",
) -> dict[str, Any]:  # fmt: skip
    """What a run report says beside the run's own counts; no ref, code or mark is in it.

    Groups are formed by the database: memory grows with partners, offices, corridors and weights, not with candidates.

    Args:
        conn: a transaction that reads, or the one that ends the run.
        partition_id: the partition of the run.
        now: when it ended.
        before: the summary of the last run of the partition, None when this is the first.
        run: what this run knows of itself (model, mode, rate, seconds), to hold against the last; what it lacks and
            the database knows is counted here.
        within_country: as the settings have it.
    """
    people, groups = everyone(conn), record_groups(conn, partition_id)
    partition = by_id(conn, partition_id)
    counts = CandidateCounts(candidate_groups(conn, partition_id))
    matrix = agreement_matrix(conn, now.date(), within_country)
    covered = coverage(people, groups, matrix, PROFILES.get(partition.profile) if partition else None)
    reports, mean_bits = top_weights(conn, partition_id)
    collected = {
        "collected_at": now.isoformat(timespec="seconds"),
        "best": {"reports": reports, "mean_bits": round(mean_bits, 3)},
        "weights": counts.weights(),
        "corridors": counts.corridors(),
        "calibration": counts.calibration(),
        "freshness": freshness(conn, people, groups, partners_since(conn), now),
        "coverage": covered,
        "worklists": worklists(conn, people, partition_id, now),
    }
    own = {"missing": covered["missing"], "found": covered["found"], "candidates": counts.verdicts(), **(run or {})}
    return {**collected, "drift": drift({**own, "collected": collected}, before)}
