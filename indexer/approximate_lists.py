"""Inverted lists over one view's codes, by faiss: which records lie near a probe, without looking at all of them.

faiss may not be searched in a process that was forked after it was used, nor while another thread adds to the same
index. Whoever holds such lists builds them once, searches them under a lock, and never adds.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.errors import MissingExtraError

if TYPE_CHECKING:
    import faiss

Codes = npt.NDArray[np.uint64]
Int64 = npt.NDArray[np.int64]
_WORD_BITS = 64


@dataclass(frozen=True)
class ListOptions:
    """How lists are made and searched: more of anything costs time and finds more.

    lists_a_root    lists for each square root of the number of codes
    probed          lists that a search looks into: the nearest ones
    nearest         least number of codes that a search gives for each probe and view
    nearest_a_root  for each square root of the number of codes, if that is more: in a larger gallery more stand nearer
    rounds          of k-means over a sample of the codes
    sampled         codes of that sample for each list
    seed            of k-means: the same codes give the same lists
    threads         of faiss, of which more than one wait for each other busily: bad beside a search on all processors
    """

    lists_a_root: float = 4.0
    probed: int = 32
    nearest: int = 600
    nearest_a_root: float = 1.0
    rounds: int = 4
    sampled: int = 32
    seed: int = 2611
    threads: int = 1


USUAL = ListOptions()
"""Measured, see docs/decisions/0019-sub-linear-search.md."""


class ViewLists:
    """The codes of one view in lists of similar ones; IndexBinaryIVF of faiss."""

    def __init__(self, codes: Codes, places: Int64, options: ListOptions) -> None:
        """Build once, from codes uint64 (n, words), one at least, and the place that each stands for, int64 (n,).

        Raises:
            MissingExtraError: faiss is not installed.
        """
        require_faiss()
        import faiss

        self._options, self._size = options, len(codes)
        faiss.omp_set_num_threads(options.threads)
        bits = codes.shape[1] * _WORD_BITS
        lists = max(1, int(options.lists_a_root * np.sqrt(len(codes))))
        # A list each would leave k-means nothing to learn from.
        lists = min(lists, max(1, len(codes) // 8))
        self._quantizer = faiss.IndexBinaryFlat(bits)
        self._index = faiss.IndexBinaryIVF(self._quantizer, bits, lists)
        _train(self._index, _bytes(codes), options)
        self._index.add_with_ids(_bytes(codes), places)
        self._index.nprobe = min(options.probed, lists)

    def __len__(self) -> int:
        """Number of codes."""
        return self._size

    def nearest(self, codes: Codes, share: float = 1.0) -> tuple[Int64, Int64]:
        """Probe and place of the codes nearest to each probe code, both int64 (c,); a place may come several times.

        Args:
            codes: uint64 (q, words).
            share: of all codes that count for these probes; with less than all, more are given.
        """
        import faiss

        options = self._options
        # The number belongs to the calling thread, which may be another one than last time.
        faiss.omp_set_num_threads(options.threads)
        nearest = max(options.nearest, options.nearest_a_root * np.sqrt(self._size))
        wanted = min(int(nearest / max(share, 1 / _MOST_TIMES)), self._size)
        _, places = self._index.search(_bytes(codes), wanted)
        probe, rank = np.nonzero(places >= 0)
        return probe.astype(np.int64), places[probe, rank]

    def remove(self, places: Int64) -> None:
        """Take all codes of these places, int64 (p,), out; looks at every code."""
        import faiss

        self._index.remove_ids(faiss.IDSelectorBatch(places))
        self._size = int(self._index.ntotal)


_MOST_TIMES = 8
"""So many times as many codes are given at most, however few of them count."""


def require_faiss() -> None:
    """See to it that faiss can be imported.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import faiss  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "This search needs the package faiss-cpu, which is not installed; install milap again with all it needs."
        ) from error


def _train(index: "faiss.IndexBinaryIVF", codes: npt.NDArray[np.uint8], options: ListOptions) -> None:
    index.cp.niter, index.cp.seed = options.rounds, options.seed
    index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = options.sampled, 1
    index.train(codes)


def _bytes(codes: Codes) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(codes).view(np.uint8)
