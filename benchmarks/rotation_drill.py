"""Does a month's change of the linkage key lose anything, and what is left of the old epoch?

Invented records are encoded under one key and matched; people decide on some cases; everything is encoded under the
next key while the old epoch is open, and matched there; the old epoch is closed and forgotten; new reports come. Real
item makers, intake, matcher and deletion, in one process and on SQLite.

Told are the recall of true pairs before and after, cases that were lost or doubled, seconds, and how many 64-bit words
of the old codes stand in any file of the hub. They are searched for before the deletion, after it without compaction,
and at the end; blocks that the file system gave up are not looked at. Last, whether codes of two epochs
can be linked record by record (benchmarks.attacks.cross_epoch), refs aside: presence bits, open attributes and the
shape of the list are told beside it and are not expected to be chance.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from sqlalchemy import update

from api.hub.retention.forgetting import forget_epoch
from api.hub.storage.tables import candidates
from benchmarks.attacks.cross_epoch import cross_epoch
from benchmarks.attacks.setting import target_of
from benchmarks.common.data import People, invent
from benchmarks.common.report import Report, arguments
from benchmarks.common.rotating import DOMAIN, Case, Drill, Pair
from encoder.keys import LinkageKey
from matcher.profile import NETWORK_2026_11_22, EncodingProfile
from matcher.views import Kind

RECORDS = 1_000
LATE = 0.1
"""Share of the reports that come after the change."""
LATER_KEYS = 10
"""By one pair of keys records link a little better or worse than chance for no reason."""
Words = npt.NDArray[np.uint64]


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="of each kind")
    options = parser.parse_args()
    profile = NETWORK_2026_11_22
    report = Report("rotation_drill", (), {
        "seed": options.seed, "records": options.records, "late": LATE, "later_keys": LATER_KEYS,
        "profile": profile.name,
    })  # fmt: skip
    people = invent(options.records, options.records, options.seed)
    with TemporaryDirectory() as folder:
        _change(report, Path(folder) / "hub", profile, people)
    _link(report, people, profile, np.random.default_rng(options.seed))
    report.write(options.json)


def _change(report: Report, folder: Path, profile: EncodingProfile, people: People) -> None:
    drill = Drill(folder, profile, {Kind.MISSING: people.missing, Kind.FOUND: people.found})
    clock, truth = _Clock(), _truth(people, drill)
    late = round(len(people.missing) * LATE)
    old, new = (LinkageKey.generate(DOMAIN, epoch) for epoch in ("2026-11", "2026-12"))

    before = drill.open(old)
    clock.time("encode and store, first key", lambda: _send(drill, old, late))
    clock.time("match, first epoch", drill.settle)
    first = drill.cases()
    decided = _decide(drill, first, truth)

    drill.open(new)
    clock.time("encode and store, next key", lambda: _send(drill, new, late))
    clock.time("match, next epoch", drill.settle)
    overlap = drill.cases()

    codes = drill.codes(before)
    clock.time("close", lambda: drill.close(before))
    left = {"closed": _left(folder, codes)}
    with patch.object(drill.database, "compact", lambda tables: True):
        clock.time("forget, without compaction", lambda: _forget(drill, before))
    left["forgotten, not compacted"] = _left(folder, codes)
    clock.time("forget again, and compact", lambda: _forget(drill, before))
    left["forgotten"] = _left(folder, codes)

    clock.time("new reports", lambda: drill.send(drill.maker(new), Kind.MISSING, 0, late))
    drill.settle()
    _tell(report, drill, truth, late, decided, {"first epoch": first, "overlap": overlap, "after": drill.cases()})
    report.table("Words of old codes in the hub's files", [
        {"when": when, "looked for": len(_words(codes)), **{f"in the {sort}": count for sort, count in found.items()}}
        for when, found in left.items()
    ])  # fmt: skip
    report.table("Seconds", clock.rows)
    report.target("words of old codes left", sum(left["forgotten"].values()), most=0)


def _send(drill: Drill, key: LinkageKey, late: int) -> None:
    maker = drill.maker(key)
    drill.send(maker, Kind.FOUND, 0, len(drill.refs[Kind.FOUND]))
    drill.send(maker, Kind.MISSING, late, len(drill.refs[Kind.MISSING]))


def _truth(people: People, drill: Drill) -> dict[Pair, int]:
    """True pairs by refs, with the place of the report."""
    places = {record.record_id: at for at, record in enumerate(people.missing)}
    found = {record.record_id: at for at, record in enumerate(people.found)}
    return {
        (drill.refs[Kind.MISSING][places[one]], drill.refs[Kind.FOUND][found[other]]): places[one]
        for one, other in people.population.truth if one in places and other in found
    }  # fmt: skip


def _decide(drill: Drill, cases: Sequence[Case], truth: dict[Pair, int]) -> dict[str, str]:
    """What people made of every fifth true pair and of every fiftieth other one; states by the case's name."""
    true = [case for case in cases if case.pair in truth][::5]
    false = [case for case in cases if case.pair not in truth][::50]
    decided = {case.name: "possible" for case in true} | {case.name: "rejected" for case in false}
    with drill.database.write() as conn:
        for case in (*true, *false):
            values = {"state": decided[case.name], "judged_weight": case.weight, "judged_missing_version": 1,
                      "judged_found_version": 1}  # fmt: skip
            conn.execute(update(candidates).where(candidates.c.name == case.name).values(values))
    return decided


