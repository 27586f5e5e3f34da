"""Exact Hamming search by faiss and by numpy, over the same 1,024-bit filters that anonlink compares."""

import faiss
import numpy as np
import numpy.typing as npt

SLICE = 64
"""Probes that numpy compares at a time, so that the distances stay small."""


def faiss_index(codes: npt.NDArray[np.uint8]) -> "faiss.IndexBinaryFlat":
    """A flat binary index of uint8 (n, bytes)."""
    index = faiss.IndexBinaryFlat(codes.shape[1] * 8)
    index.add(codes)
    return index


def faiss_top(index: "faiss.IndexBinaryFlat", probes: npt.NDArray[np.uint8], k: int) -> None:
    """Search on one thread."""
    faiss.omp_set_num_threads(1)
    index.search(probes, k)


def numpy_top(codes: npt.NDArray[np.uint8], probes: npt.NDArray[np.uint8], k: int) -> None:
    """xor, bitwise_count, sum and argpartition, a slice of probes at a time."""
    wide, rows = codes.view(np.uint64), probes.view(np.uint64)
    for first in range(0, len(rows), SLICE):
        part = rows[first : first + SLICE]
        distance = np.zeros((len(part), len(wide)), dtype=np.uint16)
        for word in range(wide.shape[1]):
            distance += np.bitwise_count(part[:, word, None] ^ wide[None, :, word])
        np.argpartition(distance, k, axis=1)[:, :k]
