"""Two invented gateways, the key they share, and pairs of rows."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from encoder.mask_keys import MaskingKey, PairKey, masking_key_from_seed_bytes
from encoder.mask_stream import RowPair
from matcher.profile import EncodingProfile
from matcher.views import Kind, View
from tests.matcher.builders import profile_of

POLICE, SHELTER = (masking_key_from_seed_bytes(bytes([number]) * 32) for number in (1, 2))
PROFILE = profile_of({View.CHILD: 192, View.HOME: 64, View.PHOTO: 128})
EVERY_VIEW = np.uint16(0b111)


def shared(own: MaskingKey, other: MaskingKey, side: Kind, profile: EncodingProfile = PROFILE) -> PairKey:
    return own.pair_key(other.public, own_side=side, domain="north", epoch="2026-11", profile=profile)


def both_sides(profile: EncodingProfile = PROFILE) -> tuple[PairKey, PairKey]:
    """The key as the missing record's gateway derives it, and as the found record's does."""
    return shared(POLICE, SHELTER, Kind.MISSING, profile), shared(SHELTER, POLICE, Kind.FOUND, profile)


def some_pairs(count: int) -> list[RowPair]:
    return [RowPair("m" * 22, 1, 0, f"f{number:021}", 1, 0) for number in range(count)]


def random_codes(rng: np.random.Generator, rows: int, profile: EncodingProfile = PROFILE) -> npt.NDArray[np.uint64]:
    return rng.integers(0, 2**64, (rows, profile.words), dtype=np.uint64)


refs = st.text("abcXYZ019_-", min_size=1, max_size=22)
row_pairs = st.builds(
    RowPair, refs, st.integers(1, 2**31 - 1), st.integers(0, 15), refs, st.integers(1, 2**31 - 1), st.integers(0, 15)
)