def _tell(
    report: Report, drill: Drill, truth: dict[Pair, int], late: int, decided: dict[str, str],
    cases: dict[str, list[Case]],
) -> None:  # fmt: skip
    rows: list[dict[str, Any]] = []
    known = {pair for pair, place in truth.items() if place >= late}
    for when, found in cases.items():
        wanted = set(truth) if when == "after" else known
        pairs = Counter(case.pair for case in found if case.state != "withdrawn")
        rows.append({
            "when": when, "true pairs": len(wanted), "found": len(wanted & pairs.keys()),
            "recall": len(wanted & pairs.keys()) / len(wanted), "candidates": len(found),
            "proposed twice": sum(count > 1 for count in pairs.values()),
        })  # fmt: skip
    report.table("True pairs among the candidates", rows)
    states = {case.name: case.state for case in cases["after"]}
    lost = sum(states.get(name) != state for name, state in decided.items())
    report.note(f"{len(decided):,} decided cases; {lost:,} of them lost or changed")
    report.target("decided cases lost or changed", lost, most=0)
    report.target("pairs proposed twice", sum(row["proposed twice"] for row in rows), most=0)
    report.target("recall in the overlap less recall before", rows[1]["recall"] - rows[0]["recall"], least=-0.01)
    report.target("recall after the change less recall before", rows[2]["recall"] - rows[0]["recall"], least=-0.01)


def _forget(drill: Drill, partition: int) -> None:
    forget_epoch(drill.database, drill.options.folder, partition, lambda: datetime.now(UTC), lambda count: None)


def _words(codes: Sequence[bytes]) -> Words:
    """What would be recognised, uint64 (n,): words of codes, without those that other things look like."""
    every = np.unique(np.frombuffer(b"".join(codes), dtype="<u8"))
    return every[np.isin(np.bitwise_count(every), range(16, 49))]


def _left(folder: Path, codes: Sequence[bytes]) -> Counter[str]:
    """How many of the words stand anywhere in the database's file, in its write-ahead log, and in the index."""
    wanted, found = _words(codes), Counter[str]()
    files_of = {"database": [folder / "hub.db"], "log": [folder / "hub.db-wal"], "index": (folder / "index").rglob("*")}
    for sort, files in files_of.items():
        here = np.zeros(len(wanted), dtype=np.bool_)
        for path in files:
            content = path.read_bytes() if path.is_file() else b""
            for first in range(8):  # a row begins at any byte
                words = np.frombuffer(content[first : first + (len(content) - first) // 8 * 8], dtype="<u8")
                here |= np.isin(wanted, words)
        found[sort] = int(here.sum())
    return found


class _Clock:
    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def time(self, what: str, work: Callable[[], object]) -> None:
        started = time.perf_counter()
        work()
        self.rows.append({"what": what, "seconds": time.perf_counter() - started})


def _link(report: Report, people: People, profile: EncodingProfile, rng: np.random.Generator) -> None:
    first, *later = (target_of(people.missing, profile) for _ in range(1 + LATER_KEYS))
    found = cross_epoch(first, later, rng)
    report.table("Linking two epochs, refs aside (AUC)", [
        {"by": finding.given, "records": finding.records, "AUC": finding.figure} for finding in found
    ])  # fmt: skip
    for finding in found:
        if "codes" in finding.given:
            report.target(f"AUC, {finding.given}: distance from .5", abs(finding.figure - 0.5), most=0.02)


if __name__ == "__main__":
    main()
