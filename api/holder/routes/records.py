"""/v1/records: intake, reading and searching."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import JSONResponse

from api.holder.gateway import Gateway
from api.holder.intake.content import ReporterDetails
from api.holder.intake.entry import Entry, Source, entry_of
from api.holder.intake.looking import RecordQuery
from api.holder.intake.retries import RetryKey, retry_key
from api.holder.routes.access import require
from api.holder.routes.bodies import (
    After,
    Body,
    Kind,
    Page,
    RandomName,
    Receipt,
    RecordBody,
    RecordState,
    SearchBody,
    WithdrawalBody,
)
from api.holder.routes.conditions import answered, etag, known_versions, version_required
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal

IdempotencyKey = Annotated[str | None, Header(description="Sent again with the same request, the same answer.")]
IfMatch = Annotated[str | None, Header(description="The version that the change is made to, such as \"3\".")]


def records_router(gateway: Gateway) -> APIRouter:
    """The endpoints of records."""
    router = APIRouter(prefix="/v1/records", tags=["records"])
    Writer = Annotated[Principal, Depends(require(gateway.sessions, Scope.RECORDS_WRITE))]  # noqa: N806
    Reader = Annotated[Principal, Depends(require(gateway.sessions, Scope.RECORDS_READ))]  # noqa: N806
    Eraser = Annotated[Principal, Depends(require(gateway.sessions, Scope.RECORDS_ERASE))]  # noqa: N806
    Auditor = Annotated[Principal, Depends(require(gateway.sessions, Scope.CHANGES_READ))]  # noqa: N806

    def retry(who: Principal, key: str | None, *request: str, body: Body) -> RetryKey | None:
        text = json.dumps(body.model_dump(), sort_keys=True)
        return retry_key(gateway.vault, who.token_id, key, *request, text)

    @router.post("", status_code=201, response_model=Receipt, responses={200: {"model": Receipt}})
    def create(body: RecordBody, who: Writer, idempotency_key: IdempotencyKey = None) -> JSONResponse:
        """Store a new record; the same case number with the same content gives the record that is there."""
        again = retry(who, idempotency_key, "POST", body=body)
        return answered(gateway.records.create(_entry(body), who.by, again))

    @router.get("", response_model=Page)
    def listed(
        who: Reader, kind: Kind | None = None, state: RecordState | None = None, source: Source | None = None,
        after: After = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Records, newest first."""
        query = RecordQuery(kind=kind, state=state, source=source)
        found = gateway.reader.search(query, after, limit, reporters=who.may(Scope.REPORTERS_READ))
        return {"items": found.items, "next": found.next}

    @router.post("/search", response_model=Page)
    def search(body: SearchBody, who: Reader) -> dict[str, Any]:
        """Records by case number, exactly, or by a name in any script; newest first."""
        query = RecordQuery(body.case_number or None, body.name or None, body.kind, body.state, body.source)
        found = gateway.reader.search(query, body.after, body.limit, reporters=who.may(Scope.REPORTERS_READ))
        return {"items": found.items, "next": found.next}

    @router.get("/{ref}")
    def read(ref: RandomName, who: Reader, response: Response) -> dict[str, Any]:
        """One record with its content; the reporter for those alone who may know."""
        found = gateway.reader.read(ref, reporters=who.may(Scope.REPORTERS_READ))
        response.headers["ETag"] = etag(found["version"])
        return found

    @router.put("/{ref}", response_model=Receipt)
    def update(
        ref: RandomName, body: RecordBody, who: Writer, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
    ) -> JSONResponse:
        """Replace a whole record, at the version that If-Match names."""
        versions = known_versions(if_match)
        if versions is None:
            raise version_required()
        again = retry(who, idempotency_key, "PUT", ref, body=body)
        entry = _entry(body, keeps_reporter="reporter" not in body.model_fields_set)
        return answered(gateway.records.update(ref, entry, versions, who.by, again))

    @router.post("/{ref}/withdraw", response_model=Receipt)
    def withdraw(
        ref: RandomName, body: WithdrawalBody, who: Writer, if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> JSONResponse:  # fmt: skip
        """Take a record out of matching, here and at the hub."""
        again = retry(who, idempotency_key, "WITHDRAW", ref, body=body)
        return answered(gateway.records.withdraw(ref, body.reason, known_versions(if_match), who.by, again))

    @router.delete("/{ref}", response_model=Receipt)
    def erase(ref: RandomName, who: Eraser) -> JSONResponse:
        """Leave nothing of a record but that it was; the hub is told to do the same."""
        return answered(gateway.records.erase(ref, who.by))

    @router.get("/{ref}/changes")
    def changes(ref: RandomName, who: Auditor) -> dict[str, Any]:
        """Who changed a record, and when; never what it said."""
        found = gateway.reader.changes(ref)
        return {
            "items": [
                {"version": each.version, "what": each.what, "by": each.by, "at": each.at.isoformat()}
                for each in found
            ]
        }

    return router


def _entry(body: RecordBody, keeps_reporter: bool = False) -> Entry:
    given = body.reporter
    reporter = None if given is None else ReporterDetails(given.name, given.phone, given.relation, given.undisclosed)
    return entry_of(body.record, body.source, body.office or None, reporter, keeps_reporter)
