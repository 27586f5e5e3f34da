"""How soon is a hub ready again, from its snapshot and the changes since?

`milap hub serve` in a process of its own on SQLite, timed from the start of the process until /readyz says ready: the
snapshot is read and verified whole, the tail of changes replayed, the numbers of records held against the database.
Beside it, the same without a snapshot, which builds the index from the database. No peer does this.

Most records are derived from some tens of thousands of invented ones by flipping bits (benchmarks.common.resident).
"""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from api.hub.hub_key import make_hub_key
from api.hub.matching.loading import load as load_index
from benchmarks.common.data import encode, invent, new_encoder
from benchmarks.common.hubs import serve
from benchmarks.common.machine import load
from benchmarks.common.report import Report, arguments
from benchmarks.common.resident import ResidentHub, fill, make_hub_database
from benchmarks.common.sockets import free_port
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind

RESIDENT = 1_000_000
TAIL = 10_000
"""As many changes as make the next snapshot due: the longest tail there is after a crash."""
MOST_SECONDS = 10.0
PATIENCE_SECONDS = 600.0


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, (RESIDENT,))
    parser.add_argument("--base", type=int, default=30_000, help="records that are invented and encoded")
    parser.add_argument("--tail", type=int, default=TAIL)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    report = Report("hub_start", (), {
        "seed": options.seed, "resident": options.sizes, "base": options.base, "tail": options.tail,
        "rounds": options.rounds, "profile": LOCAL_2026_11_22.name,
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    for size in options.sizes:
        _measure(report, size, min(options.base, size), options.tail, options.rounds, options.seed)
    report.write(options.json)


def _measure(report: Report, size: int, base: int, tail: int, rounds: int, seed: int) -> None:
    found = encode(new_encoder(LOCAL_2026_11_22), invent(1, base, seed).found, Kind.FOUND)
    with TemporaryDirectory() as folder:
        data = Path(folder) / "hub"
        hub = make_hub_database(data, LOCAL_2026_11_22, found.key_check, datetime.now(UTC))
        make_hub_key(data)
        fill(hub, found, size, seed)
        written = _write_snapshot(hub, data)
        fill(hub, found, tail, seed + 1)
        hub.database.close()
        ready = [_start(data) for _ in range(rounds)]
        shutil.rmtree(data / "index")
        rebuilt = _start(data)
    report.table("Seconds from the start of the process until ready", [{
        "records": size + tail, "of them derived": size - base, "tail": tail, "best": min(ready),
        "worst": max(ready), "without a snapshot": rebuilt, "writing the snapshot": written,
    }])  # fmt: skip
    report.target(f"seconds until ready, {size:,} records, worst round", max(ready), most=MOST_SECONDS)


def _write_snapshot(hub: ResidentHub, data: Path) -> float:
    index = load_index(hub.database, data / "index", hub.partition)
    started = time.perf_counter()
    index.save()
    return time.perf_counter() - started


def _start(data: Path) -> float:
    """Start, wait until ready, stop; the page cache is as warm as after a restart of the service alone."""
    port = free_port()
    started = time.perf_counter()
    process = serve(data, port)
    try:
        while time.perf_counter() - started < PATIENCE_SECONDS:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return time.perf_counter() - started
            time.sleep(0.02)
        raise SystemExit("The hub was not ready in ten minutes; see its log.")
    finally:
        process.stop()


if __name__ == "__main__":
    main()
