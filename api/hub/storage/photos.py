"""Which records have a photo code, and taking it from those that are matched no longer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, func, select, update

from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.matching import ACTIVE, in_parts
from api.hub.storage.tables import records
from matcher.photos import UNKNOWN_BAND
from matcher.profile import EncodingProfile
from matcher.views import View

# A record has its photo in every row or in none (api.wire.photo_fields), so the first row tells.
_FIRST_ROW = func.substr(records.c.presence, 1, 2)
_RECORDS_AT_ONCE = 500


def photo_counts(conn: Connection, partition_id: int, profile: EncodingProfile) -> dict[str, int]:
    """Number of records of a partition with a photo code, by state."""
    found: dict[str, int] = {}
    for state, presence, count in _groups(conn, partition_id):
        if _has_photo(presence, profile):
            found[state] = found.get(state, 0) + count
    return found


def inactive_with_photo(conn: Connection, partition_id: int, profile: EncodingProfile) -> list[int]:
    """Numbers of the records that are not active and still have a photo code."""
    wanted = sorted({presence for _, presence, _ in _groups(conn, partition_id) if _has_photo(presence, profile)})
    if not wanted:
        return []
    inactive = select(records.c.id).where(records.c.partition_id == partition_id, records.c.state != ACTIVE)
    return list(conn.execute(inactive.where(_FIRST_ROW.in_(wanted)).order_by(records.c.id)).scalars())


def drop_photos(conn: Connection, record_ids: Sequence[int], profile: EncodingProfile) -> None:
    """Let records be as if they had come without a photo; each takes a new sequence number."""
    statement = update(records).where(records.c.id == bindparam("record")).values(
        presence=bindparam("rest"), codes=bindparam("words"), photo_age=UNKNOWN_BAND, sequence=bindparam("number")
    )  # fmt: skip
    columns = (records.c.id, records.c.presence, records.c.codes)
    for part in in_parts(record_ids, _RECORDS_AT_ONCE):
        first = next_numbers(conn, RECORDS, len(part))
        found = conn.execute(select(*columns).where(records.c.id.in_(part)).order_by(records.c.id)).all()
        conn.execute(statement, [
            {"record": row.id, "number": first + at, **_without_photo(row.presence, row.codes, profile)}
            for at, row in enumerate(found)
        ])  # fmt: skip


def _without_photo(presence: bytes, codes: bytes, profile: EncodingProfile) -> dict[str, bytes]:
    position = profile.position(View.PHOTO)
    rest = np.frombuffer(presence, dtype="<u2") & ~np.uint16(1 << position)
    words = np.frombuffer(codes, dtype="<u8").reshape(-1, profile.words).copy()
    words[:, profile.offsets[position] : profile.offsets[position + 1]] = 0
    return {"rest": rest.astype("<u2").tobytes(), "words": words.tobytes()}


def _groups(conn: Connection, partition_id: int) -> list[tuple[str, bytes, int]]:
    """State, presence of the first row, and number of records."""
    columns: tuple[Any, ...] = (records.c.state, _FIRST_ROW)
    query = select(*columns, func.count()).where(
        records.c.partition_id == partition_id, records.c.presence.is_not(None)
    )  # fmt: skip
    return [(row[0], bytes(row[1]), int(row[2])) for row in conn.execute(query.group_by(*columns))]


def _has_photo(presence: bytes, profile: EncodingProfile) -> bool:
    if View.PHOTO not in profile:
        return False
    return bool(int.from_bytes(presence, "little") >> profile.position(View.PHOTO) & 1)
