"""What an item says of a record's photo: its code comes with the space it is of, and the band of its age."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from api.wire.items import ItemError, PutItem
from matcher.batch import EncodedBatch
from matcher.errors import BatchError
from matcher.photos import PhotoSpace, photo_space
from matcher.profile import EncodingProfile
from matcher.views import View


def has_photo(presence: npt.NDArray[np.uint16], profile: EncodingProfile) -> npt.NDArray[np.bool_]:
    """Which rows have a photo code, bool (n,)."""
    if View.PHOTO not in profile:
        return np.zeros(len(presence), dtype=np.bool_)
    return np.asarray(presence >> profile.position(View.PHOTO) & 1 == 1)


def photo_fields(batch: EncodedBatch, row: int, pictured: bool) -> dict[str, Any]:
    """The fields of an item for the record of a row; none when no row of it has a photo code."""
    if not pictured or batch.photo_space is None:
        return {}
    return {"photo_age": int(batch.photo_age[row]), "photo_space": batch.photo_space.text}


def space_of(item: PutItem) -> PhotoSpace | None:
    """The space of a record's photo code, None without one; ItemError `bad-photo` when it cannot be read."""
    if item.photo_space is None:
        return None
    try:
        return photo_space(item.photo_space)
    except BatchError:
        raise ItemError("bad-photo", "The space of the photo code cannot be read; encode the record again.") from None


def check_photo(
    item: PutItem, codes: npt.NDArray[np.uint64], presence: npt.NDArray[np.uint16], profile: EncodingProfile
) -> None:
    """ItemError `bad-photo` unless a record has one photo code, with its space, or neither of both and no age.

    codes     uint64 (rows, words)
    presence  uint16 (rows,)
    """
    space = space_of(item)
    if View.PHOTO not in profile and (space is not None or item.photo_age):
        raise ItemError("bad-photo", f"{profile.name} has no photo view; encode the record again.")
    has_code = has_photo(presence, profile)
    if has_code.any() != (space is not None):
        raise ItemError("bad-photo", "A photo code and its space come together; encode the record again.")
    if item.photo_age and not has_code.any():
        raise ItemError("bad-photo", "The record has an age in a photo and no photo code; encode the record again.")
    if has_code.any() and not _is_one_photo(has_code, codes, profile):
        raise ItemError("bad-photo", "The rows of a record all have the same photo code; encode the record again.")


def _is_one_photo(
    has_code: npt.NDArray[np.bool_], codes: npt.NDArray[np.uint64], profile: EncodingProfile
) -> bool:
    position = profile.position(View.PHOTO)
    photo = codes[:, profile.offsets[position] : profile.offsets[position + 1]]
    return bool(has_code.all() and (photo == photo[0]).all())


def one_space(items: Sequence[PutItem]) -> PhotoSpace | None:
    """The space of all items with a photo code, None when there is none; ItemError `photo-space` for two."""
    spaces = {space for item in items if (space := space_of(item)) is not None}
    if len(spaces) > 1:
        raise ItemError("photo-space", "The items have photo codes of two spaces; encode the records again.")
    return next(iter(spaces), None)
