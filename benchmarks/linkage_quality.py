"""How many true pairs does encoded Milap find, beside plain tokens, Splink, anonlink, Primero and Person Finder?

FEBRL 4 (best F1), and invented children of three countries with spelling variants, several scripts and forged ages, in
three difficulties (recall at 1, 5, 10 and 100). For every group of children: recall at 10 with its interval, and why it
lies under the mean where it does. Everything is fitted without labels, in the same run, on the same records.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.common import febrl
from benchmarks.common.data import People, invent, resized
from benchmarks.common.engines import DICE, SPLINK, SPLINK_FEW, TOP, peers
from benchmarks.common.links import Candidates, Truth, link, ranked
from benchmarks.common.parity import MARGIN, Group, causes_of, labels_of, parity
from benchmarks.common.plain_tokens import link_both
from benchmarks.common.report import Report, arguments
from benchmarks.peers.splink_febrl import link_febrl
from encoder.synthetic.files import write
from encoder.synthetic.rates import DIFFICULTIES
from matcher.evaluation import RANKS
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22

FEBRL_TOP = 10
LONG_BITS = 4096
"""Codes so long that next to nothing is lost: what plain tokens are fitted and searched on."""

LOCAL, NETWORK = f"Milap {LOCAL_2026_11_22.name}", f"Milap {NETWORK_2026_11_22.name}"
LONG, PLAIN = f"Milap {LONG_BITS} bits a view, 1 plane", "Milap's model on plain tokens"
GAIN, LOSS = 0.10, 0.01
RANK = 10
FIELD = "field"


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__, (20_000, 12_200))
    parser.add_argument("--only", choices=("febrl", "children"), default=None)
    parser.add_argument("--difficulty", choices=tuple(DIFFICULTIES), nargs="+", default=list(DIFFICULTIES))
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out, for tuning")
    options = parser.parse_args()
    report = Report("linkage_quality", ("splink", "anonlink", "clkhash", "recordlinkage", "anyascii"), {
        "seed": options.seed, "missing": options.sizes[0], "found": options.sizes[1], "top": TOP,
        "dice_threshold": DICE, "long_codes_bits": LONG_BITS, "difficulties": options.difficulty,
    })
    if options.only != "children":
        febrl_quality(report, options.seed, peers=not options.no_peers)
    for difficulty in options.difficulty if options.only != "febrl" else ():
        people = invent(options.sizes[0], options.sizes[1], options.seed, DIFFICULTIES[difficulty])
        children_quality(report, difficulty, people, options.seed, with_peers=not options.no_peers)
    report.write(options.json)


def febrl_quality(report: Report, seed: int, *, peers: bool) -> None:
    """Best F1 over thresholds on FEBRL 4."""
    originals, copies, truth = febrl.load()
    found: dict[str, Candidates] = {}
    with TemporaryDirectory() as folder:
        febrl.write(Path(folder), originals, copies)
        for profile in (LOCAL_2026_11_22, NETWORK_2026_11_22):
            found[f"Milap {profile.name}"] = link(Path(folder), profile, FEBRL_TOP)
            found[f"Milap {profile.name}, one-to-one"] = link(Path(folder), profile, FEBRL_TOP, one_to_one=True)
    if peers:
        started = perf_counter()
        pairs = link_febrl(originals, copies, seed)
        found["Splink"] = ranked(list(pairs.missing), list(pairs.found), pairs.weight, perf_counter() - started)
        found["Splink, one-to-one"] = found["Splink"].one_to_one()
    report.table("FEBRL 4, 5,000 x 5,000", [_f1_row(name, result, truth) for name, result in found.items()])
    report.target("FEBRL 4 best F1", found[LOCAL].evaluate(truth).best_f1, least=0.9985)
    one = found[f"{LOCAL}, one-to-one"].evaluate(truth).best_f1
    report.target("FEBRL 4 best F1, one-to-one", one, least=0.9995)


def _f1_row(name: str, result: Candidates, truth: Truth) -> dict[str, Any]:
    figures = result.evaluate(truth)
    return {
        "engine": name, "best F1": round(figures.best_f1, 5), "precision": round(figures.best_precision, 5),
        "recall": round(figures.best_recall, 5), "recall@1": round(figures.recall[1], 5),
        "pairs": len(result.missing), "seconds": result.seconds,
    }


def children_quality(report: Report, difficulty: str, people: People, seed: int, *, with_peers: bool) -> None:
    """Recall on invented children of one difficulty, encoded and in plain text."""
    truth = set(people.population.truth)
    found: dict[str, Candidates] = {}
    with TemporaryDirectory() as folder:
        write(people.population, Path(folder))
        for name, profile in ((LOCAL, LOCAL_2026_11_22), (NETWORK, NETWORK_2026_11_22)):
            found[name] = _told(name, link(Path(folder), profile, TOP))
        long = resized(LOCAL_2026_11_22, LONG, LONG_BITS)
        coded, plain = link_both(Path(folder), long, TOP)
        found |= {LONG: _told(LONG, coded), PLAIN: _told(PLAIN, plain)}
    if with_peers:
        for name, result in peers(people, seed, report.note, every=difficulty == FIELD):
            found[name] = _told(name, result)
    several = 1 - len({missing for missing, _ in truth}) / len(truth)
    report.note(f"{difficulty}: {several:.1%} of the true pairs are of a report with another one, so all at 1 is less")
    title = f"{difficulty}: {len(people.missing):,} x {len(people.found):,}, {len(truth):,} true pairs"
    report.table(f"Invented children, {title}", [_recall_row(name, result, truth) for name, result in found.items()])
    groups = _parity(report, difficulty, people, found)
    if difficulty == FIELD:
        _judge(report, found, truth, groups)


def _told(name: str, result: Candidates) -> Candidates:
    print(f"  {name}: {result.seconds:.0f} s", flush=True)
    return result


def _recall_row(name: str, result: Candidates, truth: Truth) -> dict[str, Any]:
    figures = result.evaluate(truth)
    recalls = {f"@{k}": round(figures.recall[k], 4) for k in RANKS}
    return {"engine": name, **recalls, "best F1": round(figures.best_f1, 4), "seconds": result.seconds}


def _judge(report: Report, found: Mapping[str, Candidates], truth: Truth, groups: Sequence[Group]) -> None:
    recall = {name: result.evaluate(truth).recall for name, result in found.items()}
    for peer in (SPLINK, SPLINK_FEW):
        for name in (LOCAL, NETWORK) if peer in found else ():
            for k in (1, RANK):
                report.target(f"{name}: recall at {k} above {peer}", recall[name][k] - recall[peer][k], least=GAIN)
    for k in (1, RANK):
        lost = recall[PLAIN][k] - recall[LOCAL][k]
        report.target(f"{LOCAL}: recall at {k} less than on plain tokens", lost, most=LOSS)
    unexplained = [group.name for group in groups if not group.explained]
    report.target(f"Groups over {MARGIN:.0%} under the mean at {RANK} without explanation", len(unexplained), most=0)
    if unexplained:
        report.note(f"Without explanation: {'; '.join(unexplained)}")


def _parity(report: Report, difficulty: str, people: People, found: Mapping[str, Candidates]) -> list[Group]:
    """Recall at 10 of Milap's local profile by group, beside the network profile and plain tokens."""
    facts = people.population.facts
    missing, other = ({record.record_id: record for record in side} for side in (people.missing, people.found))
    facts = [line for line in facts if line["missing_id"] in missing and line["found_id"] in other]
    pairs = [(line["missing_id"], line["found_id"]) for line in facts]
    causes = [causes_of(missing[line["missing_id"]], other[line["found_id"]], line["name_type"]) for line in facts]
    labels = labels_of(facts) | {cause: [c[cause] for c in causes] for cause in causes[0]}
    ranks = {name: found[name].rank_of(pairs) for name in (LOCAL, NETWORK, PLAIN)}
    of_engine = {name: parity((rank > 0) & (rank <= RANK), labels, causes) for name, rank in ranks.items()}
    first = parity(ranks[LOCAL] == 1, labels, causes)
    columns = (of_engine[LOCAL], first, of_engine[NETWORK], of_engine[PLAIN])
    rows = [_group_row(*groups) for groups in zip(*columns, strict=True)]
    report.table(f"Milap by group, {difficulty}: recall at {RANK} of {LOCAL}", rows)
    for group in of_engine[LOCAL]:
        if group.gap < -MARGIN:
            verdict = "explained" if group.explained else "not explained"
            report.note(
                f"{group.name}: {-group.gap:.1%} under the mean, {verdict}; {group.explanation}; "
                f"all pairs with its causes {group.expected:.3f}"
            )
    return of_engine[LOCAL]


def _group_row(group: Group, first: Group, network: Group, plain: Group) -> dict[str, Any]:
    again = None if group.reweighted is None else round(group.reweighted, 4)
    return {
        "group": group.name, "pairs": group.pairs, f"@{RANK}": round(group.recall, 4),
        "95 %": f"{group.low:.3f}-{group.high:.3f}", "gap": round(group.gap, 4), "@1": round(first.recall, 4),
        f"network @{RANK}": round(network.recall, 4), f"plain tokens @{RANK}": round(plain.recall, 4),
        "all with its causes": round(group.expected, 4), "at the mix of all": again,
        "explained": "yes" if group.explained else "no", "explanation": group.explanation,
    }


if __name__ == "__main__":
    main()
