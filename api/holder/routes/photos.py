"""/v1/records/{ref}/photos: photos of a record, and which face is the child's."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from api.holder.gateway import Gateway
from api.holder.intake.sight import sight_of
from api.holder.photos.taken import said_of
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After, Body, Page, RandomName
from api.holder.routes.uploads import Upload, received_upload
from api.holder.staff.sessions import Principal
from api.wire.problems import ProblemError

PHOTOS_PATH = "/v1/records/*/photos"
"""Where files come in, for the limits of bodies."""
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PARTS = ("taken", "progressed")

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "JPEG, PNG, WebP or HEIC."},
                        "taken": {"type": "string", "description": "A date, or the age of the child in whole years."},
                        "progressed": {
                            "type": "string", "enum": ["yes", "no"],
                            "description": "Whether it shows the child as it might look by now.",
                        },
                    },
                }
            }
        },
    }
}


class FaceBody(Body):
    """PUT /v1/records/{ref}/photos/{photo}/face."""

    face: Annotated[int, Field(ge=0, le=1000, strict=True)]
    """Place in the list `faces`, from 0."""


def photos_router(gateway: Gateway) -> APIRouter:
    """The endpoints of photos."""
    router = APIRouter(prefix="/v1/records/{ref}/photos", tags=["photos"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.post("", status_code=201, openapi_extra=_FORM)
    def add(ref: RandomName, who: Caller, upload: Annotated[Upload, Depends(received_upload)]) -> JSONResponse:
        """Add a photo: 201 with what it shows, or why it cannot be used; 200 when the record has this very file."""
        if any(name not in _PARTS for name in upload.fields):
            raise ProblemError("invalid-body", "The form has the parts file, taken and progressed, and no others.")
        said = said_of(*(upload.fields.get(name) for name in _PARTS))
        written = gateway.photos.add(ref, upload.content, said, who.by, sight_of(who))
        headers = {"Location": f"/v1/records/{ref}/photos/{written.shown['photo']}"} if written.is_new else {}
        return JSONResponse(written.body, 201 if written.is_new else 200, headers=headers | _PRIVATE)

    @router.get("", response_model=Page)
    def listed(
        ref: RandomName, who: Caller, after: After = None, limit: Annotated[int, Query(ge=1, le=50)] = 50
    ) -> dict[str, Any]:
        """Photos of a record in the order in which they came; no picture is in the answer."""
        page = gateway.photo_viewer.listed(ref, after, limit, sight_of(who))
        return {"items": page.items, "next": page.next}

    @router.get("/{photo}")
    def read(ref: RandomName, photo: RandomName, who: Caller) -> dict[str, Any]:
        """What was read of a photo: faces as shares of the upright picture, quality, and why it cannot be used."""
        return gateway.photo_viewer.show(ref, photo, sight_of(who))

    @router.get("/{photo}/thumbnail", response_class=Response)
    def thumbnail(ref: RandomName, photo: RandomName, who: Caller) -> Response:
        """A small upright JPEG without metadata."""
        content = gateway.photo_viewer.thumbnail(ref, photo, sight_of(who))
        return Response(content, media_type="image/jpeg", headers=_PRIVATE)

    @router.get("/{photo}/original", response_class=Response)
    def original(ref: RandomName, photo: RandomName, who: Caller) -> Response:
        """The file as it came in, metadata and all; who looked stands in the audit log."""
        file = gateway.photo_viewer.original(ref, photo, who.by, sight_of(who))
        headers = {**_PRIVATE, "Content-Disposition": 'attachment; filename="photo"'}
        return Response(file.content, media_type=file.media_type, headers=headers)

    @router.put("/{photo}/face")
    def choose_face(ref: RandomName, photo: RandomName, body: FaceBody, who: Caller) -> dict[str, Any]:
        """Say which of several faces is the child's."""
        return gateway.photos.choose_face(ref, photo, body.face, who.by, sight_of(who)).body

    @router.delete("/{photo}", status_code=204)
    def remove(ref: RandomName, photo: RandomName, who: Caller) -> Response:
        """Leave nothing of a photo, and take its code out of the hub."""
        gateway.photos.remove(ref, photo, who.by, sight_of(who))
        return Response(status_code=204)

    return router
