"""Signed requests for tests: made by our own code, or by hand with `cryptography` alone; and ways to spoil them."""

import base64
import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from api.wire.problems import ProblemError
from api.wire.request_keys import request_key_from_seed_bytes
from api.wire.signing import (
    SignedMessage,
    Verified,
    sign_request,
    verify_request,
)

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
SEED = bytes(range(32))
KEY = request_key_from_seed_bytes(SEED)
HUB_KEY = request_key_from_seed_bytes(bytes(range(1, 33)))
KEY_ID, RECIPIENT, NONCE = "holder-a/2026", "hub.example", "AAECAwQFBgcICQoLDA0ODw"
TARGET, BODY = "/v1/batches?after=3&kind=missing", b'{"invented": true}'
COVERED = '("@method" "@path" "@query" "content-digest" "date" "milap-recipient")'
HEADERS = ("date", "content-digest", "milap-recipient", "signature-input", "signature")

header_text = st.text(max_size=80) | st.text('milap=();:"@?0aA+/, \t\\%-.*', max_size=120)


def keys(key_id: str):
    return KEY.public if key_id == KEY_ID else None


def signed(method="POST", target=TARGET, body=BODY, **changes) -> SignedMessage:
    arguments = {"key": KEY, "key_id": KEY_ID, "recipient": RECIPIENT, "now": NOW, "nonce": NONCE, **changes}
    return SignedMessage(method, target, sign_request(method, target, body, **arguments), body)


def with_headers(message: SignedMessage, **changes: str) -> SignedMessage:
    headers = {**message.headers, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return dataclasses.replace(message, headers=headers)


def verify(message: SignedMessage, now=NOW, recipient=RECIPIENT, public_key_of=keys) -> Verified:
    return verify_request(message, public_key_of=public_key_of, recipient=recipient, now=now)


def problem(message: SignedMessage, **arguments) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        verify(message, **arguments)
    return caught.value


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed_by_hand(lines: dict[str, str], params: str, headers: dict[str, str], body=BODY) -> SignedMessage:
    """A request signed with `cryptography` alone over a signature base of RFC 9421, section 2.5."""
    base = "\n".join([*(f'"{name}": {value}' for name, value in lines.items()), f'"@signature-params": {params}'])
    signature = base64.b64encode(Ed25519PrivateKey.from_private_bytes(SEED).sign(base.encode())).decode()
    own = {"Signature-Input": f"sig={params}", "Signature": f"sig=:{signature}:"}
    return SignedMessage("POST", TARGET, {**headers, **own}, body)


def by_hand(drop=(), replace=None, extra=None, covered=None) -> SignedMessage:
    """A request in the form demanded but for what a test changes; every signature of these is genuine."""
    created = int(NOW.timestamp())
    params = {"created": str(created), "nonce": f'"{NONCE}"', "keyid": f'"{KEY_ID}"', "alg": '"ed25519"'}
    params = {**params, "tag": '"milap-request"', **(replace or {}), **(extra or {})}
    headers = {"Date": "Sat, 21 Nov 2026 10:00:00 GMT", "Content-Digest": digest_of(BODY), "Milap-Recipient": RECIPIENT}
    values = {
        "@method": "POST", "@path": "/v1/batches", "@query": "?after=3&kind=missing",
        "@target-uri": "http://host" + TARGET, "content-digest": headers["Content-Digest"],
        "date": headers["Date"], "milap-recipient": RECIPIENT,
    }  # fmt: skip
    names = covered or [name for name in values if name not in drop and name != "@target-uri"]
    listed = " ".join(f'"{name}"' for name in names)
    kept = "".join(f";{name}={value}" for name, value in params.items() if name not in drop)
    return signed_by_hand({name: values[name] for name in names}, f"({listed}){kept}", headers)


class Repeated(Mapping[str, str]):
    """Header fields of which some stand twice, as Starlette's mapping lists them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __getitem__(self, name: str) -> str:
        return dict(self.pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def items(self):
        return self.pairs


def dated_by_hand(date: str) -> SignedMessage:
    params = f'{COVERED};created=1795255200;nonce="{NONCE}";keyid="{KEY_ID}";alg="ed25519";tag="milap-request"'
    lines = {"@method": "POST", "@path": "/v1/batches", "@query": "?after=3&kind=missing"}
    fields = {"content-digest": digest_of(BODY), "date": date, "milap-recipient": RECIPIENT}
    return signed_by_hand({**lines, **fields}, params, fields)


def changed_bytes(text: str) -> Iterator[str]:
    for at, letter in enumerate(text):
        for other in {chr(ord(letter) ^ 1), chr(ord(letter) ^ 0x20), " ", "\t", "A"} - {letter}:
            yield text[:at] + other + text[at + 1 :]
