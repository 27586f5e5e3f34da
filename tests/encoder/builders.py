"""Raw records of invented people, the tokens of their bags, and a key that is no secret."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from encoder.birth import BirthInterval, birth_interval
from encoder.calendars.parse import parse_date, read_date
from encoder.encode import RecordEncoder
from encoder.keys import linkage_key_from_secret_bytes
from encoder.record import NameSource, RawRecord
from encoder.tokens.piece import Piece
from matcher.batch import EncodedBatch
from matcher.profile import LOCAL_2026_11_22, BirthGrain, EncodingProfile, EventGrain, ViewParameters
from matcher.views import Kind, View

KEY = linkage_key_from_secret_bytes(bytes(range(32)), "test", "2026-11")
OTHER_KEY = linkage_key_from_secret_bytes(bytes(32), "test", "2026-11")

FAMILY_PROFILE = EncodingProfile(
    "test-family",
    LOCAL_2026_11_22.normaliser,
    tuple(ViewParameters(view, 128, 2) for view in (View.CHILD, View.FAMILY, View.BIRTH, View.CONTACT)),
    BirthGrain.FOUR_YEARS,
    EventGrain.QUARTER,
)
"""A small coarse profile: all relatives in one bag."""


def record(kind: Kind = Kind.MISSING, **fields: Any) -> RawRecord:
    """An invented record with these fields and nothing else."""
    return RawRecord(record_id="T-1", kind=kind, **fields)


def born(text: str) -> BirthInterval:
    """The birth of a date as written."""
    birth = birth_interval(read_date(text))
    assert birth is not None
    return birth


def tokens(bag: Iterable[Piece]) -> Counter[str]:
    """Weight of each token of a bag: all that the code of the bag depends on."""
    total: Counter[str] = Counter()
    for piece in bag:
        for token, weight in zip(piece.tokens, piece.weights, strict=True):
            total[token] += weight
    return total


def shared(a: Iterable[Piece], b: Iterable[Piece]) -> float:
    """Weight that two bags have in common, as a share of both (weighted Dice)."""
    left, right = tokens(a), tokens(b)
    return 2 * (left & right).total() / (left.total() + right.total())


def encode(
    *records: RawRecord, profile: EncodingProfile = LOCAL_2026_11_22, kind: Kind = Kind.MISSING
) -> EncodedBatch:
    """A batch under the test key, by an encoder that saw nothing before."""
    return RecordEncoder(KEY, profile).encode(records, kind, [f"r{i}" for i in range(len(records))])


def view_codes(batch: EncodedBatch, view: View) -> npt.NDArray[np.uint64]:
    """The columns of one view."""
    at = batch.profile.position(view)
    return batch.codes[:, batch.profile.offsets[at] : batch.profile.offsets[at + 1]]


def views_present(batch: EncodedBatch, row: int = 0) -> set[View]:
    """The views whose presence bit is set in a row."""
    return {p.view for i, p in enumerate(batch.profile.views) if int(batch.presence[row]) >> i & 1}


def distance(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Fraction of differing bits, row by row."""
    return np.bitwise_count(a ^ b).sum(axis=-1) / (64 * a.shape[-1])


_WORDS = (
    "Meena", "Hansda", "Rakesh", "Murmu", "Salma", "Khatun", "Md", "Karim", "Kumar", "रहीम", "मीना", "সালমা",
    "খাতুন", "গোপাল", "ரவி", "راحیلہ", "Kendpur", "Baghmari", "Malda", "urf", "unknown", "12", "🙂",
)  # fmt: skip
texts = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)
"""Names and places as clerks write them, senseless ones included."""

_optional, _lists = st.none() | texts, st.lists(texts, max_size=3).map(tuple)
_numbers = st.from_regex(r"\+?[0-9०-९০-৯ -]{3,14}", fullmatch=True)
_dates = st.sampled_from(["2011", "2012-04", "2012-04-07", "2012-07-04", "1999-12-31"])
_births = st.none() | _dates.map(born) | st.integers(0, 9).map(
    lambda age: birth_interval(age=float(age), age_max=20.0 if age > 6 else None, as_of=parse_date("2025-03"))
)

records = st.builds(
    record,
    name=_optional, given_name=_optional, family_name=_optional, nicknames=_lists, aliases=_lists,
    name_source=st.sampled_from([None, *NameSource]), birth=_births, event_date=st.none() | _dates.map(parse_date),
    father_name=_optional, mother_name=_optional, guardian_name=_optional, sibling_names=_lists,
    other_relatives=_lists, home_country=_optional, home_state=_optional, home_district=_optional,
    home_subdistrict=_optional, home_village=_optional, home_landmark=_optional, nationality=_lists,
    languages=_lists, religion=_lists, ethnicity=_lists, complexion=_optional, hair=_optional, eyes=_optional,
    disability=_optional, speech=_optional, phones=st.lists(_numbers, max_size=2).map(tuple),
    identifiers=st.lists(st.from_regex(r"(fir:)?[A-Z0-9/]{1,9}", fullmatch=True), max_size=2).map(tuple),
    marks=st.lists(st.sampled_from(["scar@forehead", "mole@cheek:left", "burn@arm:right"]), max_size=2).map(tuple),
)  # fmt: skip
"""Raw records with any mixture of fields."""
