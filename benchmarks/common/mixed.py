"""Very many found records, made of the views of some that were invented: each view from another of them.

Copies of whole records (see benchmarks.common.resident) stand so near to each other that a search by views finds all or
none. These share single views with others, as strangers do; that families and places go together is lost.
"""

import numpy as np

from benchmarks.common.resident import derived
from matcher.batch import EncodedBatch
from matcher.views import View


def mixed(base: EncodedBatch, records: int, rng: np.random.Generator) -> EncodedBatch:
    """So many records of one row each: view by view a row of the base, with some bits flipped."""
    profile = base.profile
    codes = np.zeros((records, profile.words), dtype=np.uint64)
    presence = np.zeros(records, dtype=np.uint16)
    birth = base.birth[rng.integers(0, len(base), records)]
    for v, parameters in enumerate(profile.views):
        donor = rng.integers(0, len(base), records)
        columns = slice(profile.offsets[v], profile.offsets[v + 1])
        codes[:, columns] = base.codes[donor, columns]
        presence |= (base.presence[donor] >> v & 1) << v
        if parameters.view is View.BIRTH:
            birth = base.birth[donor]
    other = rng.integers(0, len(base), records)
    made = EncodedBatch(
        profile, base.key_check, base.kind, tuple(map(str, range(records))), np.arange(records, dtype=np.int32), codes,
        presence, base.sex[other], birth, base.event[other], base.photo_age[other], base.photo_space,
    )  # fmt: skip
    made.codes[:] = derived(made.codes, made, rng)
    return made
