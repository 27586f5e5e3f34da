"""Requests about candidates, messages and the directory that are refused, with canaries wherever there is room."""

import json
from typing import Any

from tests.privacy.leak_network import WatchedNetwork
from tests.privacy.leak_people import People
from tests.privacy.refused_requests import PLANTED, PLANTED_KEY, Problems, signed

NOBODY = "N" * 22
LONG = PLANTED * 1000
NUL = f"{PLANTED}\0{PLANTED}"


def refused_of_people(people: People) -> Problems:
    """What a gateway refuses of its own people."""
    found = Problems()
    bodies = {**of_custodians(), **of_administrators()}
    for number, ((method, path), body) in enumerate(bodies.items()):
        who = people.custodian if path.startswith("/v1/inbox") else people.north
        found[f"people: {method} {path} {number}"] = who.ask(method, path.partition(" ")[0], body)
    for number, body in enumerate(of_officers()):
        for end in ("release", "release/approval"):
            path = f"/v1/inbox/{NOBODY}/{end}"
            found[f"people: {end} {number}"] = people.first.ask("POST", path, body)
    found["people: short passphrase"] = people.first.ask("POST", "/v1/officers/me", {"passphrase": PLANTED[:9]})
    return found


def of_custodians() -> dict[tuple[str, str], Any]:
    """Bodies of decisions, messages and holds; what follows a path after a space only tells them apart."""
    decided = {"decision": "possible", "revision": 1}
    path = f"/v1/inbox/{NOBODY}/decisions"
    return {
        ("POST", f"{path} 1"): {**decided, "decision": PLANTED}, ("POST", f"{path} 2"): {**decided, "reason": PLANTED},
        ("POST", f"{path} 3"): {**decided, "text": NUL}, ("POST", f"{path} 4"): {**decided, PLANTED_KEY: PLANTED},
        ("POST", f"{path} 5"): {**decided, "text": PLANTED}, ("POST", f"{path} 6"): {**decided, "revision": PLANTED},
        ("GET", f"/v1/inbox/{PLANTED}"): None, ("GET", f"/v1/releases/{PLANTED}"): None,
        ("POST", f"/v1/releases/{NOBODY}/decisions"): {**decided, "decision": "accept", "text": PLANTED},
        ("POST", "/v1/messages 1"): {"candidate": NOBODY, "text": PLANTED},
        ("POST", "/v1/messages 2"): {"candidate": PLANTED, "text": PLANTED},
        ("POST", "/v1/messages 3"): {"candidate": NOBODY, "text": LONG},
        ("POST", f"/v1/links/{PLANTED}/words"): {"word": PLANTED, "revision": PLANTED},
        ("PUT", f"/v1/records/{NOBODY}/hold 1"): {"order": PLANTED},
        ("PUT", f"/v1/records/{NOBODY}/hold 2"): {"order": {"authority": LONG, "number": NUL, "date": PLANTED}},
        ("PUT", f"/v1/records/{PLANTED}/hold 3"): {
            "order": {"authority": PLANTED, "number": PLANTED, "date": "2025-06-29"}
        },
    }  # fmt: skip


def of_administrators() -> dict[tuple[str, str], Any]:
    """Bodies of accounts, offices, peers and the directory."""
    return {
        ("POST", "/v1/staff 1"): {"login": f"{PLANTED} {PLANTED}", "roles": ["intake"], "password": PLANTED * 2},
        ("POST", "/v1/staff 2"): {"login": "someone", "roles": [PLANTED], "password": PLANTED * 2},
        ("POST", "/v1/staff 3"): {"login": "someone", "roles": ["intake"], "password": PLANTED[:5], "office": PLANTED},
        ("PATCH", f"/v1/staff/{PLANTED}"): {"title": PLANTED},
        ("POST", "/v1/tokens"): {"name": PLANTED, "scopes": [PLANTED]},
        ("PUT", "/v1/offices"): {"name": LONG, "email": PLANTED},
        ("POST", f"/v1/peers/{PLANTED}/trust"): {"fingerprint": PLANTED},
        ("POST", "/v1/peers/south/trust"): {"fingerprint": PLANTED},
        ("DELETE", f"/v1/officers/{PLANTED}"): None,
        ("GET", f"/v1/directory?kind={PLANTED}&q={PLANTED}"): None,
        ("GET", f"/v1/next-step?found_district={PLANTED}"): None,
        ("PUT", "/v1/directory/me"): {"kind": PLANTED, "title": PLANTED, PLANTED_KEY: PLANTED},
        ("GET", f"/v1/audit?after={PLANTED}"): None,
    }  # fmt: skip


