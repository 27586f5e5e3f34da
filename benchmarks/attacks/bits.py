"""Packed codes as numbers, which is what attacks reckon with."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def ones(codes: npt.NDArray[np.uint64]) -> Floats:
    """The bits of n codes, uint64 (n, words), as 0 and 1, float32 (n, bits); bit order as in `encoder.xof`."""
    packed = codes.astype("<u8").view(np.uint8)
    return np.unpackbits(packed, axis=-1, bitorder="little").astype(np.float32)


def popcounts(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """How many bits of each of n codes, uint64 (n, words), are 1, int64 (n,)."""
    return np.asarray(np.bitwise_count(codes).sum(axis=1, dtype=np.int64))
