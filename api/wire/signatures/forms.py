"""What a signed message looks like to `http-message-signatures`, and what a signature of ours covers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ALGORITHM = "ed25519"
LONGEST_FIELD = 2048
"""Characters of the longest field that is looked at; ours stay below 400."""
SIGNATURE_FIELDS = frozenset({"signature-input", "signature"})
VISIBLE = re.compile(r"[!-~]{1,255}")
"""What a key id and a recipient are made of: ASCII without white space."""
NONCE = re.compile(r"[A-Za-z0-9_-]{22,128}")
"""A nonce: at least 128 random bits in base64url."""


@dataclass(frozen=True)
class SignatureForm:
    """The one form in which a kind of message is signed: every part listed, and no other (RFC 9421, section 2).

    Attributes:
        tag: the parameter that keeps a signature of one kind from serving as another.
        components: what is covered, in the order in which it is signed.
        parameters: the signature's metadata.
    """

    tag: str
    components: tuple[str, ...]
    parameters: frozenset[str]

    @property
    def fields(self) -> frozenset[str]:
        """The header fields that a signature in this form covers, and the signature's own."""
        return SIGNATURE_FIELDS.union(name for name in self.components if not name.startswith("@"))


REQUEST = SignatureForm(
    "milap-request",
    ("@method", "@path", "@query", "content-digest", "date", "milap-recipient"),
    frozenset({"created", "nonce", "keyid", "alg", "tag"}),
)
RESPONSE = SignatureForm(
    "milap-response",
    ("@status", "content-digest", "date", "milap-request-nonce"),
    frozenset({"created", "keyid", "alg", "tag"}),
)


class BrokenSignatureError(Exception):
    """A signature does not hold: `form` (not as it must be), `key` (not this key's) or `body` (another body)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class RequestView:
    """A request as the library reads it."""

    method: str
    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@dataclass
class ResponseView:
    """A response as the library reads it; `status_code` is how it knows one."""

    status_code: int
    headers: dict[str, str] = field(repr=False)


def url_of_target(target: str) -> str:
    """The absolute URL that the library wants for a target on the request line; BrokenSignatureError when unfit.

    The host is no part of what is signed: the recipient's name stands in a field of its own, because proxies rewrite
    Host. A fragment is refused here, because the library would leave it unsigned without a word.
    """
    if not target.startswith("/") or "#" in target:
        raise BrokenSignatureError("form")
    return "http://host" + target


def picked_fields(headers: Mapping[str, str], form: SignatureForm) -> dict[str, str]:
    """The fields that matter, by lower-case name; BrokenSignatureError when one is repeated, or far too long."""
    picked: dict[str, str] = {}
    for name, value in headers.items():
        lowered = name.lower()
        if lowered not in form.fields:
            continue
        if lowered in picked or len(value) > LONGEST_FIELD:
            raise BrokenSignatureError("form")
        picked[lowered] = value
    return picked
