"""All that a reporter's people, its gateway's operator and its key at the hub can ask for about one report."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.holder.routes import permissions as of_gateway
from api.hub.routes import permissions as of_hub
from api.wire.messages import sign_envelope
from tests.journeys.people import Person
from tests.journeys.services import client
from tests.privacy.evidence import metrics
from tests.privacy.leak_network import WatchedNetwork
from tests.privacy.refused_requests import signed

View = dict[str, bytes]
NOBODY = "N" * 22
"""The name of a candidate, of a link and of an import that are not there."""
_OF_GATEWAY = {"/v1/next-step": "?found_country=India&home_country=India", "/v1/messages": "?candidate={candidate}"}
_OF_HUB = {"/v1/next-step": "?found_country=India&home_country=India", "/v1/audit/consistency": "?first=0&second=0"}
_DATES = re.compile(rb"20\d\d-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)")
_NOT_COUNTED = re.compile(rb"#|milap_request_seconds|milap_requests_created|.*route=\"/metrics\"")
_NUMBER = re.compile(rb"(milap_requests_total\{.*\}) .*")


@dataclass(frozen=True)
class Watched:
    """A report, and a name to ask for as its candidate: the true one, which the reporter cannot know, or NOBODY."""

    ref: str
    candidate: str
    blanks: Mapping[str, str]
    """What is put in place of what: refs, and the cells in which reports differ."""

    def blank(self, content: bytes) -> bytes:
        """An answer without ids, dates and the report's own cells."""
        for text, blank in self.blanks.items():
            content = content.replace(text.encode(), blank.encode())
        return _DATES.sub(b"DATE", content)


def whole_view(network: WatchedNetwork, person: Person, report: Watched) -> View:
    """Every answer by what was asked, ids and dates blanked."""
    told = {**dict(of_desks(person, report)), **dict(of_partner(network, report))}
    status = network.north.gateway.call("status")
    told["milap holder status"] = json.dumps(status, sort_keys=True).encode()
    told["metrics"] = of_operator(network)
    told["knocks"] = network.north.knocks.everything()
    told["webhook"] = b"told" if b'"gateway": "north"' in network.webhook.everything() else b"never told"
    return {name: report.blank(content) for name, content in told.items()}


def of_operator(network: WatchedNetwork) -> bytes:
    """The gateway's metrics; of requests only which there have been, since every view makes some."""
    lines = metrics(network.north.gateway.address).splitlines()
    return b"\n".join(sorted(_NUMBER.sub(rb"\1", line) for line in lines if not _NOT_COUNTED.match(line)))


def of_desks(person: Person, report: Watched) -> Iterator[tuple[str, bytes]]:
    """Every GET of the gateway, and what somebody would try who has guessed a candidate's name."""
    with client(person.gateway.address) as desk:
        desk.headers["authorization"] = f"Bearer {person._token}"
        for (method, path), permission in of_gateway.PERMISSIONS.items():
            if method == "GET" and permission.needs is not of_gateway.Open.METRICS:
                answer = desk.get(filled(path + _OF_GATEWAY.get(path, ""), report))
                yield f"desk {path}", _said(answer)
        for path, body in guesses(report.candidate).items():
            yield f"desk guesses {path}", _said(desk.post(filled(path, report), json=body))


def guesses(candidate: str) -> dict[str, Any]:
    """What can be done with a candidate's name, by path."""
    return {
        "/v1/releases/{candidate}/decisions": {"decision": "accept", "revision": 1},
        "/v1/inbox/{candidate}/decisions": {"decision": "possible", "revision": 1},
        "/v1/messages": {"candidate": candidate, "text": "Is this the child?"},
        "/v1/links/{candidate}/words": {"word": "same", "revision": 1},
    }


def of_partner(network: WatchedNetwork, report: Watched) -> Iterator[tuple[str, bytes]]:
    """Every signed GET of the hub, and what a gateway would try that has guessed a candidate's name."""
    address, key = network.hub.address, network.north.key()
    for (method, path), permission in of_hub.PERMISSIONS.items():
        if method == "GET" and permission.needs is of_hub.Needs.PARTNER:
            target = filled(path + _OF_HUB.get(path, ""), report)
            yield f"hub {path}", _said(signed(address, key, "GET", target, b""))
    envelope = sign_envelope(
        key, id_="E" * 22, candidate=report.candidate, sender="north", recipient="south", kind="note", sealed="A" * 40
    )
    bodies = {
        "/v1/candidates/{candidate}/decisions": {"id": "D" * 22, "decision": "accept", "revision": 1},
        "/v1/links/{candidate}/words": {"id": "W" * 22, "word": "same", "revision": 1},
        "/v1/messages": envelope.model_dump(mode="json"),
    }  # fmt: skip
    for path, body in bodies.items():
        sent = signed(address, key, "POST", filled(path, report), json.dumps(body).encode())
        yield f"hub guesses {path}", _said(sent)


def filled(path: str, report: Watched) -> str:
    """A path with this report's names; a KeyError says that a new endpoint needs a name here."""
    nobody = {"name": NOBODY, "photo": NOBODY}
    return path.format(ref=report.ref, candidate=report.candidate, link=report.candidate, partner="south", **nobody)


def _said(answer: httpx.Response) -> bytes:
    return f"{answer.status_code} {answer.headers.get('etag')} ".encode() + answer.content
