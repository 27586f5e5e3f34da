"""What does approximate search find, and at what cost, as the gallery grows?

Missing reports are searched among ever more found records, exactly and by the lists of indexer.approximate, on one
thread each, for the best twenty; faiss's flat index over all code bits of a row stands beside them, unweighted as it
is. Seconds are of processor time: sixteen probes at once, as the hub matches them, and one alone.

Most found records are made of the views of some tens of thousands of invented ones (see benchmarks.common.mixed), so
the lists of twenty hold many strangers of nearly the same weight. True pairs are among the invented.
"""

from dataclasses import replace
from functools import partial
from time import perf_counter, process_time
from typing import Any

import faiss
import numpy as np

from benchmarks.common.data import encode, fitted, gallery_of, invent, new_encoder
from benchmarks.common.machine import load
from benchmarks.common.mixed import mixed
from benchmarks.common.report import Report, arguments
from benchmarks.common.timing import timed
from benchmarks.peers.hamming import faiss_index, faiss_top
from indexer.approximate import ApproximateSearch
from indexer.approximate_lists import USUAL
from indexer.approximate_recall import recall_of
from indexer.gallery import Gallery
from indexer.interface import Search
from indexer.pairs import read_rows
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.profile import PROFILES
from matcher.tables import ScoringTables
from matcher.views import Kind

TOP = 20
PROBES = 200
ALONE = 30
BITS = (5.0, 10.0, 15.0, 20.0)
FAISS_PROBES = 64
LEAST_FIRST = 0.95


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, (50_000, 200_000, 500_000))
    parser.add_argument("--base", type=int, default=25_000, help="found records that are invented and encoded")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="local-2026-11-22")
    options = parser.parse_args()
    sizes, base = sorted(options.sizes), min(options.base, min(options.sizes))
    report = Report("approximate_search", ("faiss-cpu",), {
        "seed": options.seed, "sizes": sizes, "base": base, "profile": options.profile, "top": TOP, "probes": PROBES,
        "threads": 1, "lists": vars(USUAL),
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    faiss.omp_set_num_threads(1)
    encoder = new_encoder(PROFILES[options.profile])
    people = invent(PROBES * 4, base, options.seed)
    missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
    tables = fitted(missing, gallery_of(found), options.seed).tables()
    probes = _first(missing, PROBES)
    gallery, rng = gallery_of(found), np.random.default_rng(options.seed)
    rows = []
    for size in sizes:
        _grow(gallery, found, size, rng)
        rows.append(_measured(gallery, probes, tables))
        report.table(f"{options.profile}: best {TOP}, one thread", rows)
    _judge(report, rows)
    report.write(options.json)


def _first(batch: EncodedBatch, records: int) -> EncodedBatch:
    return replace(batch.take(np.flatnonzero(batch.record < records)), refs=batch.refs[:records])


def _grow(gallery: Gallery, base: EncodedBatch, size: int, rng: np.random.Generator) -> None:
    there = gallery.record_count(Kind.FOUND)
    while there < size:
        more = min(size - there, 50_000)
        gallery.add(mixed(base, more, rng), np.arange(there, there + more, dtype=np.int32))
        there += more


def _measured(gallery: Gallery, probes: EncodedBatch, tables: ScoringTables) -> dict[str, Any]:
    exact = KernelSearch(gallery, threads=1)
    near = ApproximateSearch(gallery, exact)
    started, used = perf_counter(), process_time()
    near.build()
    build, build_processor = perf_counter() - started, process_time() - used
    warm = _first(probes, 16)
    for search in (exact, near):
        search.top_k_records(warm, tables, TOP)
    recall = recall_of(near, exact, probes, tables, k=TOP, bits=BITS, clock=process_time)
    codes = read_rows(gallery, gallery.rows_of(Kind.FOUND)).codes.view(np.uint8)
    flat = timed(partial(faiss_top, faiss_index(codes), probes.codes[:FAISS_PROBES].view(np.uint8), TOP), 3)
    return {
        "records": gallery.record_count(Kind.FOUND), "rows": len(gallery),
        **{f"recall@{top}": share for top, share in recall.at.items()},
        **{f"recall from {bits} bits": share for bits, share in recall.above.items()},
        "weighed": recall.weighed, "exact ms": recall.exact_seconds / PROBES * 1e3,
        "approximate ms": recall.approximate_seconds / PROBES * 1e3,
        "exact ms alone": _alone(exact, probes, tables), "approximate ms alone": _alone(near, probes, tables),
        "faiss flat ms": min(flat.processor) / FAISS_PROBES * 1e3, "build s": build, "build cpu-s": build_processor,
    }  # fmt: skip


def _alone(search: Search, probes: EncodedBatch, tables: ScoringTables) -> float:
    """Milliseconds of processor time of a search for one record."""
    some = [probes.take(np.flatnonzero(probes.record == i)) for i in range(ALONE)]
    times = timed(lambda: [search.top_k_records(one, tables, TOP) for one in some], 3)
    return min(times.processor) / ALONE * 1e3


def _judge(report: Report, rows: list[dict[str, Any]]) -> None:
    first, last = rows[0], rows[-1]
    report.target("recall@1, worst gallery", min(row["recall@1"] for row in rows), least=LEAST_FIRST)
    if last["rows"] == first["rows"]:
        return
    growth = np.log(last["rows"] / first["rows"])
    for name in ("approximate ms", "exact ms", "approximate ms alone", "exact ms alone"):
        power = np.log(last[name] / first[name]) / growth
        report.note(f"{name}: grows with the {power:.2f}th power of the rows")
    power = float(np.log(last["approximate ms"] / first["approximate ms"]) / growth)
    report.target("power of the rows that cost grows with", power, most=0.8)
    for suffix in ("", " alone"):
        report.note(_crossover(first, last, suffix))


def _crossover(first: dict[str, Any], last: dict[str, Any], suffix: str) -> str:
    """Where both cost the same: seen, or where the two lines through first and last (in logarithms) meet."""
    near, exact = f"approximate ms{suffix}", f"exact ms{suffix}"
    if last[near] < last[exact]:
        return f"at {last['rows']:,} rows approximate search is the faster one ({near}, {exact})"
    growth = np.log(last["rows"] / first["rows"])
    slopes = [float(np.log(last[name] / first[name]) / growth) for name in (near, exact)]
    if slopes[0] >= slopes[1]:
        return f"no crossover in sight ({near}, {exact})"
    rows = last["rows"] * np.exp(np.log(last[near] / last[exact]) / (slopes[1] - slopes[0]))
    return f"exact search is the faster one at all sizes; extrapolated crossover at {rows:,.0f} rows ({near}, {exact})"


if __name__ == "__main__":
    main()
