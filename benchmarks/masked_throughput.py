"""How many pairs of rows a second does one core mask, one side of them, and compare?

At 2,048 bits and at the bits of the shipped masked profile, stage by stage: making the pairs from what a request says,
nonces, key stream, permutation with mask, and the comparison at the hub.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.common.report import Report, arguments
from benchmarks.common.timing import rates, timed
from encoder.mask_keys import PairKey, masking_key_from_seed_bytes
from encoder.mask_stream import MaskStream, RowPair, nonces_of
from encoder.masking import CHUNK, SPARE_BLOCKS, mask_rows, stream_blocks
from matcher.masked import masked_distances
from matcher.profile import MASKED_2026_11_22, EncodingProfile, ViewParameters
from matcher.views import Kind, View

ROUNDS = 5
ROWS = 2
"""Rows of either record: four pairs of rows a comparison."""
BITS = 2048
TARGET = 100_000
ALL = "all"


def main() -> None:
    """Measure, print and write."""
    options = arguments(__doc__, (40_000,)).parse_args()
    size = options.sizes[0]
    report = Report("masked_throughput", ("cryptography", "numba"), {
        "seed": options.seed, "pairs_of_rows": size, "rows_a_record": ROWS, "rounds": ROUNDS, "threads": 1,
    })  # fmt: skip
    for profile in (_of_bits(BITS), MASKED_2026_11_22):
        bits = profile.words * 64
        stages = _stages(profile, size, options.seed)
        rows = [{"stage": name, **figures} for name, figures in stages.items()]
        report.table(f"Pairs of rows a second and core, {bits:,} bits", rows)
        whole = stages[ALL]["pairs/cpu-s"]
        report.target(f"{bits:,} bits, one side and the comparison, pairs/cpu-s", whole, least=TARGET)
        report.note(f"{stream_blocks(profile) * 16:,} bytes of key stream a pair, {bits // 8} bytes sent by each side")
    report.write(options.json)


def _of_bits(bits: int) -> EncodingProfile:
    """The masked profile with so many bits: the photo keeps its own, the other views share the rest as they did."""
    photo = MASKED_2026_11_22.views[MASKED_2026_11_22.position(View.PHOTO)]
    more = (bits - MASKED_2026_11_22.words * 64) // 64
    views = [p for p in MASKED_2026_11_22.views if p.view is not View.PHOTO]
    largest = sorted(range(len(views)), key=lambda i: -views[i].bits)
    for step in range(more):
        i = largest[step % len(largest)]
        views[i] = ViewParameters(views[i].view, views[i].bits + 64, 1)
    return replace(MASKED_2026_11_22, name=f"of {bits} bits", views=(*views, photo))


def _stages(profile: EncodingProfile, size: int, seed: int) -> dict[str, dict[str, float]]:
    rng, keys = np.random.default_rng(seed), _keys(profile)
    missing, found = (rng.integers(0, 2**64, (size, profile.words), dtype=np.uint64) for _ in range(2))
    has = np.full(size, (1 << len(profile.views)) - 1, np.uint16)
    pairs = _pairs(size)
    sent = mask_rows(keys[0], pairs, profile, missing, has), mask_rows(keys[1], pairs, profile, found, has)
    plain = masked_distances(profile, missing, has, found, has)
    assert np.array_equal(masked_distances(profile, sent[0], has, sent[1], has), plain)

    def everything() -> None:
        """From the requests of one gateway to the distances at the hub."""
        masked = mask_rows(keys[0], _pairs(size), profile, missing, has)
        masked_distances(profile, masked, has, sent[1], has)

    stages: dict[str, Callable[[], object]] = {
        "pairs as Python objects": lambda: _pairs(size),
        "nonces": lambda: nonces_of(keys[0], pairs),
        "key stream": lambda: _draw(keys[0], pairs, profile),
        "masking, with nonces and key stream": lambda: mask_rows(keys[0], pairs, profile, missing, has),
        "comparison": lambda: masked_distances(profile, sent[0], has, sent[1], has),
        ALL: everything,
    }
    return {name: _figures(size, work) for name, work in stages.items()}


def _keys(profile: EncodingProfile) -> tuple[PairKey, PairKey]:
    police, shelter = (masking_key_from_seed_bytes(bytes([number]) * 32) for number in (1, 2))
    return (
        police.pair_key(shelter.public, own_side=Kind.MISSING, domain="north", epoch="2026-11", profile=profile),
        shelter.pair_key(police.public, own_side=Kind.FOUND, domain="north", epoch="2026-11", profile=profile),
    )


def _pairs(size: int) -> list[RowPair]:
    """As a gateway makes them of requests: all pairs of rows of each comparison."""
    return [
        RowPair("a-missing-reports-ref-", 1, i, f"{comparison:022}", 1, j)
        for comparison in range(size // ROWS**2) for i in range(ROWS) for j in range(ROWS)
    ]  # fmt: skip


def _draw(key: PairKey, pairs: list[RowPair], profile: EncodingProfile) -> None:
    """The key stream alone, in the portions of `mask_rows`."""
    stream, blocks = MaskStream(key), stream_blocks(profile) + SPARE_BLOCKS
    nonces = np.zeros((CHUNK, 14), np.uint8)
    for _ in range(0, len(pairs), CHUNK):
        stream.draw(nonces, blocks)


def _figures(size: int, work: Callable[[], object]) -> dict[str, float]:
    rate = rates(size, timed(work, ROUNDS))
    return {
        "pairs/s best": rate["best"], "pairs/s median": rate["median"], "pairs/cpu-s": rate["processor"],
        "cpu-us a pair": 1e6 / rate["processor"],
    }  # fmt: skip


if __name__ == "__main__":
    main()
