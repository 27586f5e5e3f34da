"""What a release needs beyond its place in the table: an order on record, and two people who sign for it."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import officers
from api.hub.storage.alarms import stopped_ids
from api.hub.storage.candidates import CandidateRow
from api.hub.storage.partners import Partner
from api.wire.decisions import RELEASE, Decision, OfficerSignature, release_statement
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey

_NO_ORDER = "A release needs the mark of the order that it is made under; enter the order and sign again."
_NOT_TWO = "A release needs the signatures of two different officers; have a second person sign."
_UNKNOWN = (
    "An officer who signed is not confirmed at this hub, was revoked, or signed something else; have an active officer"
    " sign the candidate as it stands."
)
_STOPPED = "The hub's operator has to clear the missing report before anything about it can be released."


def require_release(
    conn: Connection, row: CandidateRow, decision: Decision, custodian: Partner, hub: str, now: datetime
) -> None:
    """Order, two different active officers of the custodian who signed for this very state, and no alarm.

    Raises:
        ProblemError: `order-required`, `second-person-required`, `officer-unknown` or `release-stopped`.
    """
    if decision.order is None:
        raise ProblemError("order-required", _NO_ORDER)
    if len({signature.officer for signature in decision.signatures}) != 2:
        raise ProblemError("second-person-required", _NOT_TWO)
    statement = release_statement(
        hub=hub, custodian=custodian.name, candidate=row.name, revision=row.revision, found_ref=row.found_ref,
        found_version=row.found_version, order=decision.order,
    )  # fmt: skip
    known = officers.active_keys(conn, custodian.id, [signature.officer for signature in decision.signatures])
    if not all(_holds(signature, known, statement) for signature in decision.signatures):
        raise ProblemError("officer-unknown", _UNKNOWN)
    if len(set(known.values())) != 2:
        raise ProblemError("second-person-required", _NOT_TWO)
    if stopped_ids(conn, [row.missing_id, row.found_id], now):
        raise ProblemError("release-stopped", _STOPPED)


def _holds(signature: OfficerSignature, keys: dict[str, str], statement: bytes) -> bool:
    key = keys.get(signature.officer)
    return key is not None and PublicKey.from_text(key).verifies_bytes(RELEASE, statement, signature.signature)
