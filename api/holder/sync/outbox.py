"""Waiting rows to the hub, one submission at a time, and its receipts back to the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from api.holder.storage import outbox
from api.holder.storage.outbox import DueRow, Rows, Settlement
from api.holder.sync.client import HubClient
from api.holder.sync.encoding import ItemMaker, WireItem
from api.holder.sync.photo_following import PhotoFollower
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.items import PutItem
from api.wire.partners import Policy
from api.wire.problems import ProblemError
from api.wire.submissions import Receipt

MOST_ITEMS = 200
PHOTO_SPACE_REASON = "photo-space"
"""Why the hub refuses a record whose photo code is of another space than its partition's."""
_ENVELOPE_BYTES = 4096
_OUTDATED = (
    "The hub holds a later version than this gateway, as after a restore from a backup;"
    " run `milap holder sync --check`."
)
_TOO_LARGE = "The record alone is larger than the hub takes; shorten its lists of names, or tell the hub's operator."


@dataclass(frozen=True)
class Sent:
    """What one submission came to.

    `more` when further rows may wait; `other_space` when the hub's policy on photo codes is another by now.
    """

    arrived: int = 0
    refused: int = 0
    more: bool = False
    other_space: bool = False


class OutboxSender:
    """Sends what waits. Not for several threads at once."""

    def __init__(
        self, database: Database, maker: ItemMaker, clock: Clock = utc_now, follower: PhotoFollower | None = None,
        rows: Rows = outbox,
    ) -> None:  # fmt: skip
        """Send the rows of a database as items of a maker; the follower is for makers of photo codes.

        `rows` are those of the maker's linkage key: of the present one, or of the next.
        """
        self._database, self._maker, self._clock, self._follower = database, maker, clock, follower
        self._rows = rows
        self._most = MOST_ITEMS
        # Rows, by record and version, whose photo code the hub does not take.
        self._without_photo: set[tuple[int, int]] = set()

    def send(self, client: HubClient, policy: Policy) -> Sent:
        """Send one submission of rows that wait, those queued first before the others, and settle them.

        Raises:
            ProblemError: the hub took none of it; everything waits on, but for withdrawals and erasures when it was
                the epoch that is closed.
        """
        self._settle_photos(policy)
        try:
            return self._send(client, policy, only_removals=False)
        except ProblemError as problem:
            if problem.kind == "epoch-closed":
                # What somebody took back must not wait for the next key.
                self._send(client, policy, only_removals=True)
            raise

    def _send(self, client: HubClient, policy: Policy, only_removals: bool) -> Sent:
        limit = min(self._most, policy.max_items)
        with self._database.read() as conn:
            rows = self._rows.due(conn, limit, only_removals=only_removals)
        if not rows:
            return Sent()
        known = len(self._without_photo)
        without = {row.record_id for row in rows if (row.record_id, row.version) in self._without_photo}
        prepared = self._maker.prepare(rows, without)
        self._settle(prepared.refused)
        going = self._marked(_fitting(prepared.items, policy.max_bytes - _ENVELOPE_BYTES))
        settled = self._submit(client, going) if going else []
        return Sent(
            sum(each.arrived for each in settled),
            sum(not each.arrived for each in [*settled, *prepared.refused]),
            more=len(rows) == limit or len(settled) < len(prepared.items),
            other_space=len(self._without_photo) > known,
        )

    def _settle_photos(self, policy: Policy) -> None:
        """Before anything is made: another way to send photo codes raises the version of every record it concerns."""
        if self._maker.photos is not None and self._follower is not None:
            sending = self._maker.photos.sending(policy)
            self._follower.follow(sending)
            self._maker.send_photos(sending)

    def _marked(self, chosen: list[tuple[DueRow, WireItem]]) -> list[tuple[DueRow, WireItem]]:
        """Those that still stand. Marked before they leave: should the answer be lost, a later withdrawal goes too."""
        rows = [row for row, _ in chosen]
        standing = {row.record_id for row in self._database.retrying(lambda conn: self._rows.mark_sending(conn, rows))}
        return [(row, item) for row, item in chosen if row.record_id in standing]

    def _submit(self, client: HubClient, going: list[tuple[DueRow, WireItem]]) -> list[Settlement]:
        try:
            receipt = client.submit(self._maker.submission([item for _, item in going]))
        except ProblemError as problem:
            if problem.kind != "too-large":
                raise
            return self._shrink(going)
        self._most = min(MOST_ITEMS, self._most * 2)
        settlements = [
            _settlement(row, each)
            for (row, item), each in zip(going, receipt.receipts, strict=True)
            if not self._refused_for_photo(row, item, each)
        ]
        self._settle(settlements)
        return settlements

    def _refused_for_photo(self, row: DueRow, item: WireItem, receipt: Receipt) -> bool:
        """Whether only the photo code was wrong: the record waits on, and goes without."""
        has_photo = isinstance(item, PutItem) and item.photo_space is not None
        refused = has_photo and receipt.outcome == "refused" and receipt.reason == PHOTO_SPACE_REASON
        if refused:
            self._without_photo.add((row.record_id, row.version))
        return refused

    def _shrink(self, going: list[tuple[DueRow, WireItem]]) -> list[Settlement]:
        """A proxy may take less than the hub says: halve, and give up only on a record that is too large by itself."""
        if len(going) > 1:
            self._most = max(1, len(going) // 2)
            return []
        row = going[0][0]
        refused = [Settlement(row.record_id, row.version, row.action, False, "too-large", _TOO_LARGE)]
        self._settle(refused)
        return refused

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        if not settlements:
            return
        now = self._clock()
        self._database.retrying(lambda conn: self._rows.settle(conn, settlements, now))
        refused = [each for each in settlements if not each.arrived]
        structlog.get_logger().info("receipts", count=len(settlements) - len(refused))
        for reason in sorted({each.reason or "refused" for each in refused}):
            number = sum((each.reason or "refused") == reason for each in refused)
            structlog.get_logger().warning("records refused", count=number, reason=reason)


def _fitting(items: list[tuple[DueRow, WireItem]], most_bytes: int) -> list[tuple[DueRow, WireItem]]:
    """As many of the first items as fit; at least one, so that the hub itself says what is too large."""
    chosen, size = list[tuple[DueRow, WireItem]](), 0
    for row, item in items:
        size += len(item.model_dump_json()) + 1
        if chosen and size > most_bytes:
            break
        chosen.append((row, item))
    return chosen


def _settlement(row: DueRow, receipt: Receipt) -> Settlement:
    if receipt.outcome == "outdated":
        return Settlement(row.record_id, row.version, row.action, False, "outdated", _OUTDATED)
    arrived = receipt.outcome != "refused"
    return Settlement(row.record_id, row.version, row.action, arrived, receipt.reason, receipt.detail)