def of_officers() -> list[dict[str, Any]]:
    """Bodies of releases: odd orders, a wrong passphrase, a candidate that is not there."""
    order = {"authority": PLANTED, "number": PLANTED, "date": "2025-06-29"}
    good = {"order": order, "revision": 1, "passphrase": f"{PLANTED} as a passphrase"}
    return [
        good, {**good, "order": {**order, "number": LONG}}, {**good, "order": {**order, "date": PLANTED}},
        {**good, "order": {**order, "authority": f"{PLANTED}\n\x07"}}, {**good, "passphrase": LONG},
        {**good, PLANTED_KEY: PLANTED}, {**good, "revision": PLANTED}, {**good, "order": PLANTED},
        {"revision": 1, "passphrase": f"{PLANTED} as a passphrase"},
    ]  # fmt: skip


def refused_of_partner(network: WatchedNetwork) -> Problems:
    """What the hub refuses of a careless gateway whose signature holds."""
    address, key, found = network.hub.address, network.north.key(), Problems()
    targets: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", f"/v1/candidates/{NOBODY}/decisions"): {"id": NOBODY, "decision": "accept", "revision": 1},
        ("POST", f"/v1/candidates/{PLANTED}/decisions"): {"decision": PLANTED},
        ("PUT", f"/v1/officers/{NOBODY}"): {"public_key": PLANTED}, ("PUT", f"/v1/officers/{PLANTED}"): {},
        ("DELETE", f"/v1/officers/{PLANTED}"): {}, ("PUT", f"/v1/holds/{NOBODY}"): {"order": PLANTED},
        ("PUT", f"/v1/holds/{PLANTED}"): {"order": PLANTED}, ("DELETE", f"/v1/holds/{PLANTED}"): {},
        ("PUT", "/v1/cards/me"): {"partner": PLANTED}, ("GET", f"/v1/cards/{PLANTED}"): {},
        ("POST", "/v1/messages"): {"candidate": NOBODY, "sealed": PLANTED},
        ("POST", f"/v1/messages/{PLANTED}/{PLANTED}/receipt"): {"id": PLANTED},
        ("GET", f"/v1/messages?after={PLANTED}"): {}, ("GET", f"/v1/receipts?after={PLANTED}"): {},
        ("GET", f"/v1/releases?after={PLANTED}"): {}, ("GET", f"/v1/links?after={PLANTED}"): {},
        ("POST", f"/v1/links/{PLANTED}/words"): {"word": PLANTED}, ("GET", f"/v1/timelines/{PLANTED}"): {},
        ("PUT", "/v1/directory/me"): {"kind": PLANTED}, ("GET", f"/v1/directory?kind={PLANTED}&q={PLANTED}"): {},
        ("GET", f"/v1/next-step?found_district={PLANTED}"): {}, ("GET", f"/v1/erasures/{PLANTED}"): {},
        ("GET", f"/v1/audit/consistency?first={PLANTED}&second=1"): {},
        ("GET", f"/v1/audit/witnesses?partner={PLANTED}"): {}, ("POST", "/v1/audit/witnesses"): {"origin": PLANTED},
    }  # fmt: skip
    for (method, target), body in targets.items():
        given = {**body, PLANTED_KEY: PLANTED} if method in ("POST", "PUT") else None
        content = b"" if given is None else json.dumps(given).encode()
        found[f"hub: signed {method} {target} again"] = signed(address, key, method, target, content)
    return found
