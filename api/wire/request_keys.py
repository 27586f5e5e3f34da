"""Request keys: the Ed25519 keys (RFC 8032) with which gateways and hubs sign what they send each other."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, SupportsIndex

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from api.wire.signatures.points import is_usable_point
from matcher.errors import InputError

KEY_BYTES = 32
_FINGERPRINT_BYTES = 16
_FINGERPRINT_LABEL = b"milap request key v1\0"
_TEXT = re.compile(r"[A-Za-z0-9_-]{43}")
_SIGNATURE_TEXT = re.compile(r"[A-Za-z0-9_-]{86}")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
# What people and word processors put between groups: white space of any kind and the dashes of Unicode.
_BETWEEN_GROUPS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")


@dataclass(frozen=True)
class PublicKey:
    """The public half of a request key: a point that is checked when it comes in, and shown by its fingerprint.

    Attributes:
        raw: bytes (32,), the encoded point (RFC 8032, section 5.1.2).

    Raises:
        InputError: the bytes are no point of the curve, or one of the few that prove nothing.
    """

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not is_usable_point(self.raw):
            raise InputError("The bytes given are no Ed25519 public key; ask the partner to export it again.")

    @classmethod
    def from_text(cls, text: str) -> "PublicKey":
        """The key of 43 base64url characters (RFC 4648, section 5, no padding); InputError when it is none."""
        raw = base64.urlsafe_b64decode(text + "=") if _TEXT.fullmatch(text) else b""
        # The last character has two bits to spare: only one of its four spellings is the key's text.
        if not raw or _base64url(raw) != text:
            raise InputError("A public key is 43 characters of base64url; copy it again, whole and without spaces.")
        return cls(raw)

    @property
    def text(self) -> str:
        """The key as 43 base64url characters (RFC 4648, section 5, no padding)."""
        return _base64url(self.raw)

    def fingerprint(self) -> str:
        """Eight groups of four hex digits, to be read out on the telephone.

        The first 128 bits of SHA-256 over the label `milap request key v1`, a zero byte, and the key's 32 bytes.
        """
        return hashlib.sha256(_FINGERPRINT_LABEL + self.raw).digest()[:_FINGERPRINT_BYTES].hex(" ", 2)

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether bytes (64,) are this key's signature over the data (RFC 8032, section 5.1.7)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def verifies_bytes(self, purpose: str, content: bytes, signature: str) -> bool:
        """Whether a signature of `RequestKey.sign_bytes` is this key's over the content, for this purpose.

        Text that is no signature, or another spelling of one, is none.

        Raises:
            InputError: the purpose is empty or has other than printable ASCII characters.
        """
        data = _purposeful(purpose, content)
        raw = base64.urlsafe_b64decode(signature + "==") if _SIGNATURE_TEXT.fullmatch(signature) else b""
        # The last character has four bits to spare, as in `from_text`.
        return bool(raw) and _base64url(raw) == signature and self.verify(raw, data)

    def __repr__(self) -> str:
        """The fingerprint, which is what people compare."""
        return f"PublicKey(fingerprint={self.fingerprint()!r})"


def same_fingerprint(a: str, b: str) -> bool:
    """Whether two fingerprints are the same 32 hex digits, whatever their case, spaces and dashes.

    Compared in constant time. Text that is no fingerprint, an empty field included, is the same as nothing.
    """
    first, second = (_BETWEEN_GROUPS.sub("", text).lower() for text in (a, b))
    if not (_FINGERPRINT.fullmatch(first) and _FINGERPRINT.fullmatch(second)):
        return False
    return hmac.compare_digest(first.encode(), second.encode())


class RequestKey:
    """Handle of the Ed25519 private key with which one gateway or hub signs.

    Made by `RequestKey.generate` or `request_key_from_seed_bytes`.
    """

    __slots__ = ("_public", "_reveal", "_sign")
    _public: PublicKey
    # Methods of a key object that OpenSSL holds: no attribute, and no dump of attributes, prints the seed.
    _sign: Callable[[bytes], bytes]
    _reveal: Callable[[], bytes]

    def __init__(self) -> None:
        """Refuse direct construction with TypeError."""
        raise TypeError("Make a request key with RequestKey.generate, or read the one that is kept.")

    @classmethod
    def generate(cls) -> "RequestKey":
        """A fresh key from the operating system's random source."""
        return _handle_of(Ed25519PrivateKey.generate())

    @property
    def public(self) -> PublicKey:
        """The public half, to be given to those who verify."""
        return self._public

    def sign(self, data: bytes) -> bytes:
        """The signature over the data, bytes (64,) (RFC 8032, section 5.1.6)."""
        return self._sign(data)

    def sign_bytes(self, purpose: str, content: bytes) -> str:
        """Sign something that is no request: 86 characters of base64url (RFC 4648, section 5, no padding).

        What is signed is `milap `, the purpose, ` v1`, a zero byte, and the content: a signature made for one purpose
        is none for another, and none over a request, whose signed text begins with a quotation mark (RFC 9421).

        Args:
            purpose: what the content is, in a few words: `audit checkpoint`.
            content: any bytes.

        Raises:
            InputError: the purpose is empty or has other than printable ASCII characters.
        """
        return _base64url(self._sign(_purposeful(purpose, content)))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same key; the public halves tell."""
        return self._public == other._public if isinstance(other, RequestKey) else NotImplemented

    def __hash__(self) -> int:
        """Hash of the public half only."""
        return hash(self._public)

    def __repr__(self) -> str:
        """Fingerprint of the public half; never the seed."""
        return f"RequestKey(fingerprint={self._public.fingerprint()!r})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A request key is never pickled or copied; read it where it is needed.")


def request_key_from_seed_bytes(seed: bytes) -> RequestKey:
    """The handle of a key that the caller holds in the clear: for key storage and tests only.

    Args:
        seed: bytes (32,), uniformly random: the private key of RFC 8032, section 5.1.5.

    Raises:
        InputError: the seed has another length; the message never holds the seed.
    """
    if len(seed) != KEY_BYTES:
        raise InputError(f"A request key is {KEY_BYTES} bytes, not {len(seed)}; restore it from a backup or make anew.")
    return _handle_of(Ed25519PrivateKey.from_private_bytes(seed))


def reveal_seed_bytes_of_request_key(key: RequestKey) -> bytes:
    """The private key in the clear, bytes (32,): for sealing it into storage, and for nothing else."""
    return key._reveal()


def _handle_of(private: Ed25519PrivateKey) -> RequestKey:
    key = object.__new__(RequestKey)
    key._public = PublicKey(private.public_key().public_bytes_raw())
    key._sign, key._reveal = private.sign, private.private_bytes_raw
    return key


def _purposeful(purpose: str, content: bytes) -> bytes:
    if not (purpose and purpose.isascii() and purpose.isprintable()):
        raise InputError("The purpose of a signature is a few words of printable ASCII; name what is signed.")
    return b"milap " + purpose.encode("ascii") + b" v1\0" + content


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
