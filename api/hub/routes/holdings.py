"""GET /v1/holdings: what the hub has of the caller."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.messages import answer
from api.hub.storage import partitions, records
from api.hub.wiring import TheHub, TheReader
from api.wire.names import LABEL_PATTERN, REF_PATTERN
from api.wire.problems import ProblemError
from api.wire.submissions import Holding, HoldingsPage

router = APIRouter()
_UNKNOWN = "This hub has no such partition; name domain, epoch and profile as its policy does, or none of them."
LabelQuery = Annotated[str | None, Query(pattern=LABEL_PATTERN)]


@router.get("/v1/holdings", response_model=HoldingsPage)
def holdings(
    hub: TheHub,
    caller: TheReader,
    after: Annotated[str | None, Query(pattern=REF_PATTERN)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    domain: LabelQuery = None,
    epoch: LabelQuery = None,
    profile: LabelQuery = None,
) -> Response:
    """The caller's own records in open epochs, by ref; of a ref in several epochs, its highest version.

    With domain, epoch and profile, those of this one partition: during an overlap records are in two.
    """
    with hub.database.read() as conn:
        partition = _partition(conn, domain, epoch, profile)
        found = records.holdings(conn, caller.partner.id, after or "", limit + 1, partition)
        counts = records.holding_counts(conn, caller.partner.id, partition)
    items = [
        Holding(ref=ref, version=version, state=cast(Literal["active", "withdrawn", "erased"], state))
        for ref, version, state in found[:limit]
    ]
    return answer(HoldingsPage(counts=counts, items=items, next=items[-1].ref if len(found) > limit else None))


def _partition(conn: Connection, domain: str | None, epoch: str | None, profile: str | None) -> int | None:
    """The number of the partition that is asked about; None for all. ProblemError `unknown-epoch`."""
    if (domain, epoch, profile) == (None, None, None):
        return None
    for found in partitions.of_domain(conn, domain or ""):
        if (found.epoch, found.profile) == (epoch, profile):
            return found.id
    raise ProblemError("unknown-epoch", _UNKNOWN)
