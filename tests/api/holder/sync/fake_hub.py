"""A hub in one page: real signatures, the real messages, no storage and no matching; it can be told to misbehave."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
from pydantic import BaseModel

from api.wire.candidates import CandidateLevel, CandidateNotice, CandidatePage
from api.wire.decisions import (
    Decision,
    DecisionReceipt,
    OfficerKey,
    OfficerList,
    OfficerState,
    ReleaseNotice,
    ReleasePage,
)
from api.wire.directory import DirectoryPage
from api.wire.items import ItemError, PutItem, parse_item
from api.wire.life import STEPS
from api.wire.links import LinkPage
from api.wire.partners import Enrolment, EnrolmentReply, HubIdentity, PartitionPolicy, Policy
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey, RequestKey
from api.wire.retention import HoldList
from api.wire.signing import SignedMessage, sign_request, sign_response, verify_request
from api.wire.submissions import Holding, HoldingsPage, Receipt, Submission, SubmissionReceipt
from tests.api.holder.sync.fake_mail import FakeMail

HUB, PARTNER, CODE = "hub-one", "west-bengal", "ABCD-EFGH-JKMN-PQRS"


class _Stream(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content[:100]
        yield self._content[100:]


class _Wire(httpx.BaseTransport):
    """Unlike httpx.MockTransport, hands answers out unread, as the network does."""

    def __init__(self, hub: "FakeHub") -> None:
        self._hub = hub

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._hub.answer(request)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Stream(answer.content))


@dataclass
class Held:
    version: int
    state: str
    digest: str = ""
    item: PutItem | None = None


class FakeOfficers:
    """The officers of the one partner, and what the hub's operator says to them."""

    def __init__(self) -> None:
        self.states: dict[str, OfficerState] = {}

    def answer(self, method: str, path: str, body: bytes) -> BaseModel:
        if method == "GET":
            return OfficerList(items=list(self.states.values()))
        name = path.split("/")[3]
        if method == "PUT":
            key = OfficerKey.model_validate_json(body)
            self.states.setdefault(name, OfficerState(officer=name, public_key=key.public_key, state="pending"))
        elif name not in self.states:
            raise ProblemError("no-such-resource", "There is no officer of this name.")
        else:
            self.say(name, "revoked")
        return self.states[name]

    def say(self, name: str, state: str) -> None:
        self.states[name] = self.states[name].model_copy(update={"state": state})


