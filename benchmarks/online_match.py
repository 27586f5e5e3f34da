"""How long does a hub compute from a report that waits to its committed candidates?

One matcher on a real SQLite database (every commit synced to disk), each report stored and queued as the intake does
it, then one step of the worker: read the queue, bring the index up to date, search all resident found records of
twenty holders under agreements, store candidates. No peer does this, so there is none to compare with.

Most resident records are derived from some tens of thousands of invented ones by flipping bits (see
benchmarks.common.resident). Time of the intake and of the network is not in the figures.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from sqlalchemy import func, select

from api.hub.matching.options import MatchingOptions
from api.hub.matching.worker import Matcher
from api.hub.storage.tables import candidates
from benchmarks.common.data import encode, fitted, gallery_of, invent, new_encoder
from benchmarks.common.machine import load
from benchmarks.common.report import Report, arguments
from benchmarks.common.resident import fill, make_hub_database, slice_of, store, use_model
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22, EncodingProfile
from matcher.views import Kind

RESIDENT = 1_000_000
NETWORK_RESIDENT = 100_000
REPORTS = 500
WARM = 20
BATCH = 64
P99_MILLISECONDS = 50.0


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, (RESIDENT,))
    parser.add_argument("--network-sizes", type=int, nargs="*", default=[NETWORK_RESIDENT])
    parser.add_argument("--base", type=int, default=30_000, help="records that are invented and encoded")
    parser.add_argument("--reports", type=int, default=REPORTS)
    options = parser.parse_args()
    report = Report("online_match", (), {
        "seed": options.seed, "resident": options.sizes, "network_resident": options.network_sizes,
        "base": options.base, "reports": options.reports, "top": MatchingOptions(Path()).top,
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    for profile, sizes in ((LOCAL_2026_11_22, options.sizes), (NETWORK_2026_11_22, options.network_sizes)):
        for size in sizes:
            _measure(report, profile, size, min(options.base, size), options.reports, options.seed)
    report.write(options.json)


def _measure(report: Report, profile: EncodingProfile, size: int, base: int, reports: int, seed: int) -> None:
    people, encoder = invent(reports + WARM + BATCH, base, seed), new_encoder(profile)
    missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
    now = datetime.now(UTC)
    with TemporaryDirectory() as folder:
        hub = make_hub_database(Path(folder), profile, found.key_check, now)
        use_model(hub, fitted(missing, gallery_of(found), seed), now)
        fill(hub, found, size, seed)
        matcher = Matcher(hub.database, MatchingOptions(Path(folder) / "index"))
        while matcher.step():
            pass
        seconds = []
        for i in range(len(missing.refs) - BATCH):
            store(hub, slice_of(missing, i, i + 1), queued=True, partner=hub.reporter)
            seconds.append(_step(matcher))
        store(hub, slice_of(missing, len(missing.refs) - BATCH, len(missing.refs)), queued=True, partner=hub.reporter)
        together = _step(matcher)
        with hub.database.read() as conn:
            pairs = conn.execute(select(func.count()).select_from(candidates)).scalar_one()
        hub.database.close()
    milliseconds = np.array(seconds[WARM:]) * 1e3
    p50, p99 = np.quantile(milliseconds, [0.5, 0.99])
    report.table(f"{profile.name}: hub compute of a report", [{
        "resident": size, "of them derived": size - base, "reports": len(milliseconds), "p50 ms": float(p50),
        "p95 ms": float(np.quantile(milliseconds, 0.95)), "p99 ms": float(p99), "worst ms": float(milliseconds.max()),
        f"{BATCH} at once, ms": together * 1e3, "candidates a report": pairs / len(missing.refs),
    }])  # fmt: skip
    if profile is LOCAL_2026_11_22:
        report.target(f"p99 ms of a report, {size:,} resident", float(p99), most=P99_MILLISECONDS)


def _step(matcher: Matcher) -> float:
    started = perf_counter()
    matcher.step()
    return perf_counter() - started


if __name__ == "__main__":
    main()
