"""Frequency alignment, view by view: the commonest code is the commonest name, and likenesses follow.

Equal bags give equal codes, however many planes there are. The attacker knows how often each value of a view occurs
and lays the codes, most frequent first, beside the values (Christen, Schnell, Vatsalan and Ranbaduge, PAKDD 2017, do it
to the bits of Bloom filters). He then lets the most frequent ones change places until their similarities
to each other agree too, which tells values of one frequency apart where planes are few.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.attacks.bits import Floats
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.placing import placed_by_likeness, standard_scores
from benchmarks.attacks.setting import Rows, Target, TargetView
from benchmarks.attacks.values import Numbers, Values, coded_values, plain_values

ATTACK = "frequency alignment"
MOST, ALL = 900, 2_500
"""Values of a view that are placed by their similarity to each other, and most that are placed by the placed ones."""
EXACT = 1e3
"""What it costs, in standard deviations of a score, to give a code a value that is known to occur differently often."""


@dataclass(frozen=True, repr=False, eq=False)
class Lists:
    """One view of the attacked records and of those whose values the attacker counts, which may be the same.

    coded, plain    intp, rows that have the view
    codes, texts    their values by codes and by bags
    """

    view: TargetView
    coded: Rows
    plain: Rows
    codes: Values
    texts: Values


def frequency(target: Target, rng: np.random.Generator, another_sample: bool = False) -> list[Finding]:
    """Align the values of every view, then look up records by the values their codes were given.

    Args:
        target: the attacked records.
        rng: draws which half of them is attacked in the second case, and breaks ties.
        another_sample: the attacker counts values among other records of the same population, not among the attacked.

    Returns:
        Share of the records that have a view whose value is told, by frequency alone and with similarity; share of
        all records told by all views together, where the attacker's records are the attacked ones.
    """
    order = rng.permutation(target.records)
    half = len(order) // 2
    attacked, counted = (order[:half], order[half:]) if another_sample else (order, np.sort(order))
    given = "frequencies of another sample" if another_sample else "exact frequencies"
    found: list[Finding] = []
    placed: list[tuple[Lists, Numbers]] = []
    for view in target.views:
        lists = _lists(view, attacked, counted)
        if not len(lists.coded) or not len(lists.plain):
            continue
        by_rank, by_both = align(lists, rng, alone=True), align(lists, rng, exact=not another_sample)
        chance = float(((lists.texts.counts / len(lists.plain)) ** 2).sum())
        for how, values in (("frequency", by_rank), ("frequency and similarity", by_both)):
            measure = f"{view.name}: value told by {how}"
            found.append(Finding(ATTACK, given, len(lists.coded), measure, told(lists, values), chance))
        placed.append((lists, by_both))
    if not another_sample:
        share = identified(placed, target.records)
        found.append(Finding(ATTACK, given, target.records, "re-identified by all views", share, 1 / target.records))
    return found


def _lists(view: TargetView, attacked: Rows, counted: Rows) -> Lists:
    coded, plain = attacked[view.present[attacked]], counted[view.present[counted]]
    return Lists(view, coded, plain, coded_values(view, coded), plain_values(view, plain))


def align(lists: Lists, rng: np.random.Generator, alone: bool = False, exact: bool = True) -> Numbers:
    """The text value given to each code value, int64 (codes,), -1 for none.

    rng    draws the noise that the attacker expects
    alone  by frequency alone
    exact  the attacker's counts are those of the attacked records
    """
    count = min(len(lists.codes.counts), len(lists.texts.counts))
    values = np.full(len(lists.codes.counts), -1, np.int64)
    values[:count] = np.arange(count)
    if alone:
        return values
    core, whole = _core(lists.codes.counts[:count]), min(count, ALL)
    coded, texts = lists.coded[lists.codes.example[:whole]], lists.plain[lists.texts.example[:whole]]
    apart = _apart(lists.codes.counts[:whole], lists.texts.counts[:whole], exact)
    codes_like = lists.view.code_similarity(coded, coded[:core])
    texts_like = lists.view.plain_similarity(texts, texts[:core])
    noisy = _noisy(texts_like[:core], lists.view.bits, rng)
    values[:core] = placed_by_likeness(codes_like[:core], noisy, apart[:core, :core])
    if whole > core:
        values[:whole] = linear_sum_assignment(apart - standard_scores(codes_like, texts_like[:, values[:core]]))[1]
    return values


def _core(counts: Numbers) -> int:
    """How many values stand in the core: no value is cut off from others that occur as often, but for too many."""
    if len(counts) <= MOST:
        return len(counts)
    often = np.flatnonzero(np.diff(counts)) + 1
    within = often[often <= MOST]
    return int(within[-1]) if len(within) and within[-1] > 1 else MOST


def _noisy(like: Floats, bits: int, rng: np.random.Generator) -> Floats:
    """Plain similarities, (m, m), with the noise that codes would have: it spreads them, and sorted ones show that."""
    noise = np.triu(rng.normal(size=like.shape) * np.sqrt((1 - like**2).clip(0) / bits), 1)
    return np.asarray(like + noise + noise.T, dtype=np.float32)


def _apart(codes: Numbers, texts: Numbers, exact: bool) -> Floats:
    """What it costs that a code and a text occur differently often: the square roots of counts have one variance."""
    difference = np.sqrt(codes)[:, None] - np.sqrt(texts)
    return np.asarray(difference**2 * (EXACT if exact else 1.0), dtype=np.float32)


def told(lists: Lists, values: Numbers) -> float:
    """Share of attacked records with the view that were given the value they have."""
    given = values[lists.codes.of]
    example = lists.plain[lists.texts.example[given]]
    joint = plain_values(lists.view, np.concatenate([lists.coded, example])).of
    return float(((given >= 0) & (joint[: len(given)] == joint[len(given) :])).mean())


def identified(placed: list[tuple[Lists, Numbers]], records: int) -> float:
    """Share of records whose own text agrees best with the values given to their codes; rare values count for more."""
    scores = np.zeros((records, records), np.float32)
    for lists, values in placed:
        given, has = np.full(records, -1, np.int64), np.full(records, -2, np.int64)
        given[lists.coded] = values[lists.codes.of]
        has[lists.plain] = lists.texts.of
        weight = np.zeros(records, np.float32)
        weight[lists.plain] = np.log(records / lists.texts.counts)[lists.texts.of]
        scores += np.where(given[:, None] == has, weight, 0)
    best = scores.max(axis=1)
    shared = (scores == best[:, None]).sum(axis=1)
    return float(np.where(np.diag(scores) == best, 1 / shared, 0.0).mean())
