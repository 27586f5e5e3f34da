"""What does a Ray cluster cost beside a pool of processes, when both are of this machine?

The same full run, so many missing against so many found records, searched by one process with threads, by a pool of
spawned processes and by a Ray cluster that is started for it. The first pass starts the engine, hands the run over and
searches all blocks; later ones search them again with all workers warm (the one process opens the run each time). What
a cluster of several machines brings is processors: this machine cannot show it. No peer does this.

Most records are derived from some thousands of invented ones by flipping bits (see benchmarks.common.resident).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from api.hub.crossmatching.beginning import begin
from api.hub.crossmatching.blocks import Block, Stage, blocks_of
from api.hub.crossmatching.engines import Engine, OwnProcess, Processes
from api.hub.crossmatching.handing import hand_over
from api.hub.crossmatching.ray_engine import RayEngine
from api.hub.matching.options import MatchingOptions
from benchmarks.common.data import encode, fitted, gallery_of, invent, new_encoder
from benchmarks.common.machine import load
from benchmarks.common.report import Report, arguments
from benchmarks.common.resident import fill, make_hub_database, use_model
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind

SIZES = (20_000, 50_000)
WORKERS = 2
ROUNDS = 3


@dataclass
class Measured:
    """Seconds of the first pass, of the best later one, and of the end; a digest of all results of each pass."""

    first: float = 0.0
    warm: float = inf
    end: float = 0.0
    digests: set[str] = field(default_factory=set)


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, SIZES)
    parser.add_argument("--base", type=int, default=10_000, help="records of each kind that are invented and encoded")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="passes with warm workers; the best one counts")
    options = parser.parse_args()
    report = Report("ray_overhead", ("ray",), {
        "seed": options.seed, "records_of_each_kind": options.sizes, "base": options.base, "workers": options.workers,
        "rounds": options.rounds, "profile": LOCAL_2026_11_22.name,
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    for size in options.sizes:
        with _run(size, min(options.base, size), options.seed) as (folder, blocks):
            _compare(report, size, folder, blocks, options.workers, options.rounds)
    report.write(options.json)


@contextmanager
def _run(size: int, base: int, seed: int) -> Iterator[tuple[Path, list[Block]]]:
    """The folder of a full run over so many records of each kind, and its blocks."""
    people, encoder, now = invent(base, base, seed), new_encoder(LOCAL_2026_11_22), datetime.now(UTC)
    missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
    with TemporaryDirectory() as folder:
        hub = make_hub_database(Path(folder), LOCAL_2026_11_22, found.key_check, now)
        use_model(hub, fitted(missing, gallery_of(found), seed), now)
        fill(hub, found, size, seed)
        fill(replace(hub, custodians=[hub.reporter]), missing, size, seed + 1)
        begun = begin(hub.database, MatchingOptions(Path(folder) / "index"), hub.partition, now, full=True)
        stages = zip((Stage.MISSING, Stage.FOUND), begun.plan.dirty, strict=True)
        yield begun.files, [block for stage, total in stages for block in blocks_of(stage, total)]
        hub.database.close()


def _compare(report: Report, size: int, folder: Path, blocks: list[Block], workers: int, rounds: int) -> None:
    engines: dict[str, Engine] = {
        "own process, threads": OwnProcess(workers), "pool of processes": Processes(workers),
        "ray": RayEngine(None, workers),
    }  # fmt: skip
    measured = _measure(engines, folder, blocks, rounds)
    pool = measured["pool of processes"]
    report.table(f"{size:,} missing against {size:,} found, {len(blocks)} blocks, {workers} workers", [{
        "searched by": name, "seconds of a run": each.first + each.end, "of them start": each.first - each.warm,
        "end": each.end, "a block, warm": each.warm / len(blocks) * workers,
        "more than the pool, ms a block": (each.warm - pool.warm) / len(blocks) * workers * 1e3,
        "ratio to the pool, warm": each.warm / pool.warm,
    } for name, each in measured.items()])  # fmt: skip
    report.note(f"handed over: {hand_over(folder).nbytes / 2**20:,.0f} MiB")
    same = len(set.union(*(each.digests for each in measured.values()))) == 1
    report.note("all found the same bytes" if same else "THEY DID NOT FIND THE SAME BYTES")


def _measure(engines: dict[str, Engine], folder: Path, blocks: list[Block], rounds: int) -> dict[str, Measured]:
    """Each engine in turn in each round, so that whatever else the machine does falls on all of them."""
    out = {name: Measured() for name in engines}
    with ExitStack() as stack:
        for engine in engines.values():
            stack.callback(engine.close)
        for turn in range(1 + rounds):
            for name, engine in engines.items():
                seconds = _pass(engine, folder, blocks, out[name].digests)
                if turn == 0:
                    out[name].first = seconds
                else:
                    out[name].warm = min(out[name].warm, seconds)
        for name, engine in engines.items():
            started = perf_counter()
            engine.close()
            out[name].end = perf_counter() - started
    return out


def _pass(engine: Engine, folder: Path, blocks: list[Block], digests: set[str]) -> float:
    started, digest = perf_counter(), sha256()
    for result in engine.results(folder, blocks):
        digest.update(result)
    digests.add(digest.hexdigest())
    return perf_counter() - started


if __name__ == "__main__":
    main()
