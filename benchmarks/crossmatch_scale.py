"""How long does the nightly cross-match take, how does it grow, and what do the peers need for the same sizes?

Whole runs over a hub's database on SQLite, with records of eight holders of one country who may all be compared: all of
them searched and every candidate stored, by one core and by two, then the night after a day with new and corrected
records, then one after which nothing has come. With `--million`, a million of each kind without a database: the index,
both searches, the lists and what would be stored of them (`benchmarks.common.crossing_steps` says what is left out),
and the night after a day with some new records.

A pass compares every record of one kind with every record of the other and gives each of the first kind its best
twenty; a night makes two passes, one for each kind. Peers make one pass of the same people: anonlink and faiss over
1,024-bit filters, with the best twenty of each missing record, Splink over plain text and what its blocking leaves.
Rates count all pairs of a pass, also those that an engine could leave out. Every process is watched from outside: its
seconds, processor seconds and memory are those of all processes that it starts.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.hub.matching.options import MatchingOptions
from benchmarks.common import scale_report, watching
from benchmarks.common.bulk_hub import arrive, make_hub
from benchmarks.common.crowd import Crowd
from benchmarks.common.data import fitted, gallery_of
from benchmarks.common.machine import load
from benchmarks.common.report import Report, arguments
from benchmarks.common.resident import slice_of
from benchmarks.common.watching import Limits, Watched
from matcher.model_file import model_from_json, model_to_json
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22
from matcher.views import Kind

SIZES = (10_000, 100_000)
MILLION = 1_000_000
CORES = (1, 2)
FITTED = 20_000
"""Records of each kind that the model is fitted to."""
NETWORK_BLOCKS = 6
PEERS = ("anonlink", "faiss", "splink")
TOP = MatchingOptions(Path()).top
NIGHTS, STEPS, RIVALS = (f"benchmarks.common.{name}" for name in ("nights", "crossing_steps", "rivals"))


def main() -> None:
    """Measure, print and write."""
    options = _arguments().parse_args()
    report = Report("crossmatch_scale", ("anonlink", "clkhash", "faiss-cpu", "splink", "duckdb"), {
        "seed": options.seed, "sizes": options.sizes, "million": options.million_records if options.million else None,
        "million_network": options.million_records if options.million_network else None, "cores": options.cores,
        "profile": options.profile, "arriving": options.arriving, "top": TOP, "model_fitted_to": FITTED,
        "peer_seconds": options.peer_seconds, "peer_gib": options.peer_gib,
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    measured = scale_report.Measured()
    with _cache(options.cache) as cache:
        _compile(cache, options)
        for size in options.sizes:
            _whole_runs(report, measured, cache, options, size)
        if options.million:
            _without_database(report, measured, cache, options)
        if options.million_network:
            _network(report, cache, options)
        if not options.no_peers:
            _peers(report, measured, cache, options)
    scale_report.judge(report, measured)
    report.write(options.json)


def _arguments() -> argparse.ArgumentParser:
    parser = arguments(__doc__, SIZES)
    parser.add_argument("--cores", type=int, nargs="+", default=list(CORES))
    parser.add_argument("--profile", default=LOCAL_2026_11_22.name, help="of the whole runs and of --million")
    parser.add_argument("--arriving", type=int, default=1_000, help="new or corrected records of the day after")
    parser.add_argument("--million", action="store_true", help="a million of each kind as well; takes long")
    parser.add_argument("--million-network", action="store_true", help="a sample of such a run, hardened profile")
    parser.add_argument("--million-records", type=int, default=MILLION, help="another million, to try it out")
    parser.add_argument("--network-blocks", type=int, default=NETWORK_BLOCKS, help="that are searched as a sample")
    parser.add_argument("--cache", type=Path, default=None, help="keep invented people here for the next time")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--peer-seconds", type=float, default=600.0, help="for each peer and size")
    parser.add_argument("--peer-gib", type=float, default=12.0, help="memory, and four times as much disk")
    return parser


@contextmanager
def _cache(folder: Path | None) -> Iterator[Path]:
    """Where people are kept, and beside them everything else for as long as it is needed."""
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield folder.resolve()
        return
    with TemporaryDirectory() as made:
        yield Path(made)


def _crowd(cache: Path, options: argparse.Namespace, size: int, profile: str) -> Crowd:
    """So many people of each kind, and those who come on the next day."""
    return Crowd(cache, profile, size + options.arriving // 2, options.seed)


def _compile(cache: Path, options: argparse.Namespace) -> None:
    """Two small nights: the second is incremental, so that all code is compiled, and read from the disk from now on."""
    crowd = Crowd(cache, options.profile, 60, options.seed)
    crowd.make(*Kind)
    with TemporaryDirectory(dir=cache) as folder:
        make_hub(Path(folder) / "hub", crowd, 50, model_from_json(_model(crowd, cache).read_text(encoding="utf-8")))
        for cores in options.cores:
            _night(Path(folder) / "hub", cores, full=True)
        arrive(Path(folder) / "hub", crowd, 50, 5, 5, options.seed)
        _night(Path(folder) / "hub", options.cores[-1], full=False)


def _whole_runs(
    report: Report, measured: scale_report.Measured, cache: Path, options: argparse.Namespace, size: int
) -> None:
    crowd = _crowd(cache, options, size, options.profile)
    crowd.make(*Kind, plain=not options.no_peers)
    rows, after = [], []
    with TemporaryDirectory(dir=cache) as folder:
        pristine, hub = Path(folder) / "pristine", Path(folder) / "hub"
        make_hub(pristine, crowd, size, model_from_json(_model(crowd, cache).read_text(encoding="utf-8")))
        for cores in options.cores:
            shutil.rmtree(hub, ignore_errors=True)
            shutil.copytree(pristine, hub)
            done = _night(hub, cores, full=True)
            rows.append(scale_report.whole_row(size, cores, done))
            measured.nights[size, cores] = done
        cores, quarter = options.cores[-1], options.arriving // 4
        arrive(hub, crowd, size, quarter, quarter, options.seed)
        for since in (f"{2 * quarter} new, {2 * quarter} corrected", "nothing"):
            after.append(scale_report.after_row(report, since, _night(hub, cores, full=False)))
    report.table(f"Whole runs, {options.profile}, {size:,} missing and {size:,} found records", rows)
    report.table(f"The nights after, {size:,} of each kind, {options.cores[-1]} cores", after)


def _night(hub: Path, cores: int, *, full: bool) -> Watched:
    return _sound(watching.run(NIGHTS, {"folder": hub, "cores": cores, "full": full}))


def _without_database(
    report: Report, measured: scale_report.Measured, cache: Path, options: argparse.Namespace
) -> None:
    size, cores, new = options.million_records, options.cores[-1], options.arriving // 2
    crowd = _crowd(cache, options, size, options.profile)
    crowd.make(*Kind, plain=not options.no_peers)
    with TemporaryDirectory(dir=cache) as folder:
        asked = _asked(crowd, Path(folder) / "index", size)
        asked |= {"cores": cores, "new": new, "model": _model(crowd, cache)}
        built = _sound(watching.run(STEPS, asked | {"step": "build"}))
        searched = _sound(watching.run(STEPS, asked | {"step": "search"}))
        after = _sound(watching.run(STEPS, asked | {"step": "incremental"}))
    title = f"{size:,} of each kind without a database, {options.profile}, {cores} cores"
    report.table(title, scale_report.part_rows(built, searched))
    report.table(f"The night after, {new} new records of each kind against {size:,}", scale_report.part_rows(after))
    scale_report.note_without_database(report, built, searched, after)
    measured.million = scale_report.Million(size, cores, built, searched, after)


def _network(report: Report, cache: Path, options: argparse.Namespace) -> None:
    """A sample of one pass: all found records in the index, and as many missing ones as are searched for."""
    size, cores = options.million_records, options.cores[-1]
    crowd = Crowd(cache, NETWORK_2026_11_22.name, size, options.seed)
    crowd.make(Kind.FOUND)
    few = min((options.network_blocks + cores) * scale_report.BLOCK, size)
    some = Crowd(cache, NETWORK_2026_11_22.name, few, options.seed + 1)
    some.make(*Kind)
    with TemporaryDirectory(dir=cache) as folder:
        asked = _asked(crowd, Path(folder) / "index", size)
        asked |= {"cores": cores, "model": _model(some, cache), "missing": few, "missing_seed": some.seed}
        built = _sound(watching.run(STEPS, asked | {"step": "build"}))
        sampled = _sound(watching.run(STEPS, asked | {"step": "sample"}))
    scale_report.network(report, size, cores, built, sampled)


def _peers(report: Report, measured: scale_report.Measured, cache: Path, options: argparse.Namespace) -> None:
    sizes = sorted([*options.sizes, *([options.million_records] if options.million else [])])
    limits = Limits(options.peer_seconds, options.peer_gib, 4 * options.peer_gib)
    out: dict[str, str] = {}
    for size in sizes:
        crowd = _crowd(cache, options, size, options.profile)
        crowd.make(*Kind, plain=True)
        for peer in options.peers:
            if peer in out:
                report.note(f"{peer} was not tried with {size:,} of each kind: {out[peer]}")
                continue
            asked = _asked(crowd, cache, size) | {"peer": peer, "top": TOP, "seconds": options.peer_seconds}
            done = watching.run(RIVALS, asked, limits if peer == "splink" else Limits(gib=options.peer_gib), cache)
            measured.peers[peer, size] = done
            if done.stopped:
                out[peer] = f"{done.stopped} with {size:,}"
    report.table("Peers, one pass", [scale_report.peer_row(*key, done) for key, done in measured.peers.items()])


def _asked(crowd: Crowd, folder: Path, size: int) -> dict[str, Any]:
    return {
        "cache": crowd.folder, "profile": crowd.profile, "crowd": crowd.records, "seed": crowd.seed, "folder": folder,
        "records": size,
    }  # fmt: skip


def _model(crowd: Crowd, cache: Path) -> Path:
    """A model that was fitted without labels to the first records of a crowd."""
    path = cache / f"model-{crowd.profile}-{crowd.seed}-{crowd.records}.json"
    missing, found = (next(crowd.batches(kind)) for kind in Kind)
    few = min(FITTED, len(missing.refs))
    model = fitted(slice_of(missing, 0, few), gallery_of(found, few), crowd.seed)
    path.write_text(model_to_json(model), encoding="utf-8")
    return path


def _sound(done: Watched) -> Watched:
    if done.stopped:
        raise SystemExit("A part of the measurement failed; what it said stands above.")
    return done


if __name__ == "__main__":
    main()
