"""Signing and verifying on top of `http-message-signatures`, in the one form that Milap sends and takes.

What the library leaves to its caller is done here: which components and parameters must be covered, that the body is
the one signed, that there is one signature and one spelling of it, and that a failing key lookup is not taken for a
bad signature. The clock is the caller's: `verify` would read the machine's own.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)

from api.wire.request_keys import PublicKey, RequestKey
from api.wire.signatures.answers import LABEL
from api.wire.signatures.forms import ALGORITHM, VISIBLE, BrokenSignatureError, RequestView, ResponseView, SignatureForm
from matcher.errors import InputError

# One signature of 64 bytes: its last base64 character has four bits to spare, and only one spelling is taken.
_SIGNATURE = re.compile(r"[a-z*][a-z0-9_.*-]{0,31}=:[A-Za-z0-9+/]{85}[AQgw]==:")


@dataclass(frozen=True)
class Opened:
    """What a signature that holds covers: the fields' values by name, and the metadata."""

    fields: Mapping[str, str]
    key_id: str
    nonce: str
    created: int


def sign_message(
    message: RequestView | ResponseView, body: bytes, form: SignatureForm, *, key: RequestKey, key_id: str,
    now: datetime, nonce: str | None = None,
) -> dict[str, str]:  # fmt: skip
    """The message's fields with digest and signature added, by lower-case name; InputError when a part is unfit."""
    signer = HTTPMessageSigner(signature_algorithm=_Ed25519, key_resolver=_OneKey(key))
    try:
        signer.sign(
            message, key_id=key_id, created=now, nonce=nonce, label=LABEL, tag=form.tag,
            covered_component_ids=form.components, body=body,
        )  # fmt: skip
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise InputError("The message cannot be signed: a part is not the ASCII that HTTP sends; encode it.") from error
    return {name.lower(): value for name, value in message.headers.items()}


def open_message(
    message: RequestView | ResponseView, body: bytes, form: SignatureForm, key_of: Callable[[str], PublicKey | None]
) -> Opened:
    """What the message's one signature covers, once it holds; the body counts as covered through its digest.

    Raises:
        BrokenSignatureError: it does not hold. What `key_of` raises passes through.
    """
    if not _SIGNATURE.fullmatch(message.headers.get("signature", "")):
        raise BrokenSignatureError("form")
    result = _verified(message, _KnownKeys(key_of))
    covered = dict(result.covered_components)
    del covered['"@signature-params"']
    fits = covered.keys() == {f'"{name}"' for name in form.components} and result.parameters.keys() == form.parameters
    if not fits or result.parameters["tag"] != form.tag:
        raise BrokenSignatureError("form")
    # Both are ASCII: the library signs nothing else. A comparison of text leaves no second way to write a digest.
    if not hmac.compare_digest(covered['"content-digest"'], ContentDigest.create(body)):
        raise BrokenSignatureError("body")
    fields = {name.strip('"'): value for name, value in covered.items()}
    parameters = result.parameters
    return Opened(fields, str(parameters["keyid"]), str(parameters.get("nonce", "")), int(parameters["created"]))


def _verified(message: RequestView | ResponseView, keys: "_KnownKeys") -> VerifyResult:
    try:
        (result,) = _Verifier(signature_algorithm=_Ed25519, key_resolver=keys).verify(message, max_age=None)
    except (HTTPMessageSignaturesException, ValueError):
        if keys.failure is not None:
            raise keys.failure from None
        raise BrokenSignatureError("key") from None
    return result


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Judge no time: the library reads the machine's clock, and here the clock is an argument of the caller."""


class _Verifying(Protocol):
    def verify(self, signature: bytes, data: bytes) -> bool: ...


class _Ed25519(HTTPSignatureAlgorithm):
    """Ed25519 (RFC 9421, section 3.3.6) on our own handles, so that no private key leaves its handle."""

    algorithm_id = ALGORITHM

    def __init__(self, public_key: _Verifying | None = None, private_key: RequestKey | None = None) -> None:
        self._public, self._private = public_key, private_key

    def sign(self, message: bytes) -> bytes:
        assert self._private is not None
        return self._private.sign(message)

    def verify(self, signature: bytes, message: bytes) -> None:
        if self._public is None or not self._public.verify(signature, message):
            raise InvalidSignature("The signature is not this key's.")


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: RequestKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> RequestKey:
        return self._key


class _KnownKeys(HTTPSignatureKeyResolver):
    """Looks a key up, and keeps what the lookup raised: the library would call a broken database a bad signature."""

    def __init__(self, key_of: Callable[[str], PublicKey | None]) -> None:
        self._key_of = key_of
        self.failure: Exception | None = None

    def resolve_public_key(self, key_id: str) -> _Verifying:
        try:
            key = self._key_of(key_id) if VISIBLE.fullmatch(key_id) else None
        except Exception as failure:
            self.failure = failure
            raise
        return key if key is not None else _Nobody()


class _Nobody:
    """Stands in for an unknown key: the same work, so that the time of an answer does not tell who is a partner."""

    # A point like any other (RFC 8032, section 7.1, test 1); what it verifies is refused all the same.
    _key = PublicKey.from_text("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")

    def verify(self, signature: bytes, data: bytes) -> bool:
        return self._key.verify(signature, data) and False
