"""The hub as a gateway sees it: every request signed, every answer verified before anything of it is used."""

import json
import secrets
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError

from api.holder.sync.exchange import Answer, Exchange, target_of
from api.service.clock import Clock, utc_now
from api.wire.candidates import CandidatePage
from api.wire.partners import Enrolment, EnrolmentReply, HubIdentity, Policy
from api.wire.problems import ProblemError, problem_of
from api.wire.request_keys import PublicKey, RequestKey
from api.wire.signing import sign_request, verify_response
from api.wire.submissions import HoldingsPage, Submission, SubmissionReceipt

M = TypeVar("M", bound=BaseModel)

_NONCE_BYTES = 16
_SHOWN_CHARACTERS = 300
_NOT_OURS = "The hub answered with status {status} and no document of ours; check the hub's address and its proxy."
_NO_SENSE = "The hub's answer does not fit the protocol; update the gateway, or tell the hub's operator."


@dataclass(frozen=True)
class HubPeer:
    """The two ends of the line: the hub with the key that was confirmed for it, and the gateway's name there."""

    hub: str
    hub_key: PublicKey
    partner: str


class PartitionName(NamedTuple):
    """What the hub compares within: one linkage domain in one epoch under one encoding profile."""

    domain: str
    epoch: str
    profile: str


class HubStrangerClient:
    """What can be asked of a hub that is not trusted yet."""

    def __init__(self, exchange: Exchange, clock: Clock = utc_now) -> None:
        """Ask over this exchange."""
        self._exchange, self._clock = exchange, clock

    def identity(self) -> HubIdentity:
        """GET /v1/hub: who says to answer there. Unsigned: a person compares the fingerprint.

        Raises:
            ProblemError: `hub-unreachable`, or the hub's own problem.
        """
        answer = self._exchange.send(self._exchange.request("GET", "/v1/hub", b""))
        if answer.status != 200:
            raise _problem(answer)
        return _parsed(HubIdentity, answer)

    def enrol(self, enrolment: Enrolment, key: RequestKey, hub: HubIdentity) -> EnrolmentReply:
        """POST /v1/enrolments, signed with the key that it brings; the answer has to be signed by the key shown.

        Raises:
            ProblemError: `enrolment-refused`, `bad-response-signature`, `hub-unreachable`, or another of the hub's.
        """
        peer = HubPeer(hub.hub, PublicKey.from_text(hub.public_key), enrolment.public_key)
        client = HubClient(self._exchange, peer, key, self._clock)
        return client.ask(EnrolmentReply, "POST", "/v1/enrolments", enrolment.model_dump_json().encode())


class HubClient:
    """What a partner asks of the hub it trusts. Every method raises ProblemError when the hub cannot do it.

    Args:
        exchange: connections to the hub.
        peer: who stands at both ends.
        key: the gateway's request key.
        clock: the gateway's clock.
    """

    def __init__(self, exchange: Exchange, peer: HubPeer, key: RequestKey, clock: Clock = utc_now) -> None:
        self._exchange, self.peer, self._key, self._clock = exchange, peer, key, clock

    @property
    def key(self) -> RequestKey:
        """The gateway's request key."""
        return self._key

    def policy(self) -> Policy:
        """GET /v1/policy."""
        return self.ask(Policy, "GET", "/v1/policy")

    def submit(self, submission: Submission) -> SubmissionReceipt:
        """POST /v1/submissions. After a lost answer the same may be sent again: the hub stores nothing twice."""
        body = submission.model_dump_json().encode()
        receipt = self.ask(SubmissionReceipt, "POST", "/v1/submissions", body)
        if [each.index for each in receipt.receipts] != list(range(len(submission.items))):
            raise ProblemError("hub-unreachable", _NO_SENSE)
        return receipt

    def holdings(self, after: str | None, limit: int, partition: PartitionName | None = None) -> HoldingsPage:
        """GET /v1/holdings: one page of what the hub has of this partner, in all open epochs or in one partition."""
        query = f"?limit={limit}" + (f"&after={after}" if after else "")
        if partition is not None:
            query += "&" + urlencode(partition._asdict())
        return self.ask(HoldingsPage, "GET", f"/v1/holdings{query}")

    def candidates(self, after: int, limit: int) -> CandidatePage:
        """GET /v1/candidates: what changed since, oldest first."""
        return self.ask(CandidatePage, "GET", f"/v1/candidates?after={after}&limit={limit}")

    def ask(self, model: type[M], method: str, path: str, body: bytes = b"") -> M:
        """One signed request, and its verified answer as a message."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        request = self._exchange.request(method, path, body)
        signed = sign_request(
            method, target_of(request), body, key=self._key, key_id=self.peer.partner, recipient=self.peer.hub,
            now=self._clock(), nonce=nonce,
        )  # fmt: skip
        request.headers.update(signed)
        answer = self._exchange.send(request)
        if answer.status >= 400 and "signature" not in answer.headers:
            # The hub does not sign for callers it could not verify, nor does a proxy: this stops the exchange and
            # settles nothing, so that it may be told without proof.
            raise _problem(answer)
        verify_response(
            answer.status, answer.headers, answer.body, public_key=self.peer.hub_key, request_nonce=nonce,
            now=self._clock(),
        )  # fmt: skip
        if answer.status not in (200, 201, 202):
            raise _problem(answer)
        return _parsed(model, answer)


def _problem(answer: Answer) -> ProblemError:
    try:
        found = problem_of(json.loads(answer.body))
    except (ValueError, RecursionError):
        found = None
    if found is None and answer.status == 413:
        return ProblemError("too-large", "A proxy on the way to the hub refuses requests of this size.")
    if found is None:
        return ProblemError("hub-unreachable", _NOT_OURS.format(status=answer.status))
    shown = "".join(mark if mark.isprintable() else " " for mark in found.detail[:_SHOWN_CHARACTERS])
    return ProblemError(found.kind, shown)


def _parsed(model: type[M], answer: Answer) -> M:
    try:
        return model.model_validate_json(answer.body)
    except ValidationError:
        raise ProblemError("hub-unreachable", _NO_SENSE) from None
