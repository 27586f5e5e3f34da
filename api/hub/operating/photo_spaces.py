"""`milap hub photo-space`."""

from typing import Any

from sqlalchemy import Connection

from api.hub.registry.photo_spaces import reset_space
from api.hub.storage import partitions, photos
from api.hub.storage.matching import ACTIVE
from api.hub.storage.partitions import Partition
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary, table
from matcher.profile import PROFILES
from matcher.views import View

_KEYS = ("partition", "domain", "epoch", "profile", "photos", "active", "inactive", "space")


def listing(database: Database) -> Summary:
    """The photo space of every partition, and how many records have a photo code; `photos` is whether it takes any."""
    with database.read() as conn:
        rows = [_values(conn, found) for found in partitions.every_partition(conn)]
    if not rows:
        return Summary({"partitions": []}, ["There is no partition yet."])
    cells = [[_word(row[key]) for key in _KEYS] for row in rows]
    return Summary({"partitions": rows}, table([list(_KEYS), *cells]))


def reset(database: Database, partition_id: int, clock: Clock) -> Summary:
    """Forget the photo space of a partition, so that the next photo code fixes it anew.

    Raises:
        InputError: there is no such partition, or records still have photo codes of the space.
    """
    dropped = database.retrying(lambda conn: reset_space(conn, partition_id, clock()))
    values = {"partition": partition_id, "reset": dropped is not None, "dropped": dropped or 0}
    if dropped is None:
        return Summary(values, [f"Partition {partition_id} has no photo space yet; nothing changed."])
    return Summary(values, [
        f"The next record with a photo fixes the photo space of partition {partition_id}; {dropped:,} withdrawn or "
        "expired record(s) lost their photo codes.",
        "A hub that runs loads the index of the partition anew, which holds its matching up for a minute.",
    ])  # fmt: skip


def _values(conn: Connection, found: Partition) -> dict[str, Any]:
    profile = PROFILES.get(found.profile)
    counts = {} if profile is None else photos.photo_counts(conn, found.id, profile)
    return {
        "partition": found.id, "domain": found.domain, "epoch": found.epoch, "profile": found.profile,
        "photos": profile is not None and View.PHOTO in profile, "active": counts.get(ACTIVE, 0),
        "inactive": sum(counts.values()) - counts.get(ACTIVE, 0), "space": found.photo_space,
    }  # fmt: skip


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
