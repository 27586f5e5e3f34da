"""The vault: sealing what names a person, and blind indexes to find it again without opening it."""

import hmac
import json
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NoReturn, SupportsIndex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from encoder.keys import hkdf_sha256
from encoder.xof import framed
from matcher.errors import MilapError

VAULT_KEY_BYTES = 32
_FORMAT = b"\x01"
_NONCE_BYTES = 12
_SEAL_LABEL = b"milap vault seal v1"
_INDEX_LABEL = b"milap vault index v1"


class Purpose(StrEnum):
    """What a sealed value is; each has a key of its own, so none can stand in for another."""

    RECORD = "record"
    ANSWER = "answer"
    IMPORT = "import"
    DECISION = "decision"
    MESSAGE = "message"
    HOLD = "hold"
    PHOTO = "photo"
    PHOTO_ORIGINAL = "photo-original"
    PHOTO_THUMBNAIL = "photo-thumbnail"
    PHOTO_EMBEDDING = "photo-embedding"


class Index(StrEnum):
    """What a blind index is over; each has a key of its own."""

    CASE = "case"
    NAME = "name"
    IDEMPOTENCY_KEY = "idempotency-key"
    REQUEST = "request"
    LOGIN = "login"
    OFFICE = "office"
    ORDER = "order"
    CASE_MARK = "case-mark"
    OFFICER_MARK = "officer-mark"
    OFFICE_MARK = "office-mark"
    PHOTO = "photo"


class DamagedSealError(MilapError):
    """A sealed value was changed, belongs to another record or version, or was sealed under another vault key."""

    def __init__(self) -> None:
        """One sentence for the operator."""
        super().__init__(
            "A sealed value of the database does not open: it was damaged or exchanged, or vault.key is of another "
            "gateway; check vault.key, or restore the database from a backup."
        )


class Vault:
    """Seals and opens under the vault key, which it never shows.

    Sealed: AES-256-GCM (NIST SP 800-38D) under a random nonce and a key for each purpose, derived by HKDF-SHA-256
    (RFC 5869); purpose, ref and version are the associated data.
    """

    __slots__ = ("_ciphers", "_index_keys")
    _ciphers: dict[Purpose, AESGCM]
    # In closures, so that no dump of attributes prints a key.
    _index_keys: dict[Index, Callable[[], bytes]]

    def __init__(self) -> None:
        """Refuse direct construction with TypeError."""
        raise TypeError("Open a vault with open_vault.")

    def seal(self, purpose: Purpose, ref: str, version: int, value: Any) -> bytes:
        """Seal a JSON value under a ref and a version."""
        return self.seal_bytes(purpose, ref, version, json.dumps(value, separators=(",", ":")).encode())

    def open(self, purpose: Purpose, ref: str, version: int, sealed: bytes) -> Any:
        """The JSON value; DamagedSealError unless it was sealed for this purpose, ref and version."""
        return json.loads(self.open_bytes(purpose, ref, version, sealed))

    def seal_bytes(self, purpose: Purpose, ref: str, version: int, content: bytes) -> bytes:
        """Seal bytes: a format byte, the nonce, the ciphertext and its tag, 29 bytes longer than the content."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORMAT + nonce + self._ciphers[purpose].encrypt(nonce, content, _bound_to(purpose, ref, version))

    def open_bytes(self, purpose: Purpose, ref: str, version: int, sealed: bytes) -> bytes:
        """The bytes; DamagedSealError unless they were sealed for this purpose, ref and version."""
        form, nonce, content = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if form != _FORMAT or len(nonce) != _NONCE_BYTES:
            raise DamagedSealError
        try:
            return self._ciphers[purpose].decrypt(nonce, content, _bound_to(purpose, ref, version))
        except InvalidTag:
            raise DamagedSealError from None

    def blind_index(self, index: Index, text: str, length: int = 16) -> bytes:
        """HMAC-SHA-256 (RFC 2104) of a text under a key for this use, cut to `length` bytes (at most 32).

        Equal texts show as equal, and nobody without the vault key can try texts.
        """
        return hmac.digest(self._index_keys[index](), text.encode("utf-8", "surrogatepass"), "sha256")[:length]

    def __repr__(self) -> str:
        """The type and nothing else."""
        return "Vault(...)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A vault is never pickled or copied; open its key file where it is needed.")


def vault_from_secret_bytes(secret: bytes) -> Vault:
    """The vault of a key that the caller holds in the clear, bytes (32,): for key files and tests only."""
    assert len(secret) == VAULT_KEY_BYTES
    vault = object.__new__(Vault)
    vault._ciphers = {purpose: AESGCM(_derived(secret, _SEAL_LABEL, purpose)) for purpose in Purpose}
    vault._index_keys = {index: _kept(_derived(secret, _INDEX_LABEL, index)) for index in Index}
    return vault


def _kept(key: bytes) -> Callable[[], bytes]:
    return lambda: key


def _derived(secret: bytes, label: bytes, use: str) -> bytes:
    return hkdf_sha256(secret, None, framed(label, use.encode()), VAULT_KEY_BYTES)


def _bound_to(purpose: Purpose, ref: str, version: int) -> bytes:
    return framed(_SEAL_LABEL, purpose.encode(), ref.encode(), version.to_bytes(8, "big"))
