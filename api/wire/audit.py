"""Audit logs on the wire: signed checkpoints, and proofs that a log has an entry and only ever grew.

A checkpoint's signed text has the form of the body of a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint):
origin, size and root on a line each, then one extension line with the moment. The signature differs: it is Ed25519 over
that text with a prefix of Milap's own (`RequestKey.sign_bytes`), and stands in a field of its own.
"""

import base64
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.wire.names import Name
from api.wire.request_keys import PublicKey, RequestKey

CHECKPOINT_PURPOSE = "audit checkpoint"
"""What `RequestKey.sign_bytes` is told that a checkpoint is."""
MOST_CHARACTERS = 2**16
"""Of one leaf's content."""
_HASH_BYTES = 32
# Sizes are below 2**63; a consistency proof may begin with one hash more than there are levels.
_MOST_HASHES = 64


def hash_text(raw: bytes) -> str:
    """A hash, bytes (32,), as 43 base64url characters (RFC 4648, section 5, no padding)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def hash_bytes(text: str) -> bytes:
    """The hash, bytes (32,), of such a text; ValueError when it is none, or another spelling of one."""
    try:
        raw = base64.urlsafe_b64decode(text + "=")
    except ValueError:
        raw = b""
    if len(raw) != _HASH_BYTES or hash_text(raw) != text:
        raise ValueError("a hash is 43 characters of base64url")
    return raw


def _spelled_once(text: str) -> str:
    hash_bytes(text)
    return text


Hash = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$"), AfterValidator(_spelled_once)]
"""A hash of SHA-256 in base64url without padding."""
Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
"""A signature of `RequestKey.sign_bytes`."""
Size = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
"""A number of leaves, or the number of a leaf, from 0."""
Path = Annotated[tuple[Hash, ...], Field(max_length=_MOST_HASHES)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Checkpoint(_Message):
    """A log's head, signed by whoever keeps the log. Two of one size and different roots prove a log rewritten."""

    format: Literal[1] = 1
    origin: Name
    """The hub or the partner whose log it is."""
    size: Size
    root: Hash
    at: AwareDatetime
    signature: Signature

    @property
    def root_bytes(self) -> bytes:
        """The root, bytes (32,)."""
        return hash_bytes(self.root)


class InclusionProof(_Message):
    """That leaf `number` stands in the tree of the first `size` leaves (RFC 6962, section 2.1.1)."""

    number: Size
    size: Size
    path: Path


class ConsistencyProof(_Message):
    """That the tree of `second` leaves begins with the tree of `first` (RFC 6962, section 2.1.2)."""

    first: Size
    second: Size
    path: Path


class LeafProof(_Message):
    """One entry, its place in the log, and the signed checkpoint that covers it."""

    number: Size
    content: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]
    """The leaf as it was hashed: canonical JSON."""
    path: Path
    checkpoint: Checkpoint

    def __repr__(self) -> str:
        """The place only."""
        return f"LeafProof({self.number})"


def checkpoint_bytes(origin: str, size: int, root: bytes, at: datetime) -> bytes:
    """The text that a checkpoint's signature covers: four lines, each with its line feed, in ASCII.

    The first three are those of a C2SP tlog-checkpoint: origin, size in decimal, root in standard base64 with padding;
    the fourth is an extension line, `at` and the moment in UTC with microseconds.

    Args:
        origin: name of the hub or partner.
        size: number of leaves.
        root: bytes (32,).
        at: when it was signed, aware.
    """
    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return f"{origin}\n{size}\n{base64.b64encode(root).decode('ascii')}\nat {moment}Z\n".encode("ascii")


def sign_checkpoint(origin: str, size: int, root: bytes, at: datetime, key: RequestKey) -> Checkpoint:
    """A checkpoint of a log's head.

    Args:
        origin: name of the hub or partner whose log it is.
        size: number of leaves.
        root: head of the tree of so many leaves, bytes (32,).
        at: now, aware.
        key: the log keeper's.

    Raises:
        ValueError: a part cannot be in a checkpoint (pydantic's ValidationError).
    """
    signature = key.sign_bytes(CHECKPOINT_PURPOSE, checkpoint_bytes(origin, size, root, at))
    return Checkpoint(origin=origin, size=size, root=hash_text(root), at=at.astimezone(UTC), signature=signature)


def verify_checkpoint(checkpoint: Checkpoint, key: PublicKey) -> bool:
    """Whether the key signed this checkpoint. The caller compares the origin with whom it believes it asked."""
    signed = checkpoint_bytes(checkpoint.origin, checkpoint.size, checkpoint.root_bytes, checkpoint.at)
    return key.verifies_bytes(CHECKPOINT_PURPOSE, signed, checkpoint.signature)
