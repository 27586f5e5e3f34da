"""What the hub proposes, as its operator can see it, and how much of the planted truth is in it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from api.hub.storage.tables import candidates, partners, records
from api.service.database import Database
from matcher.evaluation import Ranked, evaluate
from matcher.tables import UNITS_PER_BIT

RANKS = (1, 10)
Pair = tuple[str, str]
"""The refs of a missing report and of a found record."""


@dataclass(frozen=True)
class Proposal:
    """One proposed candidate: both sides, bits of evidence, and what the custodian is shown of it.

    candidate            its name
    reporter, custodian  names of the partners
    pair                 the refs
    bits                 match weight
    probability          between 0 and 1
    verdict              probable, possible or weak
    levels               [(what, level)], in the model's order
    """

    candidate: str
    reporter: str
    custodian: str
    pair: Pair
    bits: float
    probability: float
    verdict: str
    levels: tuple[tuple[str, str], ...]


def proposals(database: Database) -> list[Proposal]:
    """All proposed candidates, those of one missing report together and the best of them first."""
    missing, found = records.alias("missing"), records.alias("found")
    reporter, custodian = partners.alias("reporter"), partners.alias("custodian")
    query = (
        select(
            candidates.c.name, reporter.c.name, custodian.c.name, missing.c.ref, found.c.ref, candidates.c.weight,
            candidates.c.probability, candidates.c.verdict, candidates.c.levels,
        )
        .join_from(candidates, missing, candidates.c.missing_id == missing.c.id)
        .join(found, candidates.c.found_id == found.c.id)
        .join(reporter, missing.c.partner_id == reporter.c.id)
        .join(custodian, found.c.partner_id == custodian.c.id)
        .where(candidates.c.state == "proposed")
        .order_by(candidates.c.missing_id, candidates.c.weight.desc(), candidates.c.found_id)
    )  # fmt: skip
    with database.read() as conn:
        return [
            Proposal(
                name, by, at, (missing_ref, found_ref), weight / UNITS_PER_BIT, probability, verdict,
                tuple((what, level) for what, level in json.loads(levels)),
            )
            for name, by, at, missing_ref, found_ref, weight, probability, verdict, levels in conn.execute(query)
        ]  # fmt: skip


def name_of_pair(database: Database, pair: Pair) -> str | None:
    """The name of the candidate that a pair is proposed as; None when it is not."""
    missing, found = records.alias("missing"), records.alias("found")
    query = (
        select(candidates.c.name)
        .join_from(candidates, missing, candidates.c.missing_id == missing.c.id)
        .join(found, candidates.c.found_id == found.c.id)
        .where(missing.c.ref == pair[0], found.c.ref == pair[1], candidates.c.state == "proposed")
    )
    with database.read() as conn:
        return conn.execute(query).scalar()


def refs_held(database: Database) -> set[str]:
    """The refs of all records that the hub may match."""
    with database.read() as conn:
        return set(conn.execute(select(records.c.ref).where(records.c.state == "active")).scalars())


def true_pairs(truth: Iterable[Pair], ref_of_case: Mapping[str, str], held: Set[str]) -> set[Pair]:
    """The planted pairs as refs, without those of which an office keeps one side to itself."""
    refs = ((ref_of_case.get(missing, ""), ref_of_case.get(found, "")) for missing, found in truth)
    return {pair for pair in refs if held >= set(pair)}


def recall(proposed: Sequence[Proposal], true: Set[Pair]) -> dict[int, float]:
    """Share of the true pairs among the first so many candidates of their missing report, in `proposals`' order."""
    seen: Counter[str] = Counter()
    ranks = []
    for each in proposed:
        seen[each.pair[0]] += 1
        ranks.append(seen[each.pair[0]])
    hits = np.array([each.pair in true for each in proposed], dtype=np.bool_)
    bits = np.array([each.bits for each in proposed], dtype=np.float64)
    return dict(evaluate(Ranked(hits, np.array(ranks, dtype=np.int32), bits), len(true), RANKS).recall)


def best(proposed: Sequence[Proposal], number: int) -> list[Proposal]:
    """The candidates with the most evidence."""
    return sorted(proposed, key=lambda each: (-each.bits, each.candidate))[:number]
