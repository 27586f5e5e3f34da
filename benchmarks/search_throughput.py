"""How many pairs a second does one core compare, and is a pair's cost flat in the size of the gallery?

Every pair is scored with a fitted model and the exact top ten of each probe are kept; anonlink, faiss and numpy
compare 1,024-bit filters of the same people in the same run, on one thread each. A pair is a pair of records, for all
engines alike: Milap has a row for every name that a child goes by, and compares all rows of both.

Ratios and targets are by seconds of processor time, the fastest round of each engine: by the clock, a neighbour on the
same cores moves a ratio by a factor of three either way. The clock's figures stand in the tables.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.common.data import People, encode, fitted, gallery_of, invent, new_encoder
from benchmarks.common.popcount_limit import words_per_second
from benchmarks.common.report import Report, arguments
from benchmarks.common.scanned import scanned_bits
from benchmarks.common.timing import rates, timed
from benchmarks.peers.anonlink_link import candidates, clks, packed, values
from benchmarks.peers.hamming import faiss_index, faiss_top, numpy_top
from benchmarks.peers.plain_text import by_anyascii, plain_rows
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22, EncodingProfile
from matcher.views import Kind

TOP = 10
MISSING = 5_000
PROBES = 1_024
SCANNED_PROBES = 256
PEER_PROBES = 4_096
"""anonlink lays out its filters anew in every call: many probes, so that this does not count."""

FAISS_PROBES = 1_024
NUMPY_PROBES = 64
USUAL, LOW = 0.7, 0.3
"""anonlink's threshold as its users set it, and one low enough to give ten candidates for nearly every record."""

ROUNDS = 7


@dataclass(frozen=True)
class Engine:
    """One way to search: probes it is given, and the work over all of them."""

    name: str
    probes: int
    work: Callable[[], object]


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, (10_000, 50_000, 100_000, 200_000))
    parser.add_argument("--network-most", type=int, default=100_000, help="largest gallery of the network profile")
    options = parser.parse_args()
    sizes = sorted(options.sizes)
    report = Report("search_throughput", ("anonlink", "clkhash", "faiss-cpu"), {
        "seed": options.seed, "sizes": sizes, "top": TOP, "probes": PROBES, "peer_probes": PEER_PROBES,
        "faiss_probes": FAISS_PROBES, "numpy_probes": NUMPY_PROBES,
        "threads": 1, "rounds": ROUNDS, "anonlink_thresholds": [USUAL, LOW],
    })
    limit = words_per_second()
    report.note(f"popcount limit of one core: {limit / 1e9:.1f} G words/s of 64 bits, {limit * 8 / 1e9:.0f} GB/s")
    people = invent(MISSING, sizes[-1], options.seed)
    local = _profile_rates(report, LOCAL_2026_11_22, people, sizes, limit, options.seed)
    most = [size for size in sizes if size <= options.network_most] or sizes[:1]
    _profile_rates(report, NETWORK_2026_11_22, people, most, limit, options.seed)
    peers = _peer_rates(report, people, sizes)
    _judge(report, local, peers)
    report.write(options.json)


def _profile_rates(
    report: Report, profile: EncodingProfile, people: People, sizes: Sequence[int], limit: float, seed: int
) -> list[dict[str, Any]]:
    encoder = new_encoder(profile)
    missing = encode(encoder, people.missing, Kind.MISSING)
    found = encode(encoder, people.found[: sizes[-1]], Kind.FOUND)
    tables = fitted(missing, gallery_of(found, sizes[0]), seed).tables()
    rows = []
    for size in sizes:
        gallery = gallery_of(found, size)
        probes = _first(missing, PROBES)
        search = KernelSearch(gallery, threads=1)
        pairs = PROBES * size
        rate = rates(pairs, timed(partial(search.top_k, probes, tables, TOP), ROUNDS))
        few = _first(missing, SCANNED_PROBES)
        total = scanned_bits(gallery, few, tables, TOP) if size in (sizes[0], sizes[-1]) else None
        scanned = total / (SCANNED_PROBES * size) if total else None
        rows.append({
            "gallery": size, "row pairs a pair": len(probes) * len(gallery) / pairs,
            "Mpairs/s best": rate["best"] / 1e6,
            "Mpairs/s median": rate["median"] / 1e6, "Mpairs/cpu-s": rate["processor"] / 1e6, "spread": rate["spread"],
            "code bits a row": profile.words * 64, "scanned bits a pair": scanned,
            "scored of limit": rate["best"] * profile.words * len(probes) * len(gallery) / pairs / limit,
            "scanned of limit": rate["best"] * scanned / 64 / limit if scanned else None,
            "bytes a row": gallery.bytes_per_row,
        })
    report.table(f"Milap, {profile.name}, top {TOP}, one thread", rows)
    return rows


