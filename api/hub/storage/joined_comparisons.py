"""Comparisons joined with their two records, for the queries of `comparisons` and `masked_parts`."""

from sqlalchemy import ColumnElement, and_

from api.hub.storage.masked_tables import comparisons
from api.hub.storage.matching import ACTIVE
from api.hub.storage.tables import partitions, records

SIDES = ("missing", "found")
"""Names of the two sides; the columns of each begin with its name."""
MISSING, FOUND = records.alias("missing"), records.alias("found")
OF_SIDE = {"missing": MISSING, "found": FOUND}
OWNER = {"missing": comparisons.c.reporter_id, "found": comparisons.c.custodian_id}
"""Whose part each side is."""

AS_PLANNED = and_(
    MISSING.c.state == ACTIVE, FOUND.c.state == ACTIVE, MISSING.c.version == comparisons.c.missing_version,
    FOUND.c.version == comparisons.c.found_version,
)
"""The condition that both records are what the comparison was planned for."""
JOINED = (
    comparisons.join(MISSING, comparisons.c.missing_id == MISSING.c.id)
    .join(FOUND, comparisons.c.found_id == FOUND.c.id)
    .join(partitions, comparisons.c.partition_id == partitions.c.id)
)


def unsent(side: str) -> ColumnElement[bool]:
    """The condition that a side's part has not come."""
    return comparisons.c[f"{side}_codes"].is_(None)


def other_side(side: str) -> str:
    """The name of the other side."""
    return SIDES[1 - SIDES.index(side)]
