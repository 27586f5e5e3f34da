"""Comparison and weights against a version in plain Python that follows the definitions word by word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.comparison import (
    BIRTH_GAP_CLASSES,
    BIRTH_GAP_LIMITS,
    LAG_CLASSES,
    LAG_LIMITS,
    NOT_KNOWN,
    birth_gap,
    birth_gap_class,
    compare,
    lag_class,
    lag_days,
)  # fmt: skip
from matcher.profile import EncodingProfile
from matcher.tables import EXCLUDED, ScoringTables, weigh
from matcher.views import Kind, Sex, View
from tests.matcher.builders import code_pool, profile_of, profiles, random_batch, random_tables

UNKNOWN = int(UNKNOWN_DAY)


def slow_distance(a: EncodedBatch, b: EncodedBatch, i: int, j: int, v: int) -> int:
    if not (int(a.presence[i]) >> v & 1 and int(b.presence[j]) >> v & 1):
        return NOT_KNOWN
    first, end = a.profile.offsets[v], a.profile.offsets[v + 1]
    pairs = zip(a.codes[i, first:end].tolist(), b.codes[j, first:end].tolist(), strict=True)
    return sum(bin(x ^ y).count("1") for x, y in pairs)


def slow_class(value: int, limits: tuple[int, ...]) -> int:
    return sum(value > limit for limit in limits)


def slow_gap(a: list[int], b: list[int]) -> int:
    return NOT_KNOWN if UNKNOWN in (a[0], b[0]) else slow_class(max(a[0] - b[1], b[0] - a[1], 0), BIRTH_GAP_LIMITS)


def slow_weights(a: EncodedBatch, b: EncodedBatch, i: int, j: int, tables: ScoringTables) -> list[int]:
    weights = []
    for v, parameters in enumerate(a.profile.views):
        distance = slow_distance(a, b, i, j, v)
        gap = slow_gap(a.birth[i].tolist(), b.birth[j].tolist())
        if distance == NOT_KNOWN:
            weights.append(0)
        elif parameters.view is View.BIRTH:
            weights.append(int(tables.birth[gap, distance]) if gap != NOT_KNOWN else 0)
        elif parameters.view is View.PHOTO:
            weights.append(int(tables.photo[a.photo_age[i], b.photo_age[j], distance]))
        else:
            weights.append(int(tables.views[v][distance]))
    weights.append(int(tables.sex[a.sex[i], b.sex[j]]) if a.sex[i] and b.sex[j] else 0)
    lag = int(b.event[j]) - int(a.event[i])
    if UNKNOWN in (int(b.event[j]), int(a.event[i])):
        return [*weights, 0]
    return [*weights, EXCLUDED if lag < -tables.tolerance else int(tables.lag[slow_class(lag, LAG_LIMITS)])]


@given(st.integers(0, 2**32 - 1), profiles(), st.integers(0, 8), st.integers(0, 8))
@settings(max_examples=60)
def test_compare_and_weigh_follow_the_definitions(seed: int, profile: EncodingProfile, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    pool, tables = code_pool(rng, profile), random_tables(rng, profile)
    missing = random_batch(rng, pool, profile, Kind.MISSING, n, most_rows=2)
    found = random_batch(rng, pool, profile, Kind.FOUND, m, most_rows=2)
    rows, others = (a.reshape(-1) for a in np.mgrid[: len(missing), : len(found)])
    seen = compare(missing, found, rows, others)
    pairs = list(zip(rows.tolist(), others.tolist(), strict=True))
    assert len(seen) == len(pairs)
    distances = [[slow_distance(missing, found, i, j, v) for v in range(len(profile.views))] for i, j in pairs]
    assert seen.distance.tolist() == distances
    assert seen.birth_gap.tolist() == [slow_gap(missing.birth[i].tolist(), found.birth[j].tolist()) for i, j in pairs]
    assert seen.sex.tolist() == [[int(missing.sex[i]), int(found.sex[j])] for i, j in pairs]
    assert weigh(seen, tables).tolist() == [slow_weights(missing, found, i, j, tables) for i, j in pairs]


@given(st.integers(0, 2**32 - 1), profiles())
@settings(max_examples=40)
def test_symmetry_and_identity(seed: int, profile: EncodingProfile) -> None:
    rng = np.random.default_rng(seed)
    pool = code_pool(rng, profile)
    a, b = (random_batch(rng, pool, profile, kind, 6, most_rows=1) for kind in Kind)
    i = np.arange(6)
    there, back, own = compare(a, b, i, i), compare(b, a, i, i), compare(a, a, i, i)
    assert np.array_equal(there.distance, back.distance)
    assert np.array_equal(there.birth_gap, back.birth_gap)
    assert np.array_equal(there.sex, back.sex[:, ::-1])
    known = there.lag != UNKNOWN_DAY
    assert np.array_equal(there.lag[known], -back.lag[known])
    assert set(own.distance.reshape(-1).tolist()) <= {0, NOT_KNOWN}
    assert set(own.birth_gap.tolist()) <= {0, NOT_KNOWN}
    bits = np.array([p.bits for p in profile.views])
    assert ((there.distance >= NOT_KNOWN) & (there.distance <= bits)).all()


DAYS = st.one_of(st.integers(-(2**31) + 1, 2**31 - 1), st.integers(-5000, 5000), st.just(UNKNOWN))


@given(DAYS, DAYS)
def test_lag_of_any_two_days(missing: int, found: int) -> None:
    lag = int(lag_days(np.array([missing], dtype=np.int32), np.array([found], dtype=np.int32))[0])
    if UNKNOWN in (missing, found):
        assert lag == UNKNOWN
        assert lag_class(np.array([lag], dtype=np.int32))[0] == NOT_KNOWN
    else:
        assert lag == max(-(2**30), min(2**30, found - missing))
        assert 0 <= lag_class(np.array([lag], dtype=np.int32))[0] < LAG_CLASSES


@given(st.lists(st.integers(-(2**31) + 1, 2**31 - 1), min_size=4, max_size=4))
def test_birth_gap_of_any_two_intervals(days: list[int]) -> None:
    a, b = (np.array([sorted(pair)], dtype=np.int32) for pair in (days[:2], days[2:]))
    gap = int(birth_gap(a, b)[0])
    overlap = a[0, 0] <= b[0, 1] and b[0, 0] <= a[0, 1]
    assert (gap == 0) == overlap
    assert gap == birth_gap(b, a)[0]
    assert 0 <= birth_gap_class(np.array([gap], dtype=np.int32))[0] < BIRTH_GAP_CLASSES


@pytest.mark.parametrize("unknown", [0, 1])
def test_an_unknown_birth_is_no_gap(unknown: int) -> None:
    sides = [np.array([[100, 200]], dtype=np.int32), np.array([[100, 200]], dtype=np.int32)]
    sides[unknown][:] = UNKNOWN_DAY
    assert birth_gap(*sides)[0] == UNKNOWN_DAY
    assert birth_gap_class(birth_gap(*sides))[0] == NOT_KNOWN


@pytest.mark.parametrize(("limits", "classes"), [(BIRTH_GAP_LIMITS, birth_gap_class), (LAG_LIMITS, lag_class)])
def test_a_limit_belongs_to_its_own_class(limits: tuple[int, ...], classes) -> None:
    for i, limit in enumerate(limits):
        assert classes(np.array([limit, limit + 1], dtype=np.int32)).tolist() == [i, i + 1]


def test_absent_evidence_weighs_nothing() -> None:
    rng = np.random.default_rng(1)
    profile = profile_of({View.CHILD: 64, View.BIRTH: 64})
    tables = random_tables(rng, profile)
    batch = random_batch(rng, code_pool(rng, profile), profile, Kind.MISSING, 4, most_rows=1)
    blank = EncodedBatch(
        profile, batch.key_check, Kind.FOUND, batch.refs, batch.record, np.zeros_like(batch.codes),
        np.zeros_like(batch.presence), np.full(4, Sex.UNKNOWN, dtype=np.uint8), np.full_like(batch.birth, UNKNOWN_DAY),
        np.full_like(batch.event, UNKNOWN_DAY),
    )  # fmt: skip
    i = np.arange(4)
    assert not weigh(compare(batch, blank, i, i), tables).any()
