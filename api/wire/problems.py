"""Problem documents (RFC 9457): what a service answers when a request cannot be done, and what its client reads."""

from dataclasses import dataclass
from typing import Any

from matcher.errors import MilapError

TYPE_PREFIX = "urn:milap:problem:"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemType:
    """One kind of problem: the status it is answered with, and its title."""

    status: int
    title: str


PROBLEM_TYPES = {
    # Requests as such
    "not-json": ProblemType(400, "The body is not JSON"),
    "wrong-version": ProblemType(404, "Another version of the protocol"),
    "no-such-resource": ProblemType(404, "There is nothing here"),
    "method-not-allowed": ProblemType(405, "The method does not fit"),
    "too-large": ProblemType(413, "The body is too large"),
    "unsupported-media-type": ProblemType(415, "The body is of another type"),
    "invalid-body": ProblemType(422, "The body does not fit the schema"),
    "invalid-query": ProblemType(422, "A parameter does not fit"),
    "refused": ProblemType(400, "The request was refused"),
    "failed": ProblemType(500, "The service failed"),
    "not-ready": ProblemType(503, "The service is not ready"),
    "storage-unavailable": ProblemType(503, "The database does not answer"),
    "storage-full": ProblemType(507, "The disk is full"),
    # Signed requests
    "unsigned": ProblemType(401, "The request is not signed"),
    "bad-signature": ProblemType(401, "The signature does not hold"),
    "stale-request": ProblemType(401, "The request is too old or from the future"),
    "replayed-request": ProblemType(401, "The request was seen before"),
    "wrong-recipient": ProblemType(421, "The request is for another hub"),
    "bad-response-signature": ProblemType(502, "The answer's signature does not hold"),
    # Partners and what they may send
    "enrolment-refused": ProblemType(403, "The enrolment was refused"),
    "partner-pending": ProblemType(403, "The partner is not confirmed yet"),
    "partner-suspended": ProblemType(403, "The partner is suspended"),
    "unknown-domain": ProblemType(409, "The hub does not serve this domain"),
    "unknown-epoch": ProblemType(409, "The hub does not know this epoch"),
    "epoch-closed": ProblemType(409, "The epoch is closed"),
    "profile-mismatch": ProblemType(409, "Another encoding profile is in use"),
    "key-mismatch": ProblemType(409, "Another linkage key is in use"),
    # Decisions on candidates
    "candidate-changed": ProblemType(409, "The candidate has changed"),
    "candidate-withdrawn": ProblemType(409, "The candidate is withdrawn"),
    "decision-out-of-order": ProblemType(409, "The decision does not fit the state"),
    "decision-pending": ProblemType(409, "Another decision is on its way"),
    "reason-required": ProblemType(422, "A reason is required"),
    "order-required": ProblemType(422, "An order is required"),
    "second-person-required": ProblemType(422, "A second officer is required"),
    "officer-unknown": ProblemType(403, "The officer's signature does not count"),
    "release-stopped": ProblemType(409, "Releases are stopped"),
    "no-agreement": ProblemType(409, "No agreement is in force"),
    # Messages between gateways
    "unknown-recipient": ProblemType(404, "The recipient is not known"),
    "peer-not-confirmed": ProblemType(409, "The partner's keys are not confirmed"),
    "bad-seal": ProblemType(422, "The seal does not hold"),
    # Audit logs
    "audit-contradiction": ProblemType(409, "The audit log contradicts what was seen of it"),
    # Retention
    "on-hold": ProblemType(409, "A legal hold keeps it"),
    "proof-not-ready": ProblemType(409, "The proof is not there yet"),
    # The gateway's own users
    "not-signed-in": ProblemType(401, "Nobody is signed in"),
    "not-allowed": ProblemType(403, "Not allowed"),
    "too-many-attempts": ProblemType(429, "Too many attempts"),
    "invalid-record": ProblemType(422, "The record cannot be taken"),
    "case-exists": ProblemType(409, "The case number is in use"),
    "idempotency-key-reused": ProblemType(422, "The idempotency key belongs to another request"),
    "version-required": ProblemType(428, "If-Match is required"),
    "version-changed": ProblemType(412, "The record was changed by somebody else"),
    "photo-refused": ProblemType(422, "The photo cannot be taken"),
    "too-many-photos": ProblemType(409, "The record has as many photos as it may"),
    "record-withdrawn": ProblemType(409, "The record is withdrawn"),
    "hub-unreachable": ProblemType(503, "The hub does not answer"),
}
"""Every kind of problem there is, by the name that ends its type URI."""


class ProblemError(MilapError):
    """A request cannot be done: a kind of problem, and one sentence that says what to do."""

    def __init__(self, kind: str, detail: str, **extra: Any) -> None:
        """`kind` is a name in PROBLEM_TYPES (KeyError otherwise); `extra` are further members of the document."""
        super().__init__(detail)
        self.kind, self.detail, self.extra = kind, detail, extra
        self.status = PROBLEM_TYPES[kind].status

    def document(self) -> dict[str, Any]:
        """The problem document (RFC 9457, section 3)."""
        found = PROBLEM_TYPES[self.kind]
        type_uri = TYPE_PREFIX + self.kind
        return {"type": type_uri, "title": found.title, "status": found.status, "detail": self.detail, **self.extra}


def problem_of(document: object) -> ProblemError | None:
    """The problem in a decoded answer, or None when it is no problem document of ours."""
    if not isinstance(document, dict):
        return None
    kind = str(document.get("type", "")).removeprefix(TYPE_PREFIX)
    if kind not in PROBLEM_TYPES:
        return None
    extra = {name: value for name, value in document.items() if name not in ("type", "title", "status", "detail")}
    return ProblemError(kind, str(document.get("detail", "")), **extra)
