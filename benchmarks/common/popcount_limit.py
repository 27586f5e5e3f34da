"""The machine's own limit: a loop that does nothing but xor, count bits and add, over data that stays in L1.

Written as LLVM vectors of 512 bits, so that it is vpopcntq on AVX-512 and whatever LLVM has for it elsewhere. No
exact search over packed codes can go faster than this, whatever else it does.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic

from benchmarks.common.timing import timed

LANES = 8
CHAINS = 8
"""Independent sums, so that the latency of an addition does not count."""

WORDS = 2048
"""16 KiB, half of the smallest L1 data cache in use."""

PASSES = 200_000


def _count(typingctx: Any, data: Any, words: Any, probe: Any) -> Any:
    wide, word = ir.VectorType(ir.IntType(64), LANES), ir.IntType(64)
    step = LANES * CHAINS

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address, length, key = arguments
        place = cast(Callable[..., Any], cgutils.alloca_once)
        insert = cast(Callable[..., Any], cgutils.get_or_insert_function)
        ctpop = insert(builder.module, ir.FunctionType(wide, [wide]), f"llvm.ctpop.v{LANES}i64")
        one = builder.insert_element(ir.Constant(wide, ir.Undefined), key, ir.IntType(32)(0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
        key = builder.shuffle_vector(one, ir.Constant(wide, ir.Undefined), zeros)
        sums = [place(builder, wide) for _ in range(CHAINS)]
        for total in sums:
            builder.store(ir.Constant(wide, None), total)
        with cgutils.for_range(builder, builder.udiv(length, word(step))) as loop:
            start = builder.add(address, builder.mul(loop.index, word(step * 8)))
            for chain, total in enumerate(sums):
                at = builder.inttoptr(builder.add(start, word(chain * LANES * 8)), wide.as_pointer())
                count = builder.call(ctpop, [builder.xor(builder.load(at, align=8), key)])
                builder.store(builder.add(builder.load(total), count), total)
        result: ir.Value = word(0)
        for total in sums:
            for lane in range(LANES):
                result = builder.add(result, builder.extract_element(builder.load(total), ir.IntType(32)(lane)))
        return result

    return types.int64(types.int64, types.int64, types.int64), generate


count_words: Callable[[int, int, int], int] = cast(Any, intrinsic(_count))
"""Set bits of words xor probe: address and number of uint64 words, a multiple of LANES * CHAINS; all int64."""


@cast(Any, njit)(nogil=True)  # type: ignore[untyped-decorator]
def _passes(words: npt.NDArray[np.uint64], passes: int) -> int:
    total = 0
    for probe in range(passes):
        total += count_words(words.ctypes.data, words.shape[0], probe)
    return total


def words_per_second(rounds: int = 7) -> float:
    """uint64 words that one core can xor, count and add up in a second."""
    words = np.random.default_rng(0).integers(0, 2**63, WORDS, dtype=np.uint64)
    expected = int(np.bitwise_count(words).sum() + np.bitwise_count(words ^ np.uint64(1)).sum())
    assert _passes(words, 2) == expected
    return WORDS * PASSES / timed(lambda: _passes(words, PASSES), rounds).least
