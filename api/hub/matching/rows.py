"""Records of the database as encoded batches, and back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from api.hub.storage.matching import StoredRecord
from api.wire.photo_fields import has_photo
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.errors import BatchError
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile
from matcher.views import Kind


@dataclass(frozen=True, repr=False)
class HeldBatch:
    """Records of one kind: the batch, and number and holder of each of its refs, int32 (r,)."""

    batch: EncodedBatch
    numbers: npt.NDArray[np.int32]
    holders: npt.NDArray[np.int32]


def batch_of_records(
    records: Sequence[StoredRecord], kind: Kind, profile: EncodingProfile, key_check: bytes,
    space: PhotoSpace | None = None,
) -> HeldBatch:  # fmt: skip
    """Records of one kind as a batch, in their order; their refs are their numbers.

    `space` is their partition's. A batch without a photo code is of none, and goes with every other.

    Raises:
        BatchError: codes or presence bits of a record do not fit the profile, or one has a photo code and `space` is
            None.
    """
    numbers = np.array([record.id for record in records], dtype=np.int32)
    if any(4 * profile.words * len(record.presence) != len(record.codes) for record in records):
        raise BatchError("Codes in the database do not fit their profile; restore the database from a backup.")
    rows = np.array([len(record.presence) // 2 for record in records], dtype=np.int64)
    presence = np.frombuffer(b"".join(record.presence for record in records), dtype="<u2").astype(np.uint16)
    codes = np.frombuffer(b"".join(record.codes for record in records), dtype="<u8").astype(np.uint64)
    birth = [(_day(record.birth_first), _day(record.birth_last)) for record in records]
    batch = EncodedBatch(
        profile, key_check, kind, tuple(str(number) for number in numbers.tolist()),
        np.repeat(np.arange(len(records), dtype=np.int32), rows), codes.reshape(-1, profile.words), presence,
        np.repeat(np.array([record.sex for record in records], dtype=np.uint8), rows),
        np.repeat(np.array(birth, dtype=np.int32).reshape(-1, 2), rows, axis=0),
        np.repeat(np.array([_day(record.event) for record in records], dtype=np.int32), rows),
        np.repeat(np.array([record.photo_age for record in records], dtype=np.uint8), rows),
        space if has_photo(presence, profile).any() else None,
    )  # fmt: skip
    return HeldBatch(batch, numbers, np.array([record.partner_id for record in records], dtype=np.int32))


def batches_of_holders(
    records: Iterable[StoredRecord], profile: EncodingProfile, key_check: bytes, space: PhotoSpace | None = None
) -> Iterator[HeldBatch]:
    """Records as one batch for each kind and holder, as the gallery takes them."""
    groups: dict[tuple[int, int], list[StoredRecord]] = {}
    for record in records:
        groups.setdefault((record.kind, record.partner_id), []).append(record)
    for (kind, _), group in sorted(groups.items()):
        yield batch_of_records(group, Kind(kind), profile, key_check, space)


def columns_of_records(batch: EncodedBatch) -> list[dict[str, Any]]:
    """The values that `tables.records` keeps of each record of a batch: kind, open attributes, presence and codes."""
    first = np.searchsorted(batch.record, np.arange(len(batch.refs) + 1))
    codes, presence = batch.codes.astype("<u8"), batch.presence.astype("<u2")
    out = []
    for begin, end in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        birth = [_known(day) for day in batch.birth[begin].tolist()]
        out.append({
            "kind": int(batch.kind), "sex": int(batch.sex[begin]), "birth_first": birth[0], "birth_last": birth[1],
            "event": _known(int(batch.event[begin])), "photo_age": int(batch.photo_age[begin]),
            "presence": presence[begin:end].tobytes(), "codes": codes[begin:end].tobytes(),
        })  # fmt: skip
    return out


def _day(value: int | None) -> int:
    return int(UNKNOWN_DAY) if value is None else value


def _known(day: int) -> int | None:
    return None if day == UNKNOWN_DAY else day
