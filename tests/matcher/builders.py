"""Random profiles, batches and scoring tables: few distinct codes and coarse weights, so that ties are common."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.comparison import BIRTH_GAP_CLASSES, BIRTH_GAP_LIMITS, LAG_CLASSES, LAG_LIMITS
from matcher.model import SEXES
from matcher.photos import PHOTO_AGE_BANDS, PhotoSpace
from matcher.profile import BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.tables import ScoringTables, no_photo_table
from matcher.views import Kind, Sex, View

KEY_CHECK = b"keycheck"
BITS = (64, 128, 192, 256, 384, 512, 1024, 2048)
UNITS = (-9000, -4000, -1000, 0, 0, 1000, 3000, 8000)
"""Weights that tables are made of: round, so that sums often tie."""
DAYS_OF_BIRTH = (0, *(limit + more for limit in BIRTH_GAP_LIMITS for more in (0, 1)), 5000)
DAYS_OF_EVENT = (0, *(limit + more for limit in LAG_LIMITS for more in (0, 1)), -40)

Rng = np.random.Generator


def profile_of(bits: dict[View, int], name: str = "test") -> EncodingProfile:
    """A profile with these views."""
    views = tuple(ViewParameters(view, size, 1) for view, size in bits.items())
    return EncodingProfile(name, "names-test", views, BirthGrain.DAY, EventGrain.DAY)


@st.composite
def profiles(draw: st.DrawFn) -> EncodingProfile:
    """Any views, in any order, of any length that a profile may have."""
    views = draw(st.lists(st.sampled_from([v for v in View if v is not View.FAMILY]), min_size=1, unique=True))
    return profile_of({view: draw(st.sampled_from(BITS)) for view in views})


def falling_table(rng: Rng, bits: int) -> npt.NDArray[np.int32]:
    """A table of a few steps that never rises, int32 (bits + 1,)."""
    steps = int(rng.integers(1, 5))
    values = np.sort(rng.choice(UNITS, steps))[::-1]
    cuts = np.sort(rng.integers(0, bits + 1, steps - 1))
    return values[np.searchsorted(cuts, np.arange(bits + 1), side="right")].astype(np.int32)


def random_tables(rng: Rng, profile: EncodingProfile) -> ScoringTables:
    """Monotone tables of few distinct weights; sex is not symmetric."""
    sizes = [p.bits for p in profile.views]
    birth_bits = sizes[profile.position(View.BIRTH)] if View.BIRTH in profile else 0
    birth = np.minimum.accumulate([falling_table(rng, birth_bits) for _ in range(BIRTH_GAP_CLASSES)], axis=0)
    sex = rng.choice(UNITS, (SEXES, SEXES)).astype(np.int32)
    sex[Sex.UNKNOWN], sex[:, Sex.UNKNOWN] = 0, 0
    views = [falling_table(rng, bits) for bits in sizes]
    photo = random_photo_table(rng, profile)
    if View.PHOTO in profile:
        views[profile.position(View.PHOTO)] = photo.max(axis=(0, 1))
    return ScoringTables(
        profile, tuple(views), birth, sex,
        rng.choice(UNITS, LAG_CLASSES).astype(np.int32), int(rng.choice([0, 31, 400])),
        np.array([rng.uniform(0, bits) for bits in sizes]), photo, random_photo_table(rng, profile),
    )


def random_photo_table(rng: Rng, profile: EncodingProfile) -> npt.NDArray[np.int32]:
    """A falling table for each pair of bands, whichever comes first."""
    table = no_photo_table(profile)
    if View.PHOTO in profile:
        for first in range(PHOTO_AGE_BANDS):
            for second in range(first + 1):
                table[first, second] = table[second, first] = falling_table(rng, table.shape[2] - 1)
    return table


def code_pool(rng: Rng, profile: EncodingProfile, codes: int = 4) -> list[npt.NDArray[np.uint64]]:
    """A few codes of each view, some near each other, uint64 (codes, words of the view)."""
    pool = []
    for parameters in profile.views:
        bits = np.repeat(rng.integers(0, 2, (1, parameters.bits), dtype=np.uint8), codes, axis=0)
        for i in range(1, codes):
            flipped = rng.choice(parameters.bits, int(rng.integers(1, parameters.bits)), replace=False)
            bits[i, flipped] ^= 1
        pool.append(np.packbits(bits, axis=1, bitorder="little").view(np.uint64))
    return pool


def random_batch(
    rng: Rng, pool: Sequence[npt.NDArray[np.uint64]], profile: EncodingProfile, kind: Kind, records: int,
    most_rows: int = 4,
) -> EncodedBatch:
    """Records with codes from a pool, one to `most_rows` rows each, in a few patterns of presence."""
    record = np.repeat(np.arange(records, dtype=np.int32), rng.integers(1, most_rows + 1, records))
    n, views = len(record), len(profile.views)
    patterns = np.append(rng.integers(0, 1 << views, 2), (1 << views) - 1)
    presence = rng.choice(patterns, n).astype(np.uint16)
    codes = np.concatenate([part[rng.integers(0, len(part), n)] for part in pool], axis=1)
    for v in range(views):
        codes[presence >> v & 1 == 0, profile.offsets[v] : profile.offsets[v + 1]] = 0
    first = rng.choice(DAYS_OF_BIRTH, n)
    birth = np.stack([first, first + rng.choice([0, 0, 365], n)], axis=1).astype(np.int32)
    unknown = rng.random(n) < 0.3
    if View.BIRTH in profile:
        unknown &= presence >> profile.position(View.BIRTH) & 1 == 0
    birth[unknown] = UNKNOWN_DAY
    event = np.where(rng.random(n) < 0.3, UNKNOWN_DAY, rng.choice(DAYS_OF_EVENT, n)).astype(np.int32)
    sex = rng.choice(np.array(list(Sex)), n).astype(np.uint8)
    refs = tuple(f"{kind.name.lower()}-{i}" for i in range(records))
    photo_age = rng.integers(0, PHOTO_AGE_BANDS, records).astype(np.uint8)[record]
    return EncodedBatch(
        profile, KEY_CHECK, kind, refs, record, codes, presence, sex, birth, event, photo_age, space_of(profile)
    )


def space_of(profile: EncodingProfile) -> PhotoSpace | None:
    """One photo space for all batches of a profile that has photos."""
    return PhotoSpace("dlib", True, b"invented spaces!") if View.PHOTO in profile else None


def plain_batch(
    profile: EncodingProfile, kind: Kind, codes: npt.NDArray[np.uint64], key_check: bytes = KEY_CHECK
) -> EncodedBatch:
    """One row a record, every view present, one sex, birth and event for all."""
    n = len(codes)
    return EncodedBatch(
        profile, key_check, kind, tuple(map(str, range(n))), np.arange(n, dtype=np.int32), codes,
        np.full(n, (1 << len(profile.views)) - 1, dtype=np.uint16), np.full(n, Sex.FEMALE, dtype=np.uint8),
        np.zeros((n, 2), dtype=np.int32), np.zeros(n, dtype=np.int32), photo_space=space_of(profile),
    )
