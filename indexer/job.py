"""Lay a search out for the kernel: arrays instead of objects, checked before any of them is trusted blindly."""

from functools import lru_cache

import numpy as np

from indexer.bounds import FAR, Plan, plan
from indexer.gallery import Gallery
from indexer.interface import SearchFilter
from indexer.kernel import Int32, Int64, Probes, Rows, Tables
from indexer.parts import AnyGallery
from indexer.vectors import CHUNKS_PER_WORD, DAY_SHIFT, STEP_NUMBERS, TILE
from matcher.batch import EncodedBatch
from matcher.comparison import BIRTH_GAP_LIMITS, LAG_LIMITS
from matcher.errors import KeyMismatchError, ProfileMismatchError
from matcher.photos import same_space
from matcher.tables import EXCLUDED, ScoringTables
from matcher.views import Kind, View

_NO_FLOORS = (np.empty((0, TILE), np.int32), np.empty((0, TILE), np.int16), np.empty(0, np.int64))


class Job:
    """One search, laid out for the kernel.

    With `grouped`, rows of one record that differ in the child view only are searched as one probe with several codes.
    """

    def __init__(
        self, gallery: Gallery, probes: EncodedBatch, tables: ScoringTables, only: SearchFilter, grouped: bool = False
    ) -> None:
        """See `check_comparable` for what it raises."""
        check_comparable(gallery, probes, tables)
        kind, size = only.kind_for(probes), gallery.tiles
        self.gallery = gallery
        self.rows = Rows(
            gallery.codes, gallery.masks, gallery.birth, gallery.event, gallery.holder, gallery.record, gallery.sex,
            gallery.presence, gallery.photo_age, gallery.sexes, gallery.any_presence, gallery.events, *_NO_FLOORS,
        )
        self.tiles = np.flatnonzero(gallery.kind[:size] == kind).astype(np.int64)
        codes = np.ascontiguousarray(probes.codes, dtype="<u8").view("<u2")
        first = _group_starts(probes) if grouped else np.arange(len(probes), dtype=np.int64)
        copies = np.diff(first, append=len(probes)).astype(np.int64)
        if grouped:
            # Neighbours alike take the same branches.
            turn = np.lexsort((probes.event[first], copies, probes.presence[first], probes.sex[first]))
            first, copies = first[turn], copies[turn]
        days = _days(probes.birth)
        self.probes = Probes(
            codes, probes.presence, probes.sex, probes.birth, probes.event, probes.photo_age, days, first, copies
        )
        self.tables = kernel_tables(tables, probes.kind, kind)
        self.allowed = only.allowed()


def _days(birth: Int32) -> Int32:
    """Birth intervals in the kernel's units, rounded outward, and what is far, int32 (n, 3)."""
    last = (birth[:, 1].astype(np.int64) + (1 << DAY_SHIFT) - 1) >> DAY_SHIFT
    return np.stack([birth[:, 0] >> DAY_SHIFT, last, np.full(len(birth), FAR)], axis=1).astype(np.int32)


def _group_starts(probes: EncodedBatch) -> Int64:
    """First row of each group of rows that differ in the child view only, int64 (g,)."""
    if not len(probes):
        return np.zeros(0, dtype=np.int64)
    apart = np.ones(len(probes), dtype=np.bool_)
    columns = np.ones(probes.profile.words, dtype=np.bool_)
    has_child = np.zeros(len(probes) - 1, dtype=np.bool_)
    if View.CHILD in probes.profile:
        v = probes.profile.position(View.CHILD)
        columns[probes.profile.offsets[v] : probes.profile.offsets[v + 1]] = False
        has_child = (probes.presence[1:] >> v & 1) == 1
    same = has_child & (probes.record[1:] == probes.record[:-1]) & (probes.presence[1:] == probes.presence[:-1])
    same &= (probes.sex[1:] == probes.sex[:-1]) & (probes.event[1:] == probes.event[:-1])
    same &= probes.photo_age[1:] == probes.photo_age[:-1]
    same &= (probes.birth[1:] == probes.birth[:-1]).all(axis=1)
    same &= (probes.codes[1:, columns] == probes.codes[:-1, columns]).all(axis=1)
    apart[1:] = ~same
    return np.flatnonzero(apart).astype(np.int64)


