"""The one space that a partition's photo codes are of: the first record with a photo that is accepted fixes it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import audit, partitions
from api.hub.storage.partitions import Partition
from api.hub.storage.partners import by_id
from api.service.audit.entries import Entry


@dataclass
class PinnedSpace:
    """The space of a partition as a submission is taken item by item; `text` is None before it is fixed."""

    text: str | None
    fresh: bool = False
    """Whether this submission has fixed it."""

    def fits(self, space: str | None) -> bool:
        """Whether a record may be stored whose photo code is of this space; None is one without a photo."""
        return space is None or self.text in (None, space)

    def take(self, space: str | None) -> None:
        """A record was stored: if none had a photo before, its space is the one from now on."""
        if space is not None and self.text is None:
            self.text, self.fresh = space, True


def write_pin(conn: Connection, partition: Partition, pinned: PinnedSpace) -> None:
    """Fix the partition's space when the submission did; the transaction holds the counter of records.

    Who holds it read the partition after everybody before had committed: of two first uploads, one finds the other's.
    """
    if pinned.fresh:
        partitions.set_photo_space(conn, partition.id, pinned.text)


def put_pin_on_record(
    conn: Connection, partition: Partition, pinned: PinnedSpace, partner_id: int, now: datetime
) -> None:
    """Write the audit leaf of it, last in the transaction."""
    if not pinned.fresh:
        return
    partner = by_id(conn, partner_id)
    assert partner is not None
    facts = {"space": pinned.text}
    audit.note(conn, Entry("photo-space-pinned", partner.name, now, about=str(partition.id), facts=facts))