def _first(batch: EncodedBatch, records: int) -> EncodedBatch:
    """The rows of the first so many records."""
    return batch.take(np.flatnonzero(batch.record < records))


def _peer_rates(report: Report, people: People, sizes: Sequence[int]) -> dict[int, dict[str, float]]:
    missing = clks(values(plain_rows(people.missing[:PEER_PROBES], by_anyascii, by_anyascii)))
    found = clks(values(plain_rows(people.found[: sizes[-1]], by_anyascii, by_anyascii)))
    out: dict[int, dict[str, float]] = {}
    rows = []
    for size in sizes:
        out[size] = {}
        for engine in _engines(missing, found[:size]):
            rate = rates(engine.probes * size, timed(engine.work, 3))
            out[size][engine.name] = rate["processor"]
            rows.append({
                "engine": engine.name, "gallery": size, "Mpairs/s best": rate["best"] / 1e6,
                "Mpairs/s median": rate["median"] / 1e6, "Mpairs/cpu-s": rate["processor"] / 1e6,
                "spread": rate["spread"],
            })
        for threshold in (USUAL, LOW):
            kept = len(candidates(missing, found[:size], threshold, TOP)[0]) / len(missing)
            report.note(f"{size:,}: anonlink at {threshold} gave {kept:.1f} candidates a record")
    report.table("Peers, 1,024 bits, one thread", rows)
    return out


def _engines(missing: list[Any], found: list[Any]) -> list[Engine]:
    probes, codes = packed(missing), packed(found)
    index, some, few = faiss_index(codes), probes[:FAISS_PROBES], probes[:NUMPY_PROBES]
    return [
        Engine(f"anonlink {USUAL}", len(missing), lambda: candidates(missing, found, USUAL, TOP)),
        Engine(f"anonlink {LOW}", len(missing), lambda: candidates(missing, found, LOW, TOP)),
        Engine("faiss flat", len(some), lambda: faiss_top(index, some, TOP)),
        Engine("numpy", len(few), lambda: numpy_top(codes, few, TOP)),
    ]


def _judge(report: Report, local: list[dict[str, Any]], peers: dict[int, dict[str, float]]) -> None:
    ratios = []
    for row in local:
        ours = row["Mpairs/cpu-s"] * 1e6
        theirs = peers[row["gallery"]]
        ratios.append({"gallery": row["gallery"], **{f"to {name}": ours / rate for name, rate in theirs.items()}})
    report.table("Milap local-2026-11-22 over its peers", ratios)
    report.target("ratio to anonlink, worst gallery", min(r[f"to anonlink {USUAL}"] for r in ratios), least=8)
    speeds = [row["Mpairs/cpu-s"] for row in local]
    report.target("million record pairs/s/core, worst gallery", min(speeds), least=500)
    report.target("million record pairs/s/core, largest gallery", speeds[-1], least=500)
    report.target("bytes an index row, local", local[-1]["bytes a row"], most=400)
    report.note(f"cost of a pair, largest over smallest gallery: {speeds[0] / speeds[-1]:.2f}")


if __name__ == "__main__":
    main()
