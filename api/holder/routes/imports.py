"""/v1/imports and /v1/export: files in, as jobs, and records out, as a stream."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ValidationError

from api.holder.gateway import Gateway
from api.holder.imports.export import MEDIA_TYPES, Format, export_records
from api.holder.imports.jobs import shown_job, shown_result
from api.holder.intake.entry import Source
from api.holder.intake.sight import sight_of
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After, Body, Kind, Page, RandomName
from api.holder.routes.uploads import Upload, received_upload
from api.holder.staff.sessions import Principal
from api.wire.problems import ProblemError

Limit = Annotated[int, Query(ge=1, le=500)]
Outcome = Literal["created", "updated", "unchanged", "rejected", "note"]

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind", "source"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV or XLSX, by its name."},
                        "kind": {"type": "string", "enum": ["missing", "found"]},
                        "source": {"type": "string"},
                    },
                }
            }
        },
    }
}


class ImportFields(Body):
    """The text parts of the form."""

    kind: Kind
    source: Source


def imports_router(gateway: Gateway) -> APIRouter:
    """The endpoints of imports and export."""
    router = APIRouter(prefix="/v1", tags=["imports"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.post("/imports", status_code=202, openapi_extra=_FORM)
    def begin(who: Caller, upload: Annotated[Upload, Depends(received_upload)]) -> JSONResponse:
        """Hand in a file; its rows become records in the background."""
        fields = _fields(upload)
        name = gateway.imports.add(upload.content, upload.suffix, fields.kind, fields.source, who.by, sight_of(who))
        gateway.worker.wake()
        job = shown_job(gateway.imports.status(name, sight_of(who)))
        return JSONResponse(job, 202, headers={"Location": f"/v1/imports/{name}"})

    @router.get("/imports", response_model=Page)
    def listed(who: Caller, after: After = None, limit: Limit = 50) -> dict[str, Any]:
        """Imports, newest first."""
        jobs = gateway.imports.page(after, limit + 1, sight_of(who))
        return {"items": [shown_job(job) for job in jobs[:limit]], "next": jobs[limit - 1].id if jobs[limit:] else None}

    @router.get("/imports/{name}")
    def status(name: RandomName, who: Caller) -> dict[str, Any]:
        """How far an import is."""
        return shown_job(gateway.imports.status(name, sight_of(who)))

    @router.get("/imports/{name}/rows", response_model=Page)
    def rows(
        name: RandomName, who: Caller, outcome: Outcome | None = None, after: After = None, limit: Limit = 100
    ) -> dict[str, Any]:
        """What became of each row, by its number in the file."""
        found = gateway.imports.results(name, outcome, after, limit + 1, sight_of(who))
        items = [shown_result(result) for result in found[:limit]]
        return {"items": items, "next": found[limit - 1].row if found[limit:] else None}

    @router.get("/export", response_class=StreamingResponse)
    def export(
        who: Caller, kind: Kind | None = None, form: Annotated[Format, Query(alias="format")] = "csv"
    ) -> StreamingResponse:
        """The gateway's own active records; nothing of who reported them."""
        headers = {"Content-Disposition": f'attachment; filename="records.{form}"', "Cache-Control": "no-store"}
        pieces = export_records(gateway.reader, kind, form, sight_of(who))
        return StreamingResponse(pieces, media_type=MEDIA_TYPES[form], headers=headers)

    return router


def _fields(upload: Upload) -> ImportFields:
    try:
        return ImportFields.model_validate(upload.fields)
    except ValidationError as error:
        names = sorted({str(each["loc"][0]) for each in error.errors(include_input=False) if each["loc"]})
        known = [name for name in names if name in ImportFields.model_fields]
        detail = "The parts kind (missing or found) and source have to be there and to fit, and no others."
        raise ProblemError("invalid-body", detail, parts=known) from None
