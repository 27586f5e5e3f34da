"""The one place that compiles the encoder's kernels, and the one typed face of numba's untyped decorator."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on first call, without the interpreter lock, and keep the machine code on disk if possible."""
    njit = cast("Callable[..., Any]", numba.njit)
    try:
        return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # No folder to keep it in (a read-only container without a home): compile in every process.
        return cast("Callable[P, R]", njit(nogil=True)(function))
