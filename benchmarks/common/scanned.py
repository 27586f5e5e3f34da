"""How many bits the kernel really looks at: the rest is left out by its bounds.

Counted in a process of its own, where the parts of `indexer` that read codes are wrapped before the kernel is
compiled from them; the kernel that is measured stays as it is, and so does its cache of machine code.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from indexer import jit, kernel, vectors, weighing
from indexer.gallery import Gallery
from matcher.batch import EncodedBatch
from matcher.profile import WORD_BITS
from matcher.tables import ScoringTables

_counter = np.zeros(1, dtype=np.int64)


def scanned_bits(
    gallery: Gallery, probes: EncodedBatch, tables: ScoringTables, k: int,
    floors: npt.NDArray[np.int32] | None = None,
) -> float:
    """Code bits that a search of all these probes compares: for the best k, or with floors in both ways."""
    with TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.common.scanned"],
            input=pickle.dumps((gallery, probes, tables, k, floors)), capture_output=True, check=True,
            env={**os.environ, "NUMBA_CACHE_DIR": cache},
        )
    return float(done.stdout)


def _add(typingctx: Any, amount: Any) -> Any:
    address = _counter.ctypes.data

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.inttoptr(ir.IntType(64)(address), ir.IntType(64).as_pointer())
        builder.store(builder.add(builder.load(place), arguments[0]), place)
        return arguments[0]

    return types.int64(types.int64), generate


_count: Callable[[int], int] = cast(Any, intrinsic(_add))


def _counting() -> None:
    """Wrap what reads codes; to be called before the kernel is compiled for the first time."""
    advance, scalar = kernel._advance, weighing._scalar_distance

    def counted_advance(
        rows: Any, t: int, probes: Any, group: int, tables: Any, place: int, step: int, scratch: Any
    ) -> int:
        words = tables.program[scratch.both[place], step, 2]
        several = tables.program[scratch.both[place], step, 3]
        _count(words * WORD_BITS * vectors.TILE * (probes.copies[group] if several else 1))
        return advance(rows, t, probes, group, tables, place, step, scratch)

    def counted_scalar(
        rows: Any, t: int, r: int, probes: Any, i: int, copies: int, first: int, end: int
    ) -> int:
        _count((end - first) * vectors.CHUNK_BITS * copies)
        return scalar(rows, t, r, probes, i, copies, first, end)

    bounding, exact = cast(Any, kernel), cast(Any, weighing)
    bounding._advance = jit.part(counted_advance)
    exact._scalar_distance = jit.part(counted_scalar)


def _main() -> None:
    assert "indexer.drivers" not in sys.modules, "the kernel was compiled before its parts could be wrapped"
    _counting()
    from indexer.search import KernelSearch

    gallery, probes, tables, k, floors = pickle.loads(sys.stdin.buffer.read())
    search = KernelSearch(gallery, threads=1)
    if floors is None:
        search.top_k(probes, tables, k)
    else:
        search.both_ways(probes, tables, k, floors)
    print(int(_counter[0]))


if __name__ == "__main__":
    _main()
