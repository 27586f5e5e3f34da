"""How many true pairs does encoded Milap find, beside Splink on plain text and anonlink on Bloom filters?

FEBRL 4 (best F1), and invented children of three countries with spelling variants, several scripts and forged ages
(recall at 1, 5, 10 and 100, by subgroup as well). Everything is fitted without labels, in the same run, on the same
records.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.common import febrl
from benchmarks.common.data import People, invent, resized
from benchmarks.common.groups import GROUPS
from benchmarks.common.links import Candidates, Truth, link, ranked
from benchmarks.common.report import Report, arguments
from benchmarks.peers.anonlink_link import candidates, clks, values
from benchmarks.peers.plain_text import Words, by_anyascii, name_by_milap, place_by_milap, plain_rows
from benchmarks.peers.splink_children import link_children
from benchmarks.peers.splink_febrl import link_febrl
from encoder.synthetic.files import write
from matcher.evaluation import RANKS, recall_by_group
from matcher.profile import LOCAL_2026_11, NETWORK_2026_11

FEBRL_TOP, TOP = 10, 100
DICE = 0.3
"""Low enough that anonlink's lists of a hundred are full."""

LONG_BITS = 4096
"""Codes so long that next to nothing is lost: the same pipeline with hardly any price for encoding."""

MARGIN = 0.10
FEW_FIELDS = "seven fields"
PLAIN_TEXTS = {"anyascii": (by_anyascii, by_anyascii), "Milap's normaliser": (name_by_milap, place_by_milap)}


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, (20_000, 12_200))
    parser.add_argument("--only", choices=("febrl", "children"), default=None)
    parser.add_argument("--no-peers", action="store_true", help="leave Splink and anonlink out, for tuning")
    options = parser.parse_args()
    report = Report("linkage_quality", ("splink", "anonlink", "clkhash", "recordlinkage", "anyascii"), {
        "seed": options.seed, "missing": options.sizes[0], "found": options.sizes[1], "top": TOP,
        "dice_threshold": DICE, "long_codes_bits": LONG_BITS,
    })
    if options.only != "children":
        febrl_quality(report, options.seed, peers=not options.no_peers)
    if options.only != "febrl":
        people = invent(options.sizes[0], options.sizes[1], options.seed)
        children_quality(report, people, options.seed, peers=not options.no_peers)
    report.write(options.json)


def febrl_quality(report: Report, seed: int, *, peers: bool) -> None:
    """Best F1 over thresholds on FEBRL 4."""
    originals, copies, truth = febrl.load()
    found: dict[str, Candidates] = {}
    with TemporaryDirectory() as folder:
        febrl.write(Path(folder), originals, copies)
        for profile in (LOCAL_2026_11, NETWORK_2026_11):
            found[f"Milap {profile.name}"] = link(Path(folder), profile, FEBRL_TOP)
            found[f"Milap {profile.name}, one-to-one"] = link(Path(folder), profile, FEBRL_TOP, one_to_one=True)
    if peers:
        started = perf_counter()
        pairs = link_febrl(originals, copies, seed)
        found["Splink"] = ranked(list(pairs.missing), list(pairs.found), pairs.weight, perf_counter() - started)
        found["Splink, one-to-one"] = found["Splink"].one_to_one()
    report.table("FEBRL 4, 5,000 x 5,000", [_f1_row(name, result, truth) for name, result in found.items()])
    local = f"Milap {LOCAL_2026_11.name}"
    report.target("FEBRL 4 best F1", found[local].evaluate(truth).best_f1, least=0.9985)
    one = found[f"{local}, one-to-one"].evaluate(truth).best_f1
    report.target("FEBRL 4 best F1, one-to-one", one, least=0.9995)


def _f1_row(name: str, result: Candidates, truth: Truth) -> dict[str, Any]:
    figures = result.evaluate(truth)
    return {
        "engine": name, "best F1": round(figures.best_f1, 5), "precision": round(figures.best_precision, 5),
        "recall": round(figures.best_recall, 5), "recall@1": round(figures.recall[1], 5),
        "pairs": len(result.missing), "seconds": result.seconds,
    }


