"""Requests that are refused, with canaries wherever a request has room for one."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from api.wire.request_keys import RequestKey
from api.wire.signing import sign_request
from encoder.keys import linkage_key_from_secret_bytes
from encoder.schema import FIELDS
from matcher.profile import NETWORK_PHOTO_2026_11_22
from tests.journeys.services import client, request
from tests.privacy.canaries import Row, row_of
from tests.privacy.leak_network import DOMAIN, EPOCH, LINKAGE_KEY, Office, WatchedNetwork
from tests.privacy.leaks import REPORTER

LISTS = frozenset(field.name for field in FIELDS if field.is_list)
PLANTED = "Zqxwplanted"
# A single word is named to whoever sent it as a key, by intent: it is a field that was spelled wrongly.
PLANTED_KEY = "Zqxwplanted Sapankhaj"
Problems = dict[str, httpx.Response]


def refused_requests(network: WatchedNetwork) -> tuple[Problems, bytes]:
    """What both services answer to requests that they refuse, and the hub to a submission of nothing but bad items."""
    address, key = network.hub.address, network.north.key()
    items = signed(address, key, "POST", "/v1/submissions", careless_items())
    assert (items.status_code, items.json()["arrived"]) == (200, 0)
    return refused_by_gateway(network.north) | refused_by_hub(network), items.content


def shared(row: Mapping[str, str]) -> Row:
    """A row that may go to the hub."""
    return {**row, "consent_sharing": "yes"}


def record_of(i: int, side: str) -> dict[str, Any]:
    """Child i as JSON, with a canary in every field."""
    return {name: cell.split(";") if name in LISTS else cell for name, cell in shared(row_of(i, side)).items()}


def refused_by_gateway(office: Office) -> Problems:
    """Requests of desks and of strangers, with canaries wherever a request has room for one."""
    gateway, record, problems = office.gateway, record_of(0, "missing"), Problems()
    bodies: dict[str, Any] = {
        "no case number": {"record": {**record, "record_id": ""}, "source": "police"},
        "bad kind": {"record": {**record, "kind": PLANTED}, "source": "police"},
        "list for a text": {"record": {**record, "name": [PLANTED]}, "source": "police"},
        "object for a text": {"record": {**record, "name": {PLANTED_KEY: PLANTED}}, "source": "police"},
        "semicolon in a list": {"record": {**record, "aliases": [f"{PLANTED};{PLANTED}"]}, "source": "police"},
        "bad source": {"record": record, "source": PLANTED},
        "unknown member": {"record": record, "source": "police", PLANTED_KEY: PLANTED},
        "record is a text": {"record": PLANTED, "source": "police"},
        "long office": {"record": record, "source": "police", "office": PLANTED * 40},
        "bad reporter": {"record": record, "source": "police", "reporter": PLANTED},
    }
    for name, body in bodies.items():
        problems[f"gateway: {name}"] = gateway.ask("intake", "POST", "/v1/records", json=body)
    for name, words in raw_requests().items():
        problems[f"gateway: {name}"] = gateway.ask("intake", **words)
    address = gateway.address
    stranger = {"authorization": f"Bearer {PLANTED}"}
    problems["gateway: wrong token"] = request("POST", f"{address}/v1/records", json=bodies, headers=stranger)
    problems["gateway: nobody"] = request("GET", f"{address}/v1/records/{PLANTED}", headers={"x-name": PLANTED})
    wrong = {"login": PLANTED, "password": f"{PLANTED} password"}
    problems["gateway: wrong password"] = request("POST", f"{address}/v1/sessions", json=wrong)
    problems["gateway: not allowed"] = gateway.ask("custodian", "POST", "/v1/records", json=bodies["bad kind"])
    problems["gateway: knock"] = request("POST", f"{address}/v1/hub/knock", content=PLANTED)
    return problems


def raw_requests() -> dict[str, dict[str, Any]]:
    """Requests that neither service takes, as arguments of httpx; nothing is signed."""
    text = json.dumps(record_of(0, "missing"))
    kind = {"content-type": "application/json"}
    return {
        "no such path": {"method": "GET", "path": f"/v1/{PLANTED}/{PLANTED}?name={PLANTED}"},
        "no such version": {"method": "POST", "path": f"/v2/records?name={PLANTED}", "content": text},
        "no such record": {"method": "GET", "path": f"/v1/records/{PLANTED}"},
        "bad query": {"method": "GET", "path": f"/v1/records?kind={PLANTED}&limit={PLANTED}&after={PLANTED}"},
        "wrong method": {"method": "PATCH", "path": f"/v1/records?{PLANTED}", "content": text},
        "cut off": {"method": "POST", "path": "/v1/records", "content": text[:-3], "headers": kind},
        "wrong type": {"method": "POST", "path": "/v1/records", "content": text, "headers": {"content-type": PLANTED}},
        "canary headers": {
            "method": "GET", "path": "/v1/nothing",
            "headers": {"user-agent": PLANTED, "x-case-number": "CASE-zqxw-missing-0", "cookie": f"name={PLANTED}"},
        },
        "too large": {
            "method": "POST", "path": "/v1/records", "content": json.dumps([PLANTED] * 1_200_000), "headers": kind
        },
        "bad import": {
            "method": "POST", "path": "/v1/imports", "files": {"file": (f"{PLANTED}.{PLANTED}", PLANTED.encode())},
            "data": {"kind": PLANTED, "source": PLANTED, PLANTED_KEY: PLANTED},
        },
        "broken form": {
            "method": "POST", "path": "/v1/imports", "content": PLANTED,
            "headers": {"content-type": f"multipart/form-data; boundary={PLANTED}"},
        },
    }  # fmt: skip


def refused_by_hub(network: WatchedNetwork) -> Problems:
    """A careless gateway: raw fields sent to the hub, unsigned, wrongly signed, and with a signature that holds."""
    address, key, problems = network.hub.address, network.north.key(), Problems()
    for name, words in raw_requests().items():
        given = dict(words)
        path = given.pop("path").replace("/v1/records", "/v1/submissions")
        with client(address, 30) as once:
            problems[f"hub: {name}"] = once.request(url=path, **given)
    for name, body in careless_bodies().items():
        problems[f"hub: {name}"] = signed(address, key, "POST", "/v1/submissions", body)
    for target in (f"/v1/holdings?after={PLANTED}", f"/v1/candidates?after={PLANTED}", f"/v1/{PLANTED}"):
        problems[f"hub: signed {target}"] = signed(address, key, "GET", target, b"")
    raw = json.dumps(record_of(0, "missing")).encode()
    stranger = RequestKey.generate()
    problems["hub: wrong key"] = signed(address, stranger, "POST", "/v1/submissions", raw)
    problems["hub: unknown key"] = signed(address, stranger, "POST", "/v1/submissions", raw, key_id=PLANTED)
    enrolment = json.dumps({"code": PLANTED, "public_key": stranger.public.text, "callback_url": PLANTED}).encode()
    keyid = stranger.public.text
    problems["hub: enrolment"] = signed(address, stranger, "POST", "/v1/enrolments", enrolment, key_id=keyid)
    return problems


def envelope() -> dict[str, Any]:
    """What stands around the items of a submission."""
    key = linkage_key_from_secret_bytes(LINKAGE_KEY, DOMAIN, EPOCH)
    return {
        "format": 1, "domain": DOMAIN, "epoch": EPOCH, "profile": NETWORK_PHOTO_2026_11_22.name,
        "profile_digest": NETWORK_PHOTO_2026_11_22.digest.hex(),
        "key_check": key.key_check(NETWORK_PHOTO_2026_11_22).hex(),
    }  # fmt: skip


def careless_items() -> bytes:
    """A submission of a gateway that mistakes raw fields for codes, in an envelope that fits."""
    item = {"action": "put", "ref": "A" * 22, "version": 1, "kind": "missing", "sex": "female", "rows": []}
    item["case"] = "C" * 22
    row = {"presence": 1, "code": base64.b64encode(PLANTED.encode()).decode()}
    items: list[Any] = [
        record_of(0, "missing"), PLANTED, {**item, "name": PLANTED}, {**item, "ref": PLANTED},
        {**item, "kind": PLANTED}, {**item, "rows": [row]}, {**item, "rows": [{**row, "code": PLANTED}]},
        {**item, "action": PLANTED},
        {**item, "birth": PLANTED, "event": PLANTED}, {**item, "rows": [{**row, PLANTED: PLANTED}]},
        {**item, PLANTED_KEY: PLANTED}, {"action": "withdraw", "ref": "B" * 22, "version": 1, "reason": PLANTED},
    ]  # fmt: skip
    return json.dumps({**envelope(), "items": items}).encode()


def careless_bodies() -> dict[str, bytes]:
    """Submissions that hold canaries in their envelopes, or are none."""
    good = {**envelope(), "items": [PLANTED]}
    bodies: dict[str, Any] = {
        "raw record": record_of(0, "missing"), "a text": PLANTED, "no items": {**good, "items": PLANTED},
        "unknown member": {**good, "reporter": REPORTER, PLANTED_KEY: PLANTED},
    }  # fmt: skip
    bodies |= {f"canary as {name}": {**good, name: PLANTED} for name in good}
    return {name: json.dumps(body).encode() for name, body in bodies.items()}


def signed(
    address: str, key: RequestKey, method: str, target: str, body: bytes, key_id: str = "north"
) -> httpx.Response:  # fmt: skip
    """One signed request to the hub, beside the gateway."""
    now = datetime.now(UTC)
    fields = sign_request(method, target, body, key=key, key_id=key_id, recipient="hub-east", now=now)
    headers = {**fields, "content-type": "application/json"}
    return request(method, f"{address}{target}", content=body, headers=headers, timeout=30)
