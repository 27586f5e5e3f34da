"""The one place that compiles the encoder's kernels, and the one typed face of numba's untyped decorator."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba
from numba.core import caching

P = ParamSpec("P")
R = TypeVar("R")

_SOURCES = hashlib.sha256(b"\0".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))).digest()
_FunctionCache: Any = caching.FunctionCache


class _SourceCache(_FunctionCache):  # type: ignore[misc]
    """Machine code of exactly these sources: numba by itself looks at a kernel's own file only."""

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return (*super()._index_key(sig, codegen), _SOURCES)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on first call, without the interpreter lock, and keep the machine code on disk if possible."""
    compiled = cast(Any, numba.njit)(nogil=True)(function)
    # Without a folder to keep it in (a read-only container without a home) it is compiled in every process.
    with suppress(RuntimeError):
        compiled._cache = _SourceCache(function)
    return cast("Callable[P, R]", compiled)
