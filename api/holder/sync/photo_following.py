"""When photo codes begin, end or change as a whole, the records that have photos go to the hub again."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from api.holder.storage import facts, outbox, photos
from api.holder.storage.own_records import raise_version
from api.holder.storage.photos import SharedRecord
from api.holder.sync.photo_codes import Sending
from api.holder.sync.resealing import resealed
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock
from api.service.database import Database

BLOCK = 100
_OTHER_SPACE: Final = (
    "The hub compares photos of another face space, so records go without photo codes; set photo_space to the file that"
    " all holders of the linkage domain use."
)


@dataclass(frozen=True)
class Followed:
    """How photo codes were last sent.

    under   text of the space, None when they were not sent
    own     text of the own space
    theirs  text of the hub's
    after   id of the record up to which records were queued for it; None when all were
    """

    under: str | None = None
    own: str | None = None
    theirs: str | None = None
    after: int | None = None


class PhotoFollower:
    """Queues records under a later version, since the hub takes other codes under a later version only.

    Killed at any moment, it goes on with the next block.

    Args:
        database: the gateway's.
        vault: seals records for their later version.
        clock: the gateway's clock.
        ahead: whether it is about codes under the next linkage key, which begin with every record anyway.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, *, ahead: bool = False) -> None:
        self._database, self._vault, self._clock, self._ahead = database, vault, clock, ahead
        self._fact = facts.NEXT_PHOTO_SENDING if ahead else facts.PHOTO_SENDING

    def follow(self, sending: Sending) -> None:
        """See to it that what the hub has of photos becomes what is sent now."""
        with self._database.read() as conn:
            known, is_first = followed(conn, self._fact), facts.get(conn, self._fact) is None
        if self._ahead and is_first:
            first = Followed(sending.text, sending.own, sending.theirs)
            self._database.retrying(lambda conn: self._put(conn, first))
            return
        if known == Followed(sending.text, sending.own, sending.theirs):
            return
        self._database.retrying(lambda conn: self._begin(conn, sending))
        while self._database.retrying(self._some):
            pass

    def _begin(self, conn: Connection, sending: Sending) -> None:
        known = followed(conn, self._fact)
        after = known.after if known.under == sending.text else 0
        self._put(conn, Followed(sending.text, sending.own, sending.theirs, after))

    def _some(self, conn: Connection) -> bool:
        known = followed(conn, self._fact)
        if known.after is None:
            return False
        found = photos.shared_records(conn, known.after, BLOCK)
        for record in found:
            self._raise(conn, record)
        after = found[-1].id if len(found) == BLOCK else None
        self._put(conn, Followed(known.under, known.own, known.theirs, after))
        return after is not None

    def _raise(self, conn: Connection, record: SharedRecord) -> None:
        version = record.version + 1
        try:
            sealed = resealed(self._vault, record.ref, record.version, version, record.sealed)
        except DamagedSealError as error:
            structlog.get_logger().error("a record does not open", exc_info=error)
            return
        raise_version(conn, record.id, version, sealed)
        outbox.queue(conn, record.id, version, "put", self._clock())

    def _put(self, conn: Connection, now: Followed) -> None:
        facts.put(conn, self._fact, json.dumps(asdict(now)), self._clock())


def followed(conn: Connection, fact: str = facts.PHOTO_SENDING) -> Followed:
    """How photo codes were last sent, under the present linkage key unless told otherwise."""
    text = facts.get(conn, fact)
    return Followed() if text is None else Followed(**json.loads(text))


def photo_status(conn: Connection) -> dict[str, Any]:
    """How many photos there are, whether codes of them are sent, and what stands in the way; nothing of any photo."""
    counted, known = photos.counts(conn), followed(conn)
    problem = facts.get(conn, facts.PHOTOS_PROBLEM)
    if problem is None and known.own is not None and known.theirs not in (None, known.own):
        problem = _OTHER_SPACE
    return {
        "kept": counted.photos, "usable": counted.usable, "unread": counted.unread,
        "codes_sent": known.under is not None, "space": known.own, "hub_space": known.theirs, "problem": problem,
    }  # fmt: skip