class FakeHub:
    """Judges items by the hub's rules; `problem` refuses whole requests, the other switches break it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock, self.key = clock, RequestKey.generate()
        self.partner_key: PublicKey | None = None
        self.held: dict[str, Held] = {}
        self.notices: list[CandidateNotice] = []
        self.releases: list[ReleaseNotice] = []
        self.decisions: list[Decision] = []
        self.decided: dict[str, DecisionReceipt] = {}
        self.refuses_decisions: dict[str, ProblemError] = {}
        self.officers = FakeOfficers()
        self.submissions: list[list[tuple[str, str, int]]] = []
        self.requests: list[str] = []
        self.nonces: set[str] = set()
        self.problem: ProblemError | None = None
        self.refuses: dict[str, tuple[str, str]] = {}
        self.max_items, self.max_bytes = 500, 2**24
        self.partitions: list[PartitionPolicy] = []
        # What photo codes have to be of when they come, whatever the policy says; None takes any.
        self.takes_space: str | None = None
        self.down = self.epoch_closed = False
        self.dies_after_storing = False
        self.before_answer: Callable[[], None] = lambda: None
        self.spoil: Callable[[httpx.Response], httpx.Response] = lambda answer: answer
        self.page = 2
        # The same by method and path, for one thing at a time.
        self.answers: dict[str, Callable[[SignedMessage], BaseModel]] = {
            "GET /v1/directory": lambda message: DirectoryPage(items=[], next=None),
            "GET /v1/holds": lambda message: HoldList(items=[]),
            "GET /v1/links": lambda message: LinkPage(items=[], next=0, more=False),
        }
        # What else a test's hub answers: path, parameters of the query and body to a message, or None.
        self.others: list[Callable[[str, dict[str, str], bytes], BaseModel | None]] = [FakeMail()]

    def transport(self) -> httpx.BaseTransport:
        return _Wire(self)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(f"{request.method} {request.url.path}")
        if self.down:
            raise httpx.ConnectError("no route", request=request)
        message = SignedMessage(request.method, request.url.raw_path.decode(), request.headers, request.read())
        if request.url.path == "/v1/hub":
            identity = HubIdentity(hub=HUB, public_key=self.key.public.text, time=self.clock())
            return self.spoil(httpx.Response(200, content=identity.model_dump_json()))
        try:
            nonce = self._verified(message)
        except ProblemError as problem:
            return httpx.Response(problem.status, json=problem.document())
        try:
            status, body = 200, self._do(message).model_dump_json().encode()
        except ProblemError as problem:
            status, body = problem.status, json.dumps(problem.document()).encode()
        if self.dies_after_storing and request.method == "POST":
            self.dies_after_storing = False
            raise httpx.RemoteProtocolError("gone", request=request)
        self.before_answer()
        signed = sign_response(status, body, key=self.key, key_id=HUB, request_nonce=nonce, now=self.clock())
        return self.spoil(httpx.Response(status, content=body, headers=signed))

    def _verified(self, message: SignedMessage) -> str:
        enrolling = message.target == "/v1/enrolments"

        def key_of(key_id: str) -> PublicKey | None:
            return PublicKey.from_text(key_id) if enrolling else self.partner_key if key_id == PARTNER else None

        verified = verify_request(message, public_key_of=key_of, recipient=HUB, now=self.clock())
        if verified.nonce in self.nonces:
            raise ProblemError("replayed-request", "Seen before.")
        self.nonces.add(verified.nonce)
        return verified.nonce

    def _do(self, message: SignedMessage) -> BaseModel:
        path, _, query = message.target.partition("?")
        parameters = dict(httpx.QueryParams(query))
        if path == "/v1/enrolments":
            return self._enrol(Enrolment.model_validate_json(message.body))
        if self.problem is not None:
            raise self.problem
        if path == "/v1/policy":
            return self.policy()
        if path == "/v1/submissions":
            submission = Submission.model_validate_json(message.body)
            if self.epoch_closed and any(item["action"] == "put" for item in submission.items):
                raise ProblemError("epoch-closed", "The epoch takes withdrawals and erasures only.")
            return self._submit(submission)
        if path == "/v1/holdings":
            return self._holdings(parameters.get("after", ""))
        for answered in self.others:
            found = answered(path, parameters, message.body)
            if found is not None:
                return found
        answer = self.answers.get(f"{message.method} {path}")
        if answer is not None:
            return answer(message)
        if path.startswith("/v1/audit/"):
            raise ProblemError("no-such-resource", "This hub keeps no audit log.")
        if path.startswith("/v1/erasures/"):
            raise ProblemError("no-such-resource", "Nothing was erased under this ref.")
        if path.startswith("/v1/officers"):
            return self.officers.answer(message.method, path, message.body)
        if path.endswith("/decisions"):
            return self._decide(path.split("/")[3], Decision.model_validate_json(message.body))
        if path == "/v1/releases":
            return ReleasePage(**self._paged(self.releases, int(parameters["after"])))
        assert path == "/v1/candidates", path
        return CandidatePage(**self._paged(self.notices, int(parameters["after"])))

    def _decide(self, candidate: str, decision: Decision) -> DecisionReceipt:
        """The same answer for the same id, whatever happened since."""
        if decision.id in self.decided:
            return self.decided[decision.id]
        if decision.decision in self.refuses_decisions:
            raise self.refuses_decisions[decision.decision]
        self.decisions.append(decision)
        state = STEPS[decision.decision].target
        receipt = DecisionReceipt(
            id=decision.id, candidate=candidate, state=state, revision=decision.revision + 1
        )
        self.decided[decision.id] = receipt
        return receipt

    def _enrol(self, enrolment: Enrolment) -> EnrolmentReply:
        key = PublicKey.from_text(enrolment.public_key)
        if enrolment.code != CODE or self.partner_key not in (None, key):
            raise ProblemError("enrolment-refused", "The code does not hold; ask the hub's operator for a new one.")
        self.partner_key = key
        return EnrolmentReply(hub=HUB, partner=PARTNER, state="pending")

    def policy(self) -> Policy:
        return Policy(
            hub=HUB, partner=PARTNER, time=self.clock(), max_items=self.max_items, max_bytes=self.max_bytes,
            partitions=self.partitions, agreements=[],
        )

    def _submit(self, submission: Submission) -> SubmissionReceipt:
        assert len(submission.items) <= self.max_items
        assert len(submission.model_dump_json()) <= self.max_bytes
        receipts = [self._judge(index, value) for index, value in enumerate(submission.items)]
        self.submissions.append([(i["action"], i["ref"], i["version"]) for i in submission.items])
        refused = sum(each.outcome == "refused" for each in receipts)
        total = len(receipts)
        return SubmissionReceipt(
            hub=HUB, received=total, arrived=total - refused, refused=refused, receipts=receipts
        )

    def _judge(self, index: int, value: Any) -> Receipt:
        item = parse_item(value)
        try:
            outcome = self._keep(item)
        except ItemError as error:
            return Receipt(
                index=index, ref=item.ref, version=item.version, outcome="refused", reason=error.reason,
                detail=error.detail,
            )
        return Receipt(index=index, ref=item.ref, version=item.version, outcome=outcome)  # type: ignore[arg-type]

    def _keep(self, item: Any) -> str:
        """The rules of api/hub/intake/rules.py."""
        if item.ref in self.refuses:
            raise ItemError(*self.refuses[item.ref])
        if item.action == "put" and self.takes_space and item.photo_space not in (None, self.takes_space):
            raise ItemError("photo-space", "Another space.")
        known = self.held.get(item.ref)
        if item.action == "erase":
            self.held[item.ref] = Held(item.version, "erased")
            return "erased"
        if known is not None and known.state == "erased":
            if item.action == "put":
                raise ItemError("ref-erased", "The record was erased.")
            return "erased"
        if known is not None and item.version < known.version:
            return "outdated"
        put = item if item.action == "put" else None
        digest = hashlib.sha256(item.model_dump_json().encode()).hexdigest() if put else "withdrawn"
        if known is not None and known.version == item.version:
            if known.digest != digest:
                raise ItemError("version-conflict", "Another content under this version.")
            return "unchanged"
        self.held[item.ref] = Held(item.version, "active" if put else "withdrawn", digest, put)
        return "stored" if put else "withdrawn"

    def _holdings(self, after: str) -> HoldingsPage:
        refs = sorted(ref for ref in self.held if ref > after)
        items = [Holding(ref=r, version=self.held[r].version, state=self.held[r].state) for r in refs[: self.page]]
        return HoldingsPage(counts={}, items=items, next=items[-1].ref if len(refs) > self.page else None)

    def _paged(self, told: Sequence[BaseModel], after: int) -> dict[str, Any]:
        if after > len(told):
            raise ProblemError("invalid-query", "That is no cursor of this hub.")
        items = told[after : after + self.page]
        end = after + len(items)
        return {"items": items, "next": end, "more": end < len(told)}

    def release(self, candidate: str, missing_ref: str, state: str = "released", revision: int = 1) -> None:
        levels = [CandidateLevel(what="child", level="agrees")]
        self.releases.append(
            ReleaseNotice(
                candidate=candidate, missing_ref=missing_ref, missing_version=1, partner="punjab", verdict="probable",
                levels=levels, state=state, revision=revision, since=self.clock(),
                due_at=self.clock() + timedelta(days=2),
            )
        )

    def propose(
        self, candidate: str, found_ref: str, state: str = "proposed", verdict: str = "probable", revision: int = 0,
        **more: Any,
    ) -> None:
        levels = [CandidateLevel(what="child", level="agrees")]
        self.notices.append(
            CandidateNotice(
                candidate=candidate, found_ref=found_ref, found_version=1, partner="punjab", verdict=verdict,
                levels=levels, state=state, revision=revision or self._next_revision(candidate), since=self.clock(),
                due_at=self.clock() + timedelta(days=2), **more,
            )
        )

    def _next_revision(self, candidate: str) -> int:
        return 1 + sum(notice.candidate == candidate for notice in self.notices)

    def knock(self, *, key: RequestKey | None = None, body: bytes = b'{"format": 1}') -> SignedMessage:
        target = "/v1/hub/knock"
        signed = sign_request(
            "POST", target, body, key=key or self.key, key_id=HUB, recipient=PARTNER, now=self.clock()
        )
        return SignedMessage("POST", target, signed, body)


class HubServer:
    """The fake hub on a loopback port, for commands that run as a user runs them."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.do_POST()

            def do_PUT(self) -> None:
                self.do_POST()

            def do_DELETE(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                url = f"http://{self.headers['host']}{self.path}"
                try:
                    answer = hub.answer(httpx.Request(self.command, url, headers=dict(self.headers), content=body))
                except httpx.HTTPError:
                    self.close_connection = True
                    return
                self.send_response_only(answer.status_code)
                for name, value in answer.headers.items():
                    if name != "content-length":
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
