"""GET /v1/holdings: what the hub has of the caller."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.hub.messages import answer
from api.hub.storage import records
from api.hub.wiring import TheHub, TheReader
from api.wire.names import REF_PATTERN
from api.wire.submissions import Holding, HoldingsPage

router = APIRouter()


@router.get("/v1/holdings", response_model=HoldingsPage)
def holdings(
    hub: TheHub,
    caller: TheReader,
    after: Annotated[str | None, Query(pattern=REF_PATTERN)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Response:
    """The caller's own records in open epochs, by ref; of a ref in several epochs, its highest version."""
    with hub.database.read() as conn:
        found = records.holdings(conn, caller.partner.id, after or "", limit + 1)
        counts = records.holding_counts(conn, caller.partner.id)
    items = [
        Holding(ref=ref, version=version, state=cast(Literal["active", "withdrawn", "erased"], state))
        for ref, version, state in found[:limit]
    ]
    return answer(HoldingsPage(counts=counts, items=items, next=items[-1].ref if len(found) > limit else None))
