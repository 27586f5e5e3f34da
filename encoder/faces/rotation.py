"""Keyed random rotations: orthogonal matrices from SHAKE-256 (FIPS 202), never from a seeded generator.

One block is a square matrix of independent Gaussian numbers made orthogonal. Uniform to Gaussian is Box and Muller's
formula (Annals of Mathematical Statistics 29, 1958): of each sixteen bytes of the XOF, read as two little-endian
uint64 words a and b,

    u = ((a >> 11) + 1) / 2**53      in (0, 1]
    v = (b >> 11) / 2**53            in [0, 1)
    sqrt(-2 ln u) cos(2 pi v), sqrt(-2 ln u) sin(2 pi v)

are two numbers, and the numbers fill the matrix row by row. Its QR decomposition with a positive diagonal of R is
unique and its Q uniform over all rotations and reflections (Mezzadri, Notices of the AMS 54, 2007), so that no choice
of a linear algebra library reaches the codes, but for a projection within rounding of zero.
"""

import hashlib

import numpy as np
import numpy.typing as npt

from encoder.xof import framed

_LABEL = b"milap photo rotation v1"
_COUNT_BYTES = 4
_UNIFORM_BITS = 53
_WORD_BITS = 64


def stacked_rotations(view_key: bytes, dimensions: int, bits: int) -> npt.NDArray[np.float64]:
    """Hyperplanes of a sign code: keyed orthogonal blocks under each other, cut to `bits` rows.

    Rows of one block are at right angles to each other, which spreads the bits more evenly than independent
    hyperplanes would (Ji and others, Super-Bit Locality-Sensitive Hashing, 2012).

    Args:
        view_key: bytes (32,), of the photo view's plane 0; it binds epoch, domain, profile and view.
        dimensions: length d of an embedding, at least 1.
        bits: rows wanted, at least 1.

    Returns:
        float64 (bits, d); every row has length 1.
    """
    blocks = -(-bits // dimensions)
    stack = [_orthogonal(_gaussians(view_key, block, dimensions)) for block in range(blocks)]
    return np.concatenate(stack)[:bits]


def _orthogonal(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Q of QR with the signs that make the diagonal of R positive."""
    q, r = np.linalg.qr(numbers)
    return np.asarray(q * np.where(np.diagonal(r) < 0, -1.0, 1.0))


def _gaussians(view_key: bytes, block: int, dimensions: int) -> npt.NDArray[np.float64]:
    """One block of Gaussian numbers, float64 (d, d); an odd count leaves the last number over."""
    count = dimensions * dimensions
    drawn = _words(view_key, block, dimensions, count + count % 2).reshape(-1, 2)
    uniform = (drawn >> np.uint64(_WORD_BITS - _UNIFORM_BITS)).astype(np.float64)
    radius = np.sqrt(-2 * np.log((uniform[:, 0] + 1) * 2.0**-_UNIFORM_BITS))
    angle = 2 * np.pi * uniform[:, 1] * 2.0**-_UNIFORM_BITS
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return pairs.reshape(-1)[:count].reshape(dimensions, dimensions)


def _words(view_key: bytes, block: int, dimensions: int, count: int) -> npt.NDArray[np.uint64]:
    """The first `count` words of the XOF over label, view key, block and dimensions."""
    fields = block.to_bytes(_COUNT_BYTES, "big"), dimensions.to_bytes(_COUNT_BYTES, "big")
    drawn = hashlib.shake_256(framed(_LABEL, view_key, *fields)).digest(count * _WORD_BITS // 8)
    return np.frombuffer(drawn, dtype="<u8").astype(np.uint64)
