"""Children whose missing reports and found records have codes that are near, as real ones are; and tables for them."""

import numpy as np
import numpy.typing as npt

from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.profile import LOCAL_2026_11_22, EncodingProfile
from matcher.views import Kind
from tests.matcher.builders import plain_batch

PROFILE: EncodingProfile = LOCAL_2026_11_22
TABLES = default_model(PROFILE).tables()
Codes = npt.NDArray[np.uint64]
Rng = np.random.Generator


def population(rng: Rng, children: int, names: int = 400) -> Codes:
    """Codes of so many children, uint64 (children, words): of each view one of so many values."""
    parts = []
    for parameters in PROFILE.views:
        values = rng.integers(0, 2**64, (names, parameters.words), dtype=np.uint64)
        parts.append(values[rng.integers(0, names, children)])
    return np.concatenate(parts, axis=1)


def found_of(rng: Rng, people: Codes, absent: float = 0.2) -> EncodedBatch:
    """Found records of these children, a tenth of the bits otherwise, some views absent."""
    return _batch(rng, people, Kind.FOUND, absent)


def missing_of(rng: Rng, people: Codes, absent: float = 0.2) -> EncodedBatch:
    """Missing reports of these children."""
    return _batch(rng, people, Kind.MISSING, absent)


def _batch(rng: Rng, people: Codes, kind: Kind, absent: float) -> EncodedBatch:
    bits = (rng.random((len(people), PROFILE.words * 64)) < 0.1).astype(np.uint8)
    codes = people ^ np.packbits(bits, axis=1, bitorder="little").view(np.uint64)
    batch = plain_batch(PROFILE, kind, codes)
    known = rng.random((len(people), len(PROFILE.views))) >= absent
    # A child of whom nothing is known would be near to nobody.
    known[:, 0] = True
    for v in range(len(PROFILE.views)):
        batch.codes[~known[:, v], PROFILE.offsets[v] : PROFILE.offsets[v + 1]] = 0
    batch.presence[:] = known @ (1 << np.arange(len(PROFILE.views)))
    return batch
