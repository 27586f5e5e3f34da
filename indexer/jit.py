"""Numba with our settings, and the bit instructions that numba lacks."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import caching, types
from numba.extending import intrinsic

from matcher import batch

F = TypeVar("F", bound=Callable[..., Any])


def _digest_of_sources() -> str:
    """SHA-256 over all modules that kernels, and the constants inside them, may come from."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), *sorted(Path(batch.__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


_SOURCES = _digest_of_sources()
_FunctionCache: Any = caching.FunctionCache


class _SourceCache(_FunctionCache):  # type: ignore[misc]
    """Machine code of exactly these sources.

    Numba by itself looks at a function's own file only, not at what is compiled into it from other files.
    """

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return (*super()._index_key(sig, codegen), _SOURCES)


def kernel(function: F) -> F:
    """Compile on first call, release the interpreter lock, and keep the machine code on disk if there is a place."""
    compiled = cast(Any, numba.njit)(nogil=True, boundscheck=False, _nrt=False)(function)
    # It fails in a read-only container without a home: compile in every process.
    with suppress(RuntimeError):
        compiled._cache = _SourceCache(function)
    return cast(F, compiled)


def part(function: F) -> F:
    """A part of a kernel, always inlined: a call would count references on every array of its arguments."""
    return cast(F, cast(Any, numba.njit)(forceinline=True, boundscheck=False, _nrt=False)(function))


def _count_bits(typingctx: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


def _lowest_bit(typingctx: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


popcount: Callable[[Any], int] = cast(Any, intrinsic(_count_bits))
"""Number of set bits of a uint64."""

lowest_bit: Callable[[Any], int] = cast(Any, intrinsic(_lowest_bit))
"""Position of the lowest set bit of a uint64 that is not zero."""
