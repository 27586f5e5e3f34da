"""Pause cyclic garbage collection around work that makes very many small objects without cycles.

The collector would walk all of them again and again; with a hundred thousand records in memory that is half the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Turn the cyclic collector off, and back to what it was at the end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
