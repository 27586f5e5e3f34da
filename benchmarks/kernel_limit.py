"""How near does the search kernel come to what one core can count, and how near to the memory's bandwidth?

Every pair is scored with a fitted model: once for the best 20 of each probe, and once in both ways, where each gallery
record has a floor, too (its own best weight among the missing records: about what its twentieth would weigh in a
hundred times as many). Rates are by seconds of processor time, the fastest round.

A pair is a pair of records. "Effective" is what a search from both sides, each pair compared twice, would have to reach
to be done in the same time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from benchmarks.common.data import encode, fitted, gallery_of, invent, new_encoder
from benchmarks.common.popcount_limit import words_per_second
from benchmarks.common.report import Report, arguments
from benchmarks.common.scanned import scanned_bits
from benchmarks.common.timing import rates, timed
from indexer.both_ways import NEVER
from indexer.drivers import TILE_PROBES
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22, EncodingProfile
from matcher.tables import ScoringTables
from matcher.views import Kind

TOP = 20
MISSING = 5_000
PROBES = 1_024
COUNTED_PROBES = 256
NETWORK_MOST = 50_000
FITTED_ON = 50_000
STREAM_BYTES = 1 << 28
"""Many times the largest cache of a server core."""

PAGE = 4096
ROUNDS = 5
SHARE = 0.6


@dataclass(frozen=True)
class Setting:
    """One gallery and what is searched in it."""

    gallery: Gallery
    probes: EncodedBatch
    tables: ScoringTables
    floors: npt.NDArray[np.int32]
    records: int


def main() -> None:
    """Measure, print and write."""
    options = arguments(__doc__, (50_000, 200_000)).parse_args()
    sizes = sorted(options.sizes)
    report = Report("kernel_limit", (), {
        "seed": options.seed, "sizes": sizes, "top": TOP, "probes": PROBES, "threads": 1, "rounds": ROUNDS,
    })
    limit, stream = words_per_second(), bytes_per_second()
    report.note(f"popcount limit of one core: {limit / 1e9:.1f} G words/s of 64 bits")
    report.note(f"memory bandwidth of one core: {stream / 1e9:.1f} GB/s read")
    shares = []
    for profile in (LOCAL_2026_11_22, NETWORK_2026_11_22):
        most = [size for size in sizes if profile is LOCAL_2026_11_22 or size <= NETWORK_MOST] or [NETWORK_MOST]
        rows = [row for setting in settings(profile, most, options.seed) for row in measured(setting, limit, stream)]
        report.table(f"{profile.name}, one thread", rows)
        shares.append(rows[-1]["of popcount limit"])
    for profile, share in zip((LOCAL_2026_11_22, NETWORK_2026_11_22), shares, strict=True):
        report.target(f"share of the popcount limit, {profile.name}, largest gallery", share, least=SHARE)
    report.write(options.json)


def settings(profile: EncodingProfile, sizes: list[int], seed: int) -> list[Setting]:
    """A gallery of each size, with the model fitted on the smallest."""
    people = invent(MISSING, sizes[-1], seed)
    encoder = new_encoder(profile)
    missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
    tables = fitted(missing, gallery_of(found, min(FITTED_ON, sizes[0])), seed).tables()
    own = KernelSearch(gallery_of(missing)).top_k_records(found, tables, 1)
    floors = np.full(len(found.refs), NEVER, dtype=np.int32)
    floors[own.probe] = own.weight
    probes = missing.take(np.flatnonzero(missing.record < PROBES))
    return [Setting(_on_pages(gallery_of(found, size)), probes, tables, floors[:size], size) for size in sizes]


def _on_pages(gallery: Gallery) -> Gallery:
    """The gallery with its columns at the beginning of pages, as those of mapped segments are."""
    for name in ("codes", "masks", "birth"):
        column = getattr(gallery, name)
        room = np.empty(column.nbytes + PAGE, dtype=np.uint8)
        start = -room.ctypes.data % PAGE
        moved = room[start : start + column.nbytes].view(column.dtype).reshape(column.shape)
        moved[...] = column
        setattr(gallery, name, moved)
    return gallery


def measured(setting: Setting, limit: float, stream: float) -> list[dict[str, Any]]:
    """A line for the search in one direction, and one for both."""
    search = KernelSearch(setting.gallery, threads=1)
    few = setting.probes.take(np.flatnonzero(setting.probes.record < COUNTED_PROBES))
    nobody = np.full_like(setting.floors, NEVER)
    ways: list[tuple[str, Callable[[], object], npt.NDArray[np.int32]]] = [
        ("one way", partial(search.top_k_records, setting.probes, setting.tables, TOP), nobody),
        ("both ways", partial(search.both_ways, setting.probes, setting.tables, TOP, setting.floors), setting.floors),
    ]
    rows = []
    for name, work, floors in ways:
        work()
        pairs = PROBES * setting.records
        rate = rates(pairs, timed(work, ROUNDS))["processor"]
        bits = scanned_bits(setting.gallery, few, setting.tables, TOP, floors) / (COUNTED_PROBES * setting.records)
        read = setting.gallery.bytes_per_row * len(setting.gallery) / setting.records / TILE_PROBES
        rows.append({
            "gallery": setting.records, "search": name, "Mpairs/cpu-s": rate / 1e6,
            "effective Mpairs/cpu-s": rate * (1 if floors is nobody else 2) / 1e6, "scanned bits a pair": bits,
            "of popcount limit": rate * bits / 64 / limit, "of memory bandwidth": rate * read / stream,
        })
    return rows


def bytes_per_second(rounds: int = ROUNDS) -> float:
    """Bytes that one core can read from memory in a second."""
    words = np.ones(STREAM_BYTES // 8, dtype=np.uint64)
    assert _added(words) == len(words)
    return float(STREAM_BYTES / min(timed(lambda: _added(words), rounds).processor))


@cast(Any, njit)(nogil=True)  # type: ignore[untyped-decorator]
def _added(words: npt.NDArray[np.uint64]) -> int:
    total = np.uint64(0)
    for word in words:
        total += word
    return int(total)


if __name__ == "__main__":
    main()
