"""What can be compared at all: agreements, kinds and views."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.reporting.queries import RecordGroup
from api.hub.storage.matching import ACTIVE
from api.hub.storage.partners import Partner
from matcher.profile import EncodingProfile
from matcher.views import Kind

LEAST_RECORDS = 20
"""Nothing is said about shares of fewer records."""
UNCOMPARED_SHARE = 0.05
"""Share of records without anything to be compared with from which it is an alarm."""
LOPSIDED = 100
"""Times as many records of one kind as of the other from which it is an alarm."""
LEAST_VIEWS = 3.0
"""Views of a record on average below which it is an alarm: two views seldom tell two children apart."""


def coverage(
    everyone: Sequence[Partner], groups: Iterable[RecordGroup], matrix: npt.NDArray[np.bool_],
    profile: EncodingProfile | None,
) -> dict[str, Any]:  # fmt: skip
    """Who may be compared with nobody, which records meet none of the other kind, and which views records have.

    alone       active partners that no agreement lets anybody else be compared with: [{"partner", "title", "records"}];
                empty where there is one partner only, whose own records meet each other
    uncompared  active records for which there is no record of the other kind that may be compared, of `records`
    views       share of active records by view, in the order of the profile, judged by the first row of each; a record
                of a child with several names has more rows. Empty when the profile is not known here.
    alarms      words: alone, uncompared, no-missing, no-found, lopsided, few-views

    Args:
        everyone: all partners.
        groups: records of the partition.
        matrix: who may be compared with whom, bool (holders, holders), by partner number.
        profile: that of the partition.
    """
    active = [group for group in groups if group.state == ACTIVE and group.kind is not None]
    counts = np.zeros((len(Kind), len(matrix)), dtype=np.int64)
    for group in active:
        assert group.kind is not None
        counts[group.kind, group.partner_id] += group.records
    total, uncompared = int(counts.sum()), _uncompared(counts, matrix)
    views, mean_views = _views(active, profile)
    found = {
        "records": total, "missing": int(counts[Kind.MISSING].sum()), "found": int(counts[Kind.FOUND].sum()),
        "alone": _alone(everyone, counts, matrix), "uncompared": uncompared, "views": views, "mean_views": mean_views,
    }  # fmt: skip
    return {**found, "alarms": _alarms(found)}


def _uncompared(counts: npt.NDArray[np.int64], matrix: npt.NDArray[np.bool_]) -> int:
    # Row k: how many records of the other kind a partner's records of kind k may be compared with.
    others = counts[::-1] @ matrix.astype(np.int64)
    return int(counts[others == 0].sum())


def _alone(
    everyone: Sequence[Partner], counts: npt.NDArray[np.int64], matrix: npt.NDArray[np.bool_]
) -> list[dict[str, Any]]:
    others = matrix & ~np.eye(len(matrix), dtype=np.bool_)
    active = [partner for partner in everyone if partner.state == "active"]
    return [
        {"partner": partner.name, "title": partner.title, "records": int(counts[:, partner.id].sum())}
        for partner in active if len(active) > 1 and not others[partner.id].any()
    ]  # fmt: skip


def _views(
    active: Iterable[RecordGroup], profile: EncodingProfile | None
) -> tuple[list[dict[str, Any]], float | None]:
    sizes: Counter[int] = Counter()
    for group in active:
        if group.presence is not None:
            sizes[int.from_bytes(bytes(group.presence), "little")] += group.records
    total = sizes.total()
    if profile is None or not total:
        return [], None
    shares = [
        {"view": parameters.view.value, "share": round(_having(sizes, place) / total, 4)}
        for place, parameters in enumerate(profile.views)
    ]
    return shares, round(sum(bits.bit_count() * count for bits, count in sizes.items()) / total, 2)


def _having(sizes: Counter[int], place: int) -> int:
    return sum(count for bits, count in sizes.items() if bits >> place & 1)


def _alarms(found: dict[str, Any]) -> list[str]:
    missing, reached = found["missing"], found["found"]
    many = found["records"] >= LEAST_RECORDS
    told = {
        "alone": any(partner["records"] for partner in found["alone"]),
        "uncompared": many and missing and reached and found["uncompared"] > UNCOMPARED_SHARE * found["records"],
        "no-missing": not missing,
        "no-found": not reached,
        "lopsided": many and 0 < LOPSIDED * min(missing, reached) < max(missing, reached),
        "few-views": many and found["mean_views"] is not None and found["mean_views"] < LEAST_VIEWS,
    }
    return [word for word, holds in told.items() if holds]
