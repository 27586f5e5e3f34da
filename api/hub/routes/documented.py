"""What the description of the API tells beyond FastAPI's own reading: bodies are parsed after their signature."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, TypeAdapter

from api.wire.cards import PartnerCard
from api.wire.decisions import Decision, OfficerKey
from api.wire.directory import DirectoryEntry
from api.wire.items import ITEM
from api.wire.links import Word
from api.wire.masked import MaskedAnswers
from api.wire.messages import DeliveryReceipt, Envelope
from api.wire.partners import Enrolment
from api.wire.problems import PROBLEM_TYPES, TYPE_PREFIX
from api.wire.retention import HoldRequest
from api.wire.submissions import Submission

_COMPONENTS = "#/components/schemas/"
_TEMPLATE = _COMPONENTS + "{model}"


def body_of(cls: type[BaseModel]) -> dict[str, Any]:
    """The part of an operation that names the schema of its body."""
    content = {"application/json": {"schema": {"$ref": _COMPONENTS + cls.__name__}}}
    return {"requestBody": {"required": True, "content": content}}


def document(app: FastAPI) -> None:
    """Let the application describe bodies, items and problems in full."""

    def described() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    adapters: dict[str, TypeAdapter[Any]] = {
        "Item": ITEM, "Submission": TypeAdapter(Submission), "Enrolment": TypeAdapter(Enrolment),
        "PartnerCard": TypeAdapter(PartnerCard), "Envelope": TypeAdapter(Envelope),
        "DeliveryReceipt": TypeAdapter(DeliveryReceipt), "Word": TypeAdapter(Word),
        "DirectoryEntry": TypeAdapter(DirectoryEntry), "HoldRequest": TypeAdapter(HoldRequest),
        "Decision": TypeAdapter(Decision), "OfficerKey": TypeAdapter(OfficerKey),
        "MaskedAnswers": TypeAdapter(MaskedAnswers),
    }  # fmt: skip
    for name, adapter in adapters.items():
        found = adapter.json_schema(ref_template=_TEMPLATE)
        schemas |= found.pop("$defs", {})
        schemas[name] = found
    schemas["Submission"]["properties"]["items"]["items"] = {"$ref": _COMPONENTS + "Item"}
    schemas["Problem"] = _problem()
    for operation in (operation for path in schema["paths"].values() for operation in path.values()):
        problem = {"schema": {"$ref": _COMPONENTS + "Problem"}}
        content = {"application/problem+json": problem}
        operation["responses"]["default"] = {"description": "A problem document (RFC 9457)", "content": content}
    return schema


def _problem() -> dict[str, Any]:
    kinds = [TYPE_PREFIX + kind for kind in PROBLEM_TYPES]
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": kinds},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "One sentence that says what to do."},
        },
    }


_DESCRIPTION = (
    "The exchange between gateways. Every request but GET /v1/hub is signed (RFC 9421, Ed25519) over @method, @path,"
    " @query, content-digest, date and milap-recipient, with the parameters created, nonce, keyid, alg and tag"
    " milap-request; every answer to a verified request is signed by the hub with tag milap-response."
)
