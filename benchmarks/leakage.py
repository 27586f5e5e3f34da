"""How many records are re-identified from the codes of each shipped profile, and what recall do they buy?

The red team: every attack of benchmarks/attacks on every profile's codes, and on codes known to be weak (Bloom filters,
one plane) in the same run on the same records. Pages under docs/profiles are made of the results
(`python -m tools.profile_pages --write`).
"""

import json
import multiprocessing
import os
from collections.abc import Sequence
from typing import Any

from benchmarks.common.data import invent
from benchmarks.common.profile_recall import RANKS, recall_rows
from benchmarks.common.red_team import MIDDLE, SIZES, WEAK, Task, run
from benchmarks.common.refined_leaks import masked_rows, photo_rows
from benchmarks.common.report import RESULTS, Report, arguments
from matcher.errors import InputError
from matcher.profile import CROSS_BORDER_2026_11_22, PROFILES

RECALL, ATTACKS, WEAK_CODES = "Recall", "Attacks", "Weak codes"
PROCESSES = 2
OTHERS = {"masked": masked_rows, "photos": photo_rows}
"""What is attacked beside the codes of one profile."""
GRAPH, AIM = "graph matching", 0.01


def main() -> None:
    """Attack, print and write."""
    names = [name for name in PROFILES if "photo" not in name]
    parser = arguments(__doc__, (20_000, 12_200))
    parser.add_argument("--attacked", type=int, nargs="+", default=list(SIZES), help="numbers of records attacked")
    parser.add_argument(
        "--only", nargs="+", choices=("recall", *OTHERS, *names, *WEAK), default=None,
        help="replace these rows of the results alone, and leave the others as they are",
    )  # fmt: skip
    options = parser.parse_args()
    chosen = options.only or ["recall", *OTHERS, *names, *WEAK]
    report = Report("leakage", (), {
        "seed": options.seed, "missing": options.sizes[0], "found": options.sizes[1], "attacked": options.attacked,
    })
    kept = _kept(chosen, report.parameters) if options.only else {RECALL: [], ATTACKS: [], WEAK_CODES: []}
    targets = [name for name in (*names, *WEAK) if name in chosen]
    # The longest first, so that no process is left alone with one at the end.
    tasks = [Task(name, size, options.seed) for size in sorted(options.attacked, reverse=True) for name in targets]
    rows = [row for part in _in_processes(tasks) for row in part]
    for name, attack in OTHERS.items():
        rows += attack(options.seed) if name in chosen else []
    if "recall" in chosen:
        people = invent(options.sizes[0], options.sizes[1], options.seed)
        kept[RECALL] = recall_rows(people, [PROFILES[name] for name in names], options.seed)
    report.table(RECALL, kept[RECALL])
    report.table(ATTACKS, _sorted(kept[ATTACKS] + [row for row in rows if row["target"] not in WEAK]))
    report.table(WEAK_CODES, _sorted(kept[WEAK_CODES] + [row for row in rows if row["target"] in WEAK]))
    _judge(report)
    report.write(options.json)


def _in_processes(tasks: Sequence[Task]) -> list[list[dict[str, Any]]]:
    """One process a core and one thread a process: linear algebra in two threads would only wait for itself."""
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    if not tasks:
        return []
    with multiprocessing.get_context("spawn").Pool(PROCESSES, maxtasksperchild=1) as pool:
        return pool.map(run, tasks, chunksize=1)


def _kept(chosen: Sequence[str], parameters: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the reference run that this one does not replace; InputError when that was of other records."""
    known = json.loads((RESULTS / "leakage.json").read_text(encoding="utf-8"))
    if known["parameters"] != parameters:
        raise InputError("The results are of another seed or other sizes; run everything, without --only.")
    wanted = (RECALL, ATTACKS, WEAK_CODES)
    return {name: [row for row in known["tables"][name] if row.get("target") not in chosen] for name in wanted}


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By target, then as the attacks came at the middle size, each size beside the others."""
    known = sorted(rows, key=lambda row: row["records"] != MIDDLE)
    order = {what: place for place, what in enumerate(dict.fromkeys(_what(row) for row in known))}
    return sorted(rows, key=lambda row: (row["target"], order[_what(row)], row["records"]))


def _what(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["attack"], row["given"], row["measure"]


def _judge(report: Report) -> None:
    """The aims of the cross-border profile."""
    rows = [row for row in report.tables[ATTACKS] if row["target"] == CROSS_BORDER_2026_11_22.name]
    for row in rows:
        if row["attack"] == GRAPH and "100%" in row["given"] and row["measure"] == "re-identified":
            report.target(f"{row['given']}, {row['records']:,} records: re-identified", row["figure"], most=AIM)
    recall = {(row["profile"], row["compared"]): row[RANKS[1]] for row in report.tables[RECALL]}
    local = next((value for (name, _), value in recall.items() if name.startswith("local")), None)
    for (name, how), found in recall.items():
        if local is not None and name == CROSS_BORDER_2026_11_22.name and "either list" in how:
            report.target(f"recall at 10 lost against the unhardened code, {how}", local - found, most=0.02)


if __name__ == "__main__":
    main()
