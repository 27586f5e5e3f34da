"""Items on the wire to encoded batches, and back."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from api.wire.grains import is_no_finer
from api.wire.items import EncodedRow, ItemError, PutItem
from api.wire.photo_fields import check_photo, has_photo, one_space, photo_fields
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.profile import EncodingProfile
from matcher.views import Kind, Sex, View

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Marks:
    """A gateway's HMACs of a record's case number, and of who and which office entered it (see PutItem)."""

    case: str
    officer: str | None = None
    office: str | None = None


def put_items(
    batch: EncodedBatch, versions: Sequence[int], expires_on: Sequence[int | None], marks: Sequence[Marks]
) -> list[PutItem]:
    """The records of a batch as items, in the order of its refs; versions, expiry days and marks go with the refs."""
    rows: list[list[EncodedRow]] = [[] for _ in batch.refs]
    first_row: dict[int, int] = {}
    pictured = set(batch.record[has_photo(batch.presence, batch.profile)].tolist())
    codes = np.ascontiguousarray(batch.codes, dtype="<u8")
    for row, record in enumerate(batch.record.tolist()):
        first_row.setdefault(record, row)
        code = base64.b64encode(codes[row].tobytes()).decode()
        rows[record].append(EncodedRow(presence=int(batch.presence[row]), code=code))
    return [
        PutItem(
            action="put", ref=ref, version=versions[i], rows=tuple(rows[i]),
            expires_on=expires_on[i], case=marks[i].case, officer=marks[i].officer, office=marks[i].office,
            **_open_attributes(batch, first_row[i]), **photo_fields(batch, first_row[i], i in pictured),
        )
        for i, ref in enumerate(batch.refs)
    ]


def _open_attributes(batch: EncodedBatch, row: int) -> dict[str, Any]:
    first, last = batch.birth[row].tolist()
    event = int(batch.event[row])
    return {
        "kind": batch.kind.name.lower(),
        "sex": Sex(int(batch.sex[row])).name.lower(),
        "birth": None if first == UNKNOWN_DAY else (first, last),
        "event": None if event == UNKNOWN_DAY else event,
    }


def check_item(item: PutItem, profile: EncodingProfile) -> tuple[Words, npt.NDArray[np.uint16]]:
    """Codes uint64 (rows, words) and presence uint16 (rows,) of an item that fits the profile; ItemError otherwise."""
    if len(item.rows) > profile.max_rows:
        raise ItemError("too-many-rows", f"The record has more than {profile.max_rows} rows; encode it again.")
    presence = np.array([row.presence for row in item.rows], dtype=np.uint16)
    if int(presence.max()) >> len(profile.views):
        raise ItemError("unknown-view", f"A row has a view that {profile.name} lacks; encode the record again.")
    codes = np.stack([_words(row.code, profile) for row in item.rows])
    _check_absent_views(codes, presence, profile)
    _check_open_attributes(item, presence, profile)
    check_photo(item, codes, presence, profile)
    return codes, presence


def _words(text: str, profile: EncodingProfile) -> Words:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ItemError("bad-code", "A row's code is not base64; encode the record again.") from None
    if len(data) != profile.words * 8:
        wanted = profile.words * 8
        raise ItemError("bad-code", f"A row's code has {len(data)} bytes, {profile.name} has {wanted}; encode again.")
    return np.frombuffer(data, dtype="<u8").astype(np.uint64)


def _check_absent_views(codes: Words, presence: npt.NDArray[np.uint16], profile: EncodingProfile) -> None:
    """An absent view is all zero: otherwise bits that nobody compares would travel unseen."""
    for position in range(len(profile.views)):
        columns = slice(profile.offsets[position], profile.offsets[position + 1])
        if codes[presence >> position & 1 == 0, columns].any():
            raise ItemError("bad-code", "A row has bits in a view that it says is absent; encode the record again.")


def _check_open_attributes(item: PutItem, presence: npt.NDArray[np.uint16], profile: EncodingProfile) -> None:
    if item.birth is not None and item.birth[0] > item.birth[1]:
        raise ItemError("bad-birth", "The birth interval ends before it begins; encode the record again.")
    has_view = View.BIRTH in profile and bool((presence >> profile.position(View.BIRTH) & 1).any())
    if has_view and item.birth is None:
        raise ItemError("bad-birth", "A row has a birth view and no birth interval; encode the record again.")
    if not is_no_finer(item, profile):
        raise ItemError(
            "too-fine", f"Birth interval or event date are finer than {profile.name} allows; encode the record again."
        )


def batch_of(items: Sequence[PutItem], profile: EncodingProfile, key_check: bytes) -> EncodedBatch:
    """Items of one kind as a batch, in their order; ItemError for the first that does not fit the profile."""
    checked = [check_item(item, profile) for item in items]
    rows = [len(presence) for _, presence in checked]
    birth = [item.birth or (UNKNOWN_DAY, UNKNOWN_DAY) for item in items]
    event = [UNKNOWN_DAY if item.event is None else item.event for item in items]
    codes = [codes for codes, _ in checked] or [np.zeros((0, profile.words), dtype=np.uint64)]
    return EncodedBatch(
        profile=profile,
        key_check=key_check,
        kind=Kind[items[0].kind.upper()] if items else Kind.MISSING,
        refs=tuple(item.ref for item in items),
        record=np.repeat(np.arange(len(items), dtype=np.int32), rows),
        codes=np.concatenate(codes),
        presence=np.concatenate([np.zeros(0, dtype=np.uint16), *(presence for _, presence in checked)]),
        sex=np.repeat(np.array([Sex[item.sex.upper()] for item in items], dtype=np.uint8), rows),
        birth=np.repeat(np.array(birth, dtype=np.int32).reshape(-1, 2), rows, axis=0),
        event=np.repeat(np.array(event, dtype=np.int32), rows),
        photo_age=np.repeat(np.array([item.photo_age for item in items], dtype=np.uint8), rows),
        photo_space=one_space(items),
    )
