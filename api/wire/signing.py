"""Signed requests and answers between gateway and hub: RFC 9421 with Ed25519, and a body digest (RFC 9530).

A request's signature covers method, path, query, body, date and recipient; an answer's covers status, body, date and
the nonce of the request that it answers. What is signed is what stands on the request line, so a proxy may change the
host, and nothing else that is covered. RFC 9421 (section 2.2.7) gives `/a` and `/a?` the same signature.

**The caller remembers nonces.** A verified request may still be a copy of one seen before. Store (key id, nonce) until
`created + WINDOW` in the transaction that does the work, and answer `replayed-request` when it is already there. A
sender's clock may be ahead, so that moment lies up to twice WINDOW after the request came in.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey, RequestKey
from api.wire.signatures.answers import signed_answer
from api.wire.signatures.clock import (
    WINDOW,
    excess_in_seconds,
    http_date,
    in_utc,
    moment_of_created,
    moment_of_http_date,
)
from api.wire.signatures.engine import Opened, open_message, sign_message
from api.wire.signatures.forms import (
    NONCE,
    REQUEST,
    RESPONSE,
    SIGNATURE_FIELDS,
    VISIBLE,
    BrokenSignatureError,
    RequestView,
    ResponseView,
    picked_fields,
    url_of_target,
)
from matcher.errors import InputError

__all__ = [
    "WINDOW",
    "SignedMessage",
    "Verified",
    "sign_request",
    "sign_response",
    "verify_request",
    "verify_response",
]

_NONCE_BYTES = 16
_REQUEST_FAULTS = {
    "form": "The signature is not in the form that this hub takes; sign with a gateway of the same Milap version.",
    "key": "The signature is not one that the key enrolled under its key id made over this request;"
    " check the key id, the key, and that no proxy changes requests.",
    "body": "The body is not the one that was signed; check that no proxy changes bodies, and send it again.",
}
_UNSIGNED_ANSWER = (
    "The answer is not signed, so nothing of it was taken; check the hub's address and the proxies on the way to it."
)
_FORGED_ANSWER = (
    "The answer was not signed by the hub for this request, so nothing of it was taken; compare the hub's fingerprint"
    " on the telephone, and check that no proxy changes answers."
)


@dataclass(frozen=True)
class SignedMessage:
    """A request as it came in.

    Attributes:
        method: as on the request line.
        target: path and `?query` as on the request line, percent-encoded as sent, never decoded and encoded again.
        headers: field values by name, in any case. Where the framework's mapping lists repeated fields in its
            `items()` (Starlette's does), pass it as it is: a plain dict of it hides them.
        body: as sent, before any content decoding.
    """

    method: str
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Verified:
    """Who signed a request and when, and the nonce that the caller must not have seen before."""

    key_id: str
    nonce: str
    created: datetime


def sign_request(
    method: str, target: str, body: bytes, *, key: RequestKey, key_id: str, recipient: str, now: datetime,
    nonce: str | None = None,
) -> dict[str, str]:  # fmt: skip
    """The header fields to add to a request, by lower-case name.

    Args:
        method: in capitals.
        target: path and `?query` exactly as they will stand on the request line (httpx: `request.url.raw_path`).
        body: as it will be sent; the digest is covered for an empty body too.
        key: the sender's key.
        key_id: the name under which the recipient knows the key: ASCII without spaces.
        recipient: the name of the hub that the request is for: ASCII without spaces.
        now: aware.
        nonce: at least 16 random bytes in base64url; fresh ones when None.

    Raises:
        InputError: a part cannot be sent as it is.
    """
    nonce = secrets.token_urlsafe(_NONCE_BYTES) if nonce is None else nonce
    _demand_names(key_id, recipient)
    _demand_nonce(nonce)
    fields = {"date": http_date(now), "milap-recipient": recipient}
    try:
        message = RequestView(method, url_of_target(target), fields)
    except BrokenSignatureError as error:
        raise InputError("A request's target begins with / and has no fragment; pass it as it is sent.") from error
    return sign_message(message, body, REQUEST, key=key, key_id=key_id, now=now, nonce=nonce)


def verify_request(
    message: SignedMessage, *, public_key_of: Callable[[str], PublicKey | None], recipient: str, now: datetime
) -> Verified:
    """Who sent the request, once its one signature covers all of it, is recent and is meant for this recipient.

    Whether the nonce was seen before is for the caller to find out (see the module's docstring).

    Args:
        message: the request as it came in.
        public_key_of: the key enrolled under a key id, or None. What it raises passes through.
        recipient: this hub's own name.
        now: aware.

    Raises:
        ProblemError: `unsigned`, `bad-signature` (an unknown key id reads and takes as long as a wrong signature),
            `stale-request` or `wrong-recipient`; judged in this order.
    """
    now = in_utc(now)
    if SIGNATURE_FIELDS.isdisjoint(name.lower() for name in message.headers):
        raise ProblemError("unsigned", "The request carries no signature; sign it with the gateway's request key.")
    try:
        fields = picked_fields(message.headers, REQUEST)
        view = RequestView(message.method, url_of_target(message.target), fields)
        opened = open_message(view, message.body, REQUEST, public_key_of)
        created, dated = _moments(opened)
        if not NONCE.fullmatch(opened.nonce):
            raise BrokenSignatureError("form")
    except BrokenSignatureError as error:
        raise ProblemError("bad-signature", _REQUEST_FAULTS[error.reason]) from None
    _demand_recent(created, dated, now)
    if not hmac.compare_digest(opened.fields["milap-recipient"].encode(), recipient.encode()):
        raise ProblemError("wrong-recipient", "The request is for another hub; check the hub's name and address.")
    return Verified(opened.key_id, opened.nonce, created)


def sign_response(
    status: int, body: bytes, *, key: RequestKey, key_id: str, request_nonce: str, now: datetime
) -> dict[str, str]:
    """The header fields to add to an answer, by lower-case name.

    Args:
        status: the HTTP status.
        body: as it will be sent; the digest is covered for an empty body too.
        key: the hub's key.
        key_id: the hub's name for its key: ASCII without spaces.
        request_nonce: the nonce of the verified request that this answers.
        now: aware.

    Raises:
        InputError: a part cannot be sent as it is.
    """
    _demand_names(key_id)
    _demand_nonce(request_nonce)
    fields = {"date": http_date(now), "milap-request-nonce": request_nonce}
    return signed_answer(status, body, fields, key=key, key_id=key_id, now=now)


def verify_response(
    status: int, headers: Mapping[str, str], body: bytes, *, public_key: PublicKey, request_nonce: str, now: datetime
) -> None:
    """Return when the hub signed this answer to this request, recently; raise otherwise.

    Args:
        status: the HTTP status.
        headers: field values by name, in any case.
        body: as sent, before any content decoding.
        public_key: the hub's key, whose fingerprint a person compared.
        request_nonce: the nonce that the request was signed with.
        now: aware.

    Raises:
        ProblemError: `bad-response-signature`; nothing of the answer may be used.
    """
    now = in_utc(now)
    if SIGNATURE_FIELDS.isdisjoint(name.lower() for name in headers):
        raise ProblemError("bad-response-signature", _UNSIGNED_ANSWER)
    try:
        view = ResponseView(status, picked_fields(headers, RESPONSE))
        opened = open_message(view, body, RESPONSE, lambda key_id: public_key)
        moments = _moments(opened)
    except BrokenSignatureError:
        raise ProblemError("bad-response-signature", _FORGED_ANSWER) from None
    if not hmac.compare_digest(opened.fields["milap-request-nonce"].encode(), request_nonce.encode()):
        raise ProblemError("bad-response-signature", _FORGED_ANSWER)
    excess = excess_in_seconds(list(moments), now)
    if excess is not None:
        raise ProblemError("bad-response-signature", f"The answer was signed {_off(excess)}, then ask again.")


def _moments(opened: Opened) -> tuple[datetime, datetime]:
    try:
        return moment_of_created(opened.created), moment_of_http_date(opened.fields["date"])
    except ValueError:
        raise BrokenSignatureError("form") from None


def _demand_recent(created: datetime, dated: datetime, now: datetime) -> None:
    excess = excess_in_seconds([created, dated], now)
    if excess is not None:
        raise ProblemError("stale-request", f"The request was signed {_off(excess)}, then sign and send it again.")


def _off(seconds: int) -> str:
    side = "ahead of" if seconds > 0 else "behind"
    most = int(WINDOW.total_seconds())
    return f"{abs(seconds)} seconds {side} the receiver's clock, and {most} is the most: set both clocks (by NTP)"


def _demand_names(*names: str) -> None:
    if not all(VISIBLE.fullmatch(name) for name in names):
        raise InputError("A key id and a recipient are up to 255 visible ASCII characters; choose such a name.")


def _demand_nonce(nonce: str) -> None:
    if not NONCE.fullmatch(nonce):
        raise InputError("A nonce is 16 to 96 random bytes in base64url; let the signing function draw it.")
