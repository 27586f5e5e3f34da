"""An encoded batch: what leaves a holder, and all that a hub ever sees of a record."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matcher.errors import BatchError, KeyMismatchError, ProfileMismatchError
from matcher.photos import PHOTO_AGE_BANDS, PhotoSpace, same_space
from matcher.profile import EncodingProfile
from matcher.views import Kind, Sex, View

UNKNOWN_DAY = np.int32(-(2**31))
"""Marks an unknown birth interval or event date among the open attributes."""


@dataclass(frozen=True, repr=False)
class EncodedBatch:
    """Codes and open attributes of records of one kind, one row per name the child may go by.

    n rows, r records, w = profile.words. Days count from 1970-01-01; unknown is `UNKNOWN_DAY`.

    profile     the encoding profile of every row
    key_check   bytes (8,), the key check value of the linkage key
    kind        the kind of every record
    refs        r record refs, in order
    record      int32 (n,), index into refs, ascending: the rows of a record stand together
    codes       uint64 (n, w), views in profile order; an absent view is all zero
    presence    uint16 (n,), bit i set when view i of the profile is present
    sex         uint8 (n,), values of Sex
    birth       int32 (n, 2), first and last possible day of birth, both known or both unknown
    event       int32 (n,), day of the event (went missing, or was found)
    photo_age   uint8 (n,), band of the child's age in the photo (matcher.photos); left out, all are unknown
    photo_space what the photo codes are of; None when no row has one
    """

    profile: EncodingProfile
    key_check: bytes
    kind: Kind
    refs: tuple[str, ...]
    record: npt.NDArray[np.int32]
    codes: npt.NDArray[np.uint64]
    presence: npt.NDArray[np.uint16]
    sex: npt.NDArray[np.uint8]
    birth: npt.NDArray[np.int32]
    event: npt.NDArray[np.int32]
    photo_age: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    photo_space: PhotoSpace | None = None

    def __post_init__(self) -> None:
        """Check shapes and dtypes; BatchError names the array that does not fit."""
        n = len(self.record)
        if not len(self.photo_age):
            object.__setattr__(self, "photo_age", np.zeros(n, np.uint8))
        wanted = {
            "record": ((n,), np.int32),
            "codes": ((n, self.profile.words), np.uint64),
            "presence": ((n,), np.uint16),
            "sex": ((n,), np.uint8),
            "birth": ((n, 2), np.int32),
            "event": ((n,), np.int32),
            "photo_age": ((n,), np.uint8),
        }
        for name, (shape, dtype) in wanted.items():
            array = getattr(self, name)
            if array.shape != shape or array.dtype != dtype:
                raise BatchError(f"Batch array {name} is {array.dtype}{array.shape}, needs {np.dtype(dtype)}{shape}.")
        if n and (self.record.min() < 0 or self.record.max() >= len(self.refs) or (np.diff(self.record) < 0).any()):
            raise BatchError("Batch array record must hold ascending indexes into refs; encode the batch again.")
        if n and self.sex.max() > max(Sex):
            raise BatchError("Batch array sex holds a value that is no sex; encode the batch again.")
        if n and int(self.presence.max()) >> len(self.profile.views):
            raise BatchError("Batch array presence names a view that the profile lacks; encode the batch again.")
        self._check_birth()
        self._check_photos()

    def _check_photos(self) -> None:
        """A photo code says what space it is of: others must not be compared with it."""
        if len(self) and self.photo_age.max() >= PHOTO_AGE_BANDS:
            raise BatchError("Batch array photo_age holds a band that there is not; encode the batch again.")
        if View.PHOTO not in self.profile or self.photo_space is not None:
            return
        if (self.presence >> self.profile.position(View.PHOTO) & 1).any():
            raise BatchError("A row has a photo code and the batch no photo space; encode the batch again.")

    def _check_birth(self) -> None:
        """Intervals run forward, and a birth view comes with one: search bounds one by the other."""
        first, last = self.birth[:, 0], self.birth[:, 1]
        if ((first == UNKNOWN_DAY) != (last == UNKNOWN_DAY)).any() or (first > last).any():
            raise BatchError("Batch array birth holds an interval that ends before it begins; encode the batch again.")
        if View.BIRTH not in self.profile:
            return
        seen = self.presence >> self.profile.position(View.BIRTH) & 1 == 1
        if (seen & (self.birth[:, 0] == UNKNOWN_DAY)).any():
            raise BatchError("A row has a birth view and no birth interval; encode the batch again.")

    def __repr__(self) -> str:
        """Counts only: codes and refs stay out of logs and tracebacks."""
        size = f"{len(self.refs)} records, {len(self)} rows"
        return f"EncodedBatch({self.kind.name.lower()}, {size}, {self.profile.name})"

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.record)

    def take(self, rows: npt.NDArray[np.intp]) -> "EncodedBatch":
        """The batch of these rows (ascending), with all refs kept."""
        return EncodedBatch(
            self.profile, self.key_check, self.kind, self.refs, self.record[rows], self.codes[rows],
            self.presence[rows], self.sex[rows], self.birth[rows], self.event[rows], self.photo_age[rows],
            self.photo_space,
        )


def require_comparable(first: EncodedBatch, second: EncodedBatch) -> None:
    """See to it that the codes of two batches may be compared.

    An epoch has a linkage key and so a key check value of its own: batches of two epochs are of two keys. A batch with
    an empty key check value, read from an index that is empty itself, goes with every other.

    Raises:
        ProfileMismatchError: they are of two encoding profiles.
        KeyMismatchError: they are of two linkage keys or epochs.
        SpaceMismatchError: their photo codes are of two spaces.
    """
    if first.profile.digest != second.profile.digest:
        raise ProfileMismatchError(
            f"One batch was encoded under {first.profile.name}, the other under {second.profile.name} or under other"
            " parameters of it; encode both under one profile."
        )
    if first.key_check and second.key_check and first.key_check != second.key_check:
        raise KeyMismatchError(
            "The batches were encoded under different linkage keys, as of two epochs; encode both under one key."
        )
    same_space(first.photo_space, second.photo_space)
