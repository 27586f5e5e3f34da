"""How many bits the kernel really looks at: the rest is left out by its bounds.

Counted in a process of its own, where the passes and population counts of `indexer` are wrapped before the kernel is
compiled from them; the kernel that is measured stays as it is, and so does its cache of machine code.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from indexer import jit, vectors
from indexer.gallery import Gallery
from matcher.batch import EncodedBatch
from matcher.tables import ScoringTables

_counter = np.zeros(1, dtype=np.int64)


def scanned_bits(gallery: Gallery, probes: EncodedBatch, tables: ScoringTables, k: int) -> float:
    """Code bits that a top-k search of all these probes compares."""
    with TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.common.scanned"], input=pickle.dumps((gallery, probes, tables, k)),
            capture_output=True, check=True, env={**os.environ, "NUMBA_CACHE_DIR": cache},
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
    """Wrap what reads codes; to be called before `indexer.kernel` is imported for the first time."""
    popcount, chunk_bits = jit.popcount, vectors.CHUNK_BITS

    def counted_popcount(word: Any) -> int:
        _count(chunk_bits)
        return popcount(word)

    vectors.bound_view = _counted(vectors.bound_view, vectors._view)
    vectors.bound_birth = _counted(vectors.bound_birth, vectors._birth)
    jit.popcount = jit.part(counted_popcount)


def _counted(run: Callable[..., int], definition: Callable[..., Any]) -> Callable[..., int]:
    """A pass that counts the bits of a tile's rows that it compares, once for each code of the probe."""
    names = list(signature(definition).parameters)[1:]  # the first one is the compiler's
    bits = vectors.CHUNK_BITS * vectors.TILE
    chunks = names.index("chunks")
    copies = names.index("copies") if "copies" in names else None

    def once(*arguments: Any) -> int:
        _count(arguments[chunks] * bits)
        return run(*arguments)

    if copies is None:
        return jit.part(once)
    place: int = copies

    def for_each(*arguments: Any) -> int:
        _count(arguments[chunks] * arguments[place] * bits)
        return run(*arguments)

    return jit.part(for_each)


def _main() -> None:
    assert "indexer.kernel" not in sys.modules, "the kernel was compiled before its parts could be wrapped"
    _counting()
    from indexer.search import KernelSearch

    gallery, probes, tables, k = pickle.loads(sys.stdin.buffer.read())
    KernelSearch(gallery, threads=1).top_k(probes, tables, k)
    print(int(_counter[0]))


if __name__ == "__main__":
    _main()