def children_quality(report: Report, people: People, seed: int, *, peers: bool) -> None:
    """Recall on invented children, encoded and in plain text."""
    pairs = people.population.truth
    truth = set(pairs)
    found: dict[str, Candidates] = {}
    with TemporaryDirectory() as folder:
        write(people.population, Path(folder))
        long = resized(LOCAL_2026_11, f"{LONG_BITS} bits a view, 1 plane (near-lossless)", LONG_BITS)
        for profile in (LOCAL_2026_11, NETWORK_2026_11, long):
            found[f"Milap {profile.name}"] = link(Path(folder), profile, TOP)
    _groups(report, people, found)
    if peers:
        for label, words in PLAIN_TEXTS.items():
            found[f"Splink, {label}"] = _splink(report, label, people, words, seed, every_field=True)
        label = f"anyascii, {FEW_FIELDS}"
        found[f"Splink, {label}"] = _splink(report, label, people, PLAIN_TEXTS["anyascii"], seed, every_field=False)
        found[f"anonlink, 1,024-bit CLK, Dice >= {DICE}"] = _anonlink(people)
    title = f"Invented children, {len(people.missing):,} x {len(people.found):,}, {len(pairs):,} true pairs"
    report.table(title, [_recall_row(name, result, truth) for name, result in found.items()])
    if peers:
        _judge(report, found, truth)


def _recall_row(name: str, result: Candidates, truth: Truth) -> dict[str, Any]:
    figures = result.evaluate(truth)
    recalls = {f"@{k}": round(figures.recall[k], 4) for k in RANKS}
    return {"engine": name, **recalls, "best F1": round(figures.best_f1, 4), "seconds": result.seconds}


def _judge(report: Report, found: dict[str, Candidates], truth: Truth) -> None:
    for peer in ("Splink, anyascii", f"Splink, anyascii, {FEW_FIELDS}"):
        plain = found[peer].evaluate(truth)
        for profile in (LOCAL_2026_11, NETWORK_2026_11):
            ours = found[f"Milap {profile.name}"].evaluate(truth)
            for k in (1, 10):
                gained = ours.recall[k] - plain.recall[k]
                report.target(f"{profile.name}: recall at {k} above {peer}", gained, least=MARGIN)


def _splink(
    report: Report, label: str, people: People, words: tuple[Words, Words], seed: int, *, every_field: bool
) -> Candidates:
    started = perf_counter()
    missing, found = (plain_rows(records, *words) for records in (people.missing, people.found))
    pairs = link_children(missing, found, seed, every_field=every_field)
    report.note(f"Splink, {label}: {pairs.scored:,} pairs scored of {len(missing) * len(found):,}")
    return ranked(list(pairs.missing), list(pairs.found), pairs.weight, perf_counter() - started)


def _anonlink(people: People) -> Candidates:
    started = perf_counter()
    sides = [plain_rows(records, by_anyascii, by_anyascii) for records in (people.missing, people.found)]
    missing, found = (clks(values(rows)) for rows in sides)
    dice, left, right = candidates(missing, found, DICE, TOP)
    ids = [[row["unique_id"] for row in rows] for rows in sides]
    return ranked(
        [ids[0][i] for i in left.tolist()], [ids[1][i] for i in right.tolist()], dice, perf_counter() - started
    )


def _groups(report: Report, people: People, found: dict[str, Candidates]) -> None:
    """Recall at 1 and 10 by subgroup."""
    missing = {record.record_id: record for record in people.missing}
    other = {record.record_id: record for record in people.found}
    pairs = [pair for pair in people.population.truth if pair[0] in missing and pair[1] in other]
    records = [(missing[m], other[f]) for m, f in pairs]
    ranks = {name: result.rank_of(pairs) for name, result in found.items()}
    rows = []
    for title, group in GROUPS.items():
        labels = [group(*both) for both in records]
        by_engine = {(n, k): recall_by_group(rank, labels, k) for n, rank in ranks.items() for k in (1, 10)}
        for label in sorted(set(labels)):
            row: dict[str, Any] = {"group": f"{title}: {label}", "pairs": labels.count(label)}
            row |= {f"{n.split()[1].split('-')[0]} @{k}": round(r[label][1], 4) for (n, k), r in by_engine.items()}
            rows.append(row)
    report.table("Milap by subgroup", rows)


if __name__ == "__main__":
    main()
