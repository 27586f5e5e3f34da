"""Prints a digest of many hits of seeded worlds, and whether the compiler was told of 512-bit registers.

Run as `python -m tests.indexer.hits_digest`, so that a test can ask for other processor features.
"""

import hashlib

from numba.core.registry import cpu_target

from indexer.search import KernelSearch
from matcher.views import Kind, View
from tests.indexer.builders import world_of
from tests.matcher.builders import profile_of


def hits_digest() -> str:
    """SHA-256 over the hits of worlds with short and long views."""
    digest = hashlib.sha256()
    for seed, bits in enumerate((64, 128, 192, 256, 384, 512, 1024, 2048)):
        profile = profile_of({View.CHILD: bits, View.BIRTH: 256, View.HOME: 320})
        world = world_of(seed, profile, [200, 60, 100], 30, codes=8)
        for kind in Kind:
            hits = KernelSearch(world.gallery(), 2).top_k(world.probes[kind], world.tables, 6)
            assert len(hits)
            for array in (hits.probe, hits.record, hits.row, hits.weight):
                digest.update(array.tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    print(hits_digest(), "avx512" in str(cpu_target.target_context.codegen().magic_tuple()))
