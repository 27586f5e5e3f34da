"""How long does a night's search by photo alone take, beside numpy?

Photo codes are random bits: nobody is near anybody, so every list is as hard to settle as can be. The gallery's holders
may all be compared. The peer counts differing bits with numpy, for a sample of the probes, and keeps the nearest: it
knows neither ages nor holders.
"""

from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np

from benchmarks.common.report import Report, arguments
from indexer.gallery import Gallery
from indexer.photo_lane import PhotoLane
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.defaults import default_model
from matcher.photo_curve_file import shipped_curve
from matcher.photos import PHOTO_AGE_BANDS, PhotoSpace
from matcher.profile import LOCAL_PHOTO_2026_11_22 as PROFILE
from matcher.views import Kind, View

SPACE = PhotoSpace("dlib", True, bytes(16))
PLACES = 3
SIZES = ((10_000, 10_000), (65_906, 40_137))
SAMPLE = 500
HOLDERS = 300
POSITION = PROFILE.position(View.PHOTO)
WORDS = slice(PROFILE.offsets[POSITION], PROFILE.offsets[POSITION + 1])


def main() -> None:
    """Measure, print and write."""
    options = arguments(__doc__).parse_args()
    report = Report("photo_lane", ("faiss-cpu",), {"seed": options.seed, "places": PLACES, "holders": HOLDERS})
    rng = np.random.default_rng(options.seed)
    report.table("Lists by photo alone, one thread", [_row(rng, *size) for size in SIZES])
    report.write(options.json)


def _row(rng: np.random.Generator, missing: int, found: int) -> dict[str, Any]:
    probes, others = _batch(rng, Kind.MISSING, missing), _batch(rng, Kind.FOUND, found)
    gallery = Gallery(PROFILE)
    gallery.add(others, np.arange(found, dtype=np.int32), rng.integers(0, HOLDERS, found).astype(np.int32))
    tables = replace(default_model(PROFILE), photo=shipped_curve(SPACE)).tables()
    lane = PhotoLane(gallery, threads=1)
    build = _seconds(lane.build)
    search = _seconds(lambda: lane.best(probes, tables, PLACES, int(tables.photo.max())))
    numpy = _seconds(lambda: _nearest(probes.codes[:SAMPLE, WORDS], others.codes[:, WORDS])) * missing / SAMPLE
    return {
        "missing": missing, "found": found, "build s": build, "search s": search,
        "million pairs/s": missing * found / search / 1e6, "numpy s, from a sample": numpy,
        "times as fast": numpy / search,
    }  # fmt: skip


def _batch(rng: np.random.Generator, kind: Kind, size: int) -> EncodedBatch:
    """Records of which the photo is all that is known."""
    codes = np.zeros((size, PROFILE.words), np.uint64)
    codes[:, WORDS] = rng.integers(0, 2**64, (size, PROFILE.views[POSITION].words), dtype=np.uint64)
    unknown = np.full(size, UNKNOWN_DAY, np.int32)
    return EncodedBatch(
        PROFILE, b"benchmrk", kind, tuple(map(str, range(size))), np.arange(size, dtype=np.int32), codes,
        np.full(size, 1 << POSITION, np.uint16), np.zeros(size, np.uint8), np.stack([unknown, unknown], axis=1),
        unknown, rng.integers(0, PHOTO_AGE_BANDS, size).astype(np.uint8), SPACE,
    )  # fmt: skip


def _nearest(probes: "np.ndarray[Any, Any]", others: "np.ndarray[Any, Any]") -> None:
    for probe in probes:
        np.argpartition(np.bitwise_count(others ^ probe).sum(axis=1), PLACES)


def _seconds(work: Callable[[], Any]) -> float:
    """Of processor time."""
    started = process_time()
    work()
    return process_time() - started


if __name__ == "__main__":
    main()
