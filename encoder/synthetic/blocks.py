"""A part of a population that is drawn from a random stream of its own, so that parts can be made anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from encoder.garbage import collection_paused
from encoder.synthetic.cases import Case, draw_cases
from encoder.synthetic.dice import Dice
from encoder.synthetic.facts import pair_facts
from encoder.synthetic.findings import Finding, draw_findings
from encoder.synthetic.found import found_record
from encoder.synthetic.missing import missing_record
from encoder.synthetic.people import Child
from encoder.synthetic.rates import SyntheticRates
from encoder.synthetic.written import WrittenRecord

BLOCK_RECORDS = 5_000
"""Records of the longer side in a block; a family, its namesakes and all records of one child are in one block."""

DUPLICATE, TRANSFER = "duplicate", "transfer"
DIGITS = 6  # of a case number, at least


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """Which records a block makes: numbers of the first and of the one after the last, on each side."""

    seed: int
    stream: int
    missing: range
    found: range
    digits: int
    rates: SyntheticRates


@dataclass(frozen=True)
class SyntheticPopulation:
    """Rows by the record schema, and what is true of them.

    missing, found  the records
    truth           (missing record_id, found record_id) of every two records of one child
    same_kind       (kind, first record_id, second record_id): `duplicate` reports and `transfer` records
    facts           one line for each true pair, with the columns `facts.FACT_COLUMNS`
    """

    missing: list[dict[str, str]]
    found: list[dict[str, str]]
    truth: list[tuple[str, str]]
    same_kind: list[tuple[str, str, str]] = field(default_factory=list)
    facts: list[dict[str, str]] = field(default_factory=list)

    def add(self, other: "SyntheticPopulation") -> None:
        """Append another part."""
        self.missing.extend(other.missing)
        self.found.extend(other.found)
        self.truth.extend(other.truth)
        self.same_kind.extend(other.same_kind)
        self.facts.extend(other.facts)


def plan_blocks(missing: int, found: int, seed: int, rates: SyntheticRates) -> list[BlockPlan]:
    """Divide a population into blocks of nearly equal size; one block when there is nothing to make.

    Raises:
        ValueError: a number is negative.
    """
    if missing < 0 or found < 0:
        raise ValueError("the numbers of missing and found records must not be negative")
    longer = max(missing, found)
    blocks = max(1, -(-longer // BLOCK_RECORDS))
    digits = max(DIGITS, len(str(longer)))
    return [
        BlockPlan(seed, at, _part(missing, at, blocks), _part(found, at, blocks), digits, rates)
        for at in range(blocks)
    ]


def _part(count: int, at: int, blocks: int) -> range:
    return range(count * at // blocks + 1, count * (at + 1) // blocks + 1)


def generate_block(plan: BlockPlan) -> SyntheticPopulation:
    """Invent the records of a block."""
    with collection_paused():
        dice, rates = Dice(plan.seed, plan.stream), plan.rates
        cases = draw_cases(dice, rates, len(plan.missing))
        ids = [f"M{number:0{plan.digits}d}" for number in plan.missing]
        reports = [missing_record(dice, rates, case, name) for case, name in zip(cases, ids, strict=True)]
        findings = draw_findings(dice, rates, cases, len(plan.found))
        ids = [f"F{number:0{plan.digits}d}" for number in plan.found]
        records = [found_record(dice, rates, finding, name) for finding, name in zip(findings, ids, strict=True)]
        return _joined(list(zip(cases, reports, strict=True)), list(zip(findings, records, strict=True)))


Reports = list[tuple[Case, WrittenRecord]]
Records = list[tuple[Finding, WrittenRecord]]


def _joined(reports: Reports, records: Records) -> SyntheticPopulation:
    by_child: dict[Child, Records] = {}
    for finding, record in records:
        by_child.setdefault(finding.child, []).append((finding, record))
    facts = [
        pair_facts(case, report, finding, record)
        for case, report in reports
        for finding, record in by_child.get(case.child, ())
    ]
    same_kind = [*_twice(DUPLICATE, reports), *_twice(TRANSFER, records)]
    rows = [report.row for _, report in reports], [record.row for _, record in records]
    return SyntheticPopulation(*rows, [(line["missing_id"], line["found_id"]) for line in facts], same_kind, facts)


def _twice(kind: str, written: Reports | Records) -> Iterator[tuple[str, str, str]]:
    """Yield the pairs of records that tell of one child, the earlier told first."""
    first = {told.child: record.row["record_id"] for told, record in written if not told.again}
    for told, record in written:
        if told.again:
            yield kind, first[told.child], record.row["record_id"]
