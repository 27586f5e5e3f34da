"""The space that face embeddings are compared in: embedder, mean, whitening, and the size of the code.

All holders of a linkage domain use one space, from one file. Its id travels with every batch of photo codes, so that
codes of two spaces can never meet by accident.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from encoder.faces.interface import EmbedderIdentity
from encoder.xof import framed
from matcher.errors import BatchError, InputError, SpaceMismatchError
from matcher.photos import DIGEST_BYTES, PhotoSpace
from matcher.profile import WORD_BITS

TEMPLATE_BITS = 512
MAX_BITS = 2**16
MAX_DIMENSIONS = 2048
_COUNT_BYTES = 4
_WEIGHTS_BYTES = 32
_LONGEST_TEXT = 200
_CONTENT_LABEL = b"milap face space v1"
_WHITENED = "-whitened"
_PHOTO_LABEL = b"milap photo space v1"

Vector = npt.NDArray[np.float64]
Provenance = Mapping[str, str | int | float]


class SpaceError(InputError):
    """An embedding space cannot be made of these parts (exit status 2)."""


class EmbeddingError(InputError):
    """An embedding does not fit its space or has no direction; the message holds none of its numbers."""


@dataclass(frozen=True, repr=False, eq=False)
class FaceSpace:
    """What turns embeddings of d numbers into comparable directions, and how many bits their codes have.

    identity    the embedder
    mean        float64 (d,) of faces, subtracted first; None when none was fitted
    whitening   float64 (d, d) B with B B^T = inverse within-class covariance, applied as x @ B after the mean; or None
    bits        of a code, a positive multiple of 64
    provenance  what mean and whitening were fitted from: counts, ages, tool and date, never a name

    Two spaces are equal when everything but the provenance is.
    """

    identity: EmbedderIdentity
    mean: Vector | None = None
    whitening: Vector | None = None
    bits: int = TEMPLATE_BITS
    provenance: Provenance = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep copies that nobody can change; SpaceError when the parts do not fit each other."""
        _check(self.identity)
        d = self.identity.dimensions
        if self.bits <= 0 or self.bits % WORD_BITS or self.bits > MAX_BITS:
            raise SpaceError(f"A photo code needs a positive multiple of {WORD_BITS} bits, not {self.bits}.")
        if self.mean is None and self.whitening is not None:
            raise SpaceError("A face space with a whitening needs a mean; fit both from the same photos.")
        object.__setattr__(self, "mean", _kept(self.mean, (d,), "mean"))
        object.__setattr__(self, "whitening", _kept(self.whitening, (d, d), "whitening"))
        object.__setattr__(self, "provenance", dict(self.provenance))
        if self.whitening is not None and np.linalg.matrix_rank(self.whitening) < d:
            raise SpaceError("The whitening of a face space loses directions; fit it again from more photos.")

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over embedder, mean, whitening and bits, as bytes (32,); floats count as little-endian float64."""
        who = self.identity
        return _sha256(
            _CONTENT_LABEL, who.name.encode(), who.weights, who.preprocessing.encode(), _counted(who.dimensions),
            _bytes(self.mean), _bytes(self.whitening), _counted(self.bits),
        )  # fmt: skip

    def photo_space(self, epoch: str) -> PhotoSpace:
        """The id that goes with codes of this space in an epoch: it binds all parts but the provenance."""
        digest = _sha256(_PHOTO_LABEL, self.digest, epoch.encode())
        return PhotoSpace(self.embedder, self.mean is not None, digest[:DIGEST_BYTES])

    @property
    def embedder(self) -> str:
        """Name under which codes of the space are weighed: no curve of another's goes for whitened ones."""
        return self.identity.name if self.whitening is None else f"{self.identity.name}{_WHITENED}"

    def require(self, identity: EmbedderIdentity) -> None:
        """SpaceMismatchError unless this is the space of that embedder, weights and preprocessing included."""
        if identity != self.identity:
            raise SpaceMismatchError(
                "The face space was fitted for another embedder than the one that reads the photos; use the embedder "
                "that the space file names, or a space file of this embedder."
            )

    def __eq__(self, other: object) -> bool:
        """Whether codes of both may be compared."""
        return self.digest == other.digest if isinstance(other, FaceSpace) else NotImplemented

    def __hash__(self) -> int:
        """Hash of the digest."""
        return hash(self.digest)

    def __repr__(self) -> str:
        """Which parts there are, and none of their numbers."""
        parts = [name for name in ("mean", "whitening") if getattr(self, name) is not None]
        return f"FaceSpace({' with '.join([self.identity.name, ' and '.join(parts) or 'nothing fitted'])})"


def uncentred(identity: EmbedderIdentity, bits: int = TEMPLATE_BITS) -> FaceSpace:
    """The space of an embedder for which nothing was fitted: its codes tell less (FACES, item 4)."""
    return FaceSpace(identity, bits=bits)


def _check(who: EmbedderIdentity) -> None:
    """SpaceError for an embedder that cannot be: its name has to fit the id that goes with a batch."""
    try:
        PhotoSpace(f"{who.name}{_WHITENED}", False, bytes(DIGEST_BYTES))
        named = who.preprocessing.isascii() and 0 < len(who.preprocessing) <= _LONGEST_TEXT
        complete = named and 1 <= who.dimensions <= MAX_DIMENSIONS and len(who.weights) == _WEIGHTS_BYTES
    except BatchError:
        complete = False
    if not complete:
        raise SpaceError("The embedder of a face space is incomplete; use the identity that the embedder gives.")


def _kept(numbers: Vector | None, shape: tuple[int, ...], noun: str) -> Vector | None:
    """A read-only copy; SpaceError when it has another shape or a number that is none."""
    if numbers is None:
        return None
    kept = np.array(numbers, dtype=np.float64, order="C")
    if kept.shape != shape:
        raise SpaceError(f"The {noun} of a face space has shape {kept.shape}, its embedder needs {shape}.")
    if not np.isfinite(kept).all():
        raise SpaceError(f"The {noun} of a face space holds what is no finite number; fit it again.")
    kept += 0.0  # no negative zeros: equal numbers give equal bytes
    kept.flags.writeable = False
    return kept


def _bytes(numbers: Vector | None) -> bytes:
    return b"" if numbers is None else numbers.astype("<f8").tobytes()


def _counted(number: int) -> bytes:
    return number.to_bytes(_COUNT_BYTES, "big")


def _sha256(*fields: bytes) -> bytes:
    return hashlib.sha256(framed(*fields)).digest()