@lru_cache(maxsize=16)
def kernel_tables(tables: ScoringTables, probe: Kind, gallery: Kind) -> Tables:
    """Tables and plan in the kernel's layout, for probes of one kind against rows of another."""
    lengths = [len(t) for t in tables.views]
    walk = plan(tables)
    direction = 0 if probe is gallery else (1 if probe is Kind.MISSING else -1)
    sex = np.ascontiguousarray(tables.sex.T if direction < 0 else tables.sex)
    return Tables(
        weights=np.concatenate(tables.views),
        starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
        offsets=np.array(tables.profile.offsets, dtype=np.int64) * CHUNKS_PER_WORD,
        birth=tables.birth,
        birth_position=tables.birth_position,
        photo=np.ascontiguousarray(tables.photo),
        photo_position=tables.photo_position,
        child_position=tables.profile.position(View.CHILD) if View.CHILD in tables.profile else -1,
        gap_limits=tuple(BIRTH_GAP_LIMITS),
        sex=sex,
        highest_sex=_highest_in_sets(sex),
        lag=tables.lag,
        highest_lag=_highest_in_runs(tables.lag),
        lag_limits=tuple(LAG_LIMITS),
        tolerance=tables.tolerance,
        direction=direction,
        scale=walk.scale,
        order=walk.order,
        bounds=walk.bounds,
        highest=walk.highest,
        rests=_sums_of_sets(walk.highest),
        program=_program(tables, walk),
    )


def _program(tables: ScoringTables, walk: Plan) -> Int32:
    """The steps of every set of views, see Tables."""
    views = len(tables.views)
    child = tables.profile.position(View.CHILD) if View.CHILD in tables.profile else -1
    out = np.zeros((2**views, views, STEP_NUMBERS), dtype=np.int32)
    for chosen in range(2**views):
        steps = [int(v) for v in walk.order if chosen >> int(v) & 1]
        rest = sum(int(walk.highest[v]) for v in steps)
        for place, v in enumerate(steps):
            rest -= int(walk.highest[v])
            out[chosen, place] = (
                v, tables.profile.offsets[v] * CHUNKS_PER_WORD, tables.profile.views[v].words, v == child,
                v == tables.birth_position, -rest,
            )
    return out


def _sums_of_sets(numbers: Int64) -> Int64:
    """Sum over each set of the numbers, int64 (2^n,); bit i of the index says whether number i is in the set."""
    sums = np.zeros(1, dtype=np.int64)
    for number in numbers:
        sums = np.concatenate([sums, sums + number])
    return sums


def _highest_in_sets(table: Int32) -> Int32:
    """Highest number of each row within each set of columns, int32 (rows, 2^columns); 0 for the empty set."""
    rows, columns = table.shape
    out = np.zeros((rows, 2**columns), dtype=np.int32)
    for chosen in range(1, 2**columns):
        out[:, chosen] = table[:, [c for c in range(columns) if chosen >> c & 1]].max(axis=1)
    return out


def _highest_in_runs(numbers: Int32) -> Int32:
    """Highest number from one index to another, int32 (n, n); 0 where the run is empty."""
    n = len(numbers)
    return np.array([[numbers[a : b + 1].max(initial=EXCLUDED) if a <= b else 0 for b in range(n)] for a in range(n)],
                    dtype=np.int32)


def check_comparable(gallery: AnyGallery, probes: EncodedBatch, tables: ScoringTables) -> None:
    """See to it that these may be compared.

    Raises:
        ProfileMismatchError, KeyMismatchError, SpaceMismatchError: they must not.
    """
    for name, profile in (("batch", probes.profile), ("model", tables.profile)):
        if profile.digest != gallery.profile.digest:
            raise ProfileMismatchError(
                f"The {name} belongs to profile {profile.name}, the gallery to {gallery.profile.name}; "
                "use one profile for both."
            )
    if gallery.key_check is not None and probes.key_check != gallery.key_check:
        raise KeyMismatchError(
            "The probes were encoded under another linkage key than the gallery, as of another epoch; use one key."
        )
    same_space(gallery.photo_space, probes.photo_space)
