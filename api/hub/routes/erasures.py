"""GET /v1/erasures/{ref}: the proof that a record was erased."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.hub.messages import answer
from api.hub.retention.erasing import erasure_of
from api.hub.wiring import TheHub, TheReader
from api.wire.names import REF_PATTERN
from api.wire.retention import Erasure

router = APIRouter()


@router.get("/v1/erasures/{ref}", response_model=Erasure)
def erasure(ref: Annotated[str, Path(pattern=REF_PATTERN)], hub: TheHub, caller: TheReader) -> Response:
    """The audit leaf of the erasure of one of the caller's records, its inclusion proof and the signed checkpoint."""
    with hub.database.read() as conn:
        return answer(erasure_of(conn, hub.settings.name, caller.partner.id, ref))
