"""One submission: taken in one transaction, or not at all."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.hub.intake.checked_items import CheckedItem, CheckedPut, Refusal, check_items, receipt
from api.hub.intake.drafts import Draft, RefDrafts, drafts_of
from api.hub.intake.partition_check import partition_for
from api.hub.intake.pinned_space import PinnedSpace, put_pin_on_record, write_pin
from api.hub.intake.rules import apply
from api.hub.intake.writing import write_drafts
from api.hub.retention.erasing import put_on_record
from api.hub.storage import counters, holds, records
from api.hub.storage.partitions import Partition
from api.service.database import Database
from api.wire.items import EraseItem
from api.wire.submissions import Receipt, Submission
from matcher.profile import PROFILES


def accept(
    database: Database,
    submission: Submission,
    partner_id: int,
    now: datetime,
    *,
    admit: Callable[[Connection], None],
    changed: Callable[[], None],
) -> list[Receipt]:
    """Judge and store the items of one submission; a receipt for each, in order.

    Everything happens in one transaction (shared with other submissions that arrive at the same moment), so whoever
    gets no answer sends the same again: what was stored then is `unchanged`. Nothing in a receipt, and no time it
    takes, depends on what the records match.

    Args:
        database: the hub's database.
        submission: what came in.
        partner_id: who sent it.
        now: aware.
        admit: checks in the same transaction that the request may be taken still, and only once.
        changed: called after the commit when a record changed.

    Raises:
        ProblemError: what `admit` raises, or the submission does not fit any partition; nothing was stored.
        StorageError: the database failed; nothing was stored.
    """
    items = _checked(submission)
    only_removals = not any(isinstance(item, CheckedPut) for item in items)

    def work(conn: Connection) -> tuple[list[Receipt], int]:
        admit(conn)
        # Before the first look at a record, since it makes others wait: two submissions with one ref must not both
        # find it absent. A number that no change needs in the end is left out.
        first = counters.next_numbers(conn, counters.RECORDS, len(items))
        partition = partition_for(conn, submission, partner_id, only_removals)
        return _take(conn, items, range(first, first + len(items)), partition, partner_id, now)

    receipts, changes = database.together(work)
    if changes:
        changed()
    return receipts


def _checked(submission: Submission) -> list[CheckedItem]:
    """Checked against the profile that it names; the partition check refuses it all when that is not ours."""
    profile = PROFILES.get(submission.profile)
    return [] if profile is None else check_items(submission.items, profile)


def _take(
    conn: Connection, items: Sequence[CheckedItem], numbers: range, partition: Partition, partner_id: int,
    now: datetime,
) -> tuple[list[Receipt], int]:  # fmt: skip
    refs = sorted({item.ref for item in items if not isinstance(item, Refusal)})
    standing = records.standing(conn, partner_id, refs)
    drafts = drafts_of(refs, standing, partition.id, partition.domain)
    for hold in holds.of_partner(conn, partner_id, [item.ref for item in items if isinstance(item, EraseItem)]):
        drafts[hold.ref].held = True
    pinned = PinnedSpace(partition.photo_space)
    receipts = [_receipt(index, item, drafts, now, pinned) for index, item in enumerate(items)]
    touched: list[Draft] = [draft for found in drafts.values() for draft in found.everywhere if draft.changes]
    write_pin(conn, partition, pinned)
    write_drafts(conn, touched, numbers, partition.id, partner_id, now)
    put_on_record(conn, partner_id, [draft.ref for draft in touched if draft.state == "erased"], now)
    put_pin_on_record(conn, partition, pinned, partner_id, now)
    return receipts, len(touched)


def _receipt(
    index: int, item: CheckedItem, drafts: dict[str, RefDrafts], now: datetime, pinned: PinnedSpace
) -> Receipt:
    if isinstance(item, Refusal):
        return receipt(index, item, "refused", item.reason, item.detail)
    decision = apply(item, drafts[item.ref], now, pinned)
    return receipt(index, item, decision.outcome, decision.reason, decision.detail)
