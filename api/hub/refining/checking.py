"""Whether a gateway's part fits the comparison that it was asked for."""

from typing import Never

import numpy as np

from api.hub.storage.masked_parts import Part, WaitingPart
from api.wire.items import ItemError
from api.wire.masked import MaskedAnswer, codes_of
from api.wire.photo_fields import has_photo
from api.wire.problems import ProblemError
from matcher.errors import BatchError
from matcher.photos import photo_space
from matcher.profile import EncodingProfile, masked_profile_of, profile_named


def part_of(answer: MaskedAnswer, due: WaitingPart, side: str, place: int) -> Part:
    """An answer with codes as it is stored.

    Args:
        answer: the answer.
        due: the comparison.
        side: which of its two.
        place: of the answer in its message, from 0.

    Raises:
        ProblemError: `invalid-body`; sizes, presence bits or the photo's space do not fit.
    """
    profile = masked_profile_of(profile_named(due.profile))
    assert profile is not None  # nothing else has comparisons
    rows = due.missing_rows if side == "missing" else due.found_rows
    if len(answer.presence) != rows:
        _refuse(place, "presence", f"The record has {rows} row(s), and so many presence numbers are due.")
    if max(answer.presence) >> len(profile.views):
        _refuse(place, "presence", f"A presence number names a view that {profile.name} does not have.")
    presence = np.array(answer.presence, dtype=np.uint16)
    _check_photo(answer, presence, profile, place)
    try:
        codes = codes_of(answer, due.missing_rows * due.found_rows, profile.words)
    except ItemError as error:
        _refuse(place, "codes", str(error))
    return Part(
        due.id, codes.astype("<u8").tobytes(), presence.astype("<u2").tobytes(), answer.photo_age, answer.photo_space
    )  # fmt: skip


def _check_photo(answer: MaskedAnswer, presence: np.ndarray, profile: EncodingProfile, place: int) -> None:
    pictured = has_photo(presence, profile)
    if pictured.any() != pictured.all() or pictured.any() != (answer.photo_space is not None):
        _refuse(place, "photo_space", "All rows of a record have its photo code, with its space, or none has.")
    try:
        if answer.photo_space is not None:
            photo_space(answer.photo_space)
    except BatchError:
        _refuse(place, "photo_space", "The space of the photo code cannot be read; encode the record again.")


def _refuse(place: int, field: str, message: str) -> Never:
    entries = [{"field": f"answers.{place}.{field}", "message": message}]
    raise ProblemError("invalid-body", "An answer does not fit its comparison; `errors` names it.", errors=entries)
