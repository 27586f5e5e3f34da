"""What the operator does about the space of a partition's photo codes."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.registry.noting import note_act
from api.hub.storage import partitions, photos
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.holds import held_among
from api.hub.storage.matching import ACTIVE
from matcher.errors import InputError
from matcher.profile import profile_named


def reset_space(conn: Connection, partition_id: int, now: datetime) -> int | None:
    """Let the next record with a photo say what space a partition's photo codes are of; None when none was fixed yet.

    Records that are withdrawn or expired lose their photo codes, which nothing could be compared with any more; gives
    how many.

    Raises:
        InputError: there is no such partition, or active or held records have photo codes.
    """
    # Nobody brings a photo of the old space, or of a new one, before this is committed.
    hold(conn, RECORDS)
    found = partitions.by_id(conn, partition_id)
    if found is None:
        raise InputError(f"There is no partition {partition_id}; `milap hub partition list` shows them all.")
    if found.photo_space is None:
        return None
    profile = profile_named(found.profile)
    if active := photos.photo_counts(conn, partition_id, profile).get(ACTIVE, 0):
        raise InputError(
            f"Partition {partition_id} has {active:,} active record(s) with a photo code of its space; let their "
            "holders send them without photos or withdraw them first, or open another epoch for the new space."
        )
    left = photos.inactive_with_photo(conn, partition_id, profile)
    if held := held_among(conn, left):
        raise InputError(
            f"Legal holds keep {len(held):,} record(s) with a photo code in partition {partition_id}; reset the space "
            "when they are lifted, or open another epoch for the new one."
        )
    photos.drop_photos(conn, left, profile)
    partitions.set_photo_space(conn, partition_id, None)
    note_act(conn, "photo-space-reset", str(partition_id), now, was=found.photo_space, records=len(left))
    return len(left)
