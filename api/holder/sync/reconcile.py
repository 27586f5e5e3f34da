"""What the hub holds against the own records: after a restore of either side the two may have gone apart.

The own records are the truth, with one exception: a withdrawal or an erasure that the hub has heard of and this
gateway forgot (its backup is older) stands, because sharing again what somebody took back is for a person to decide.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from api.holder.storage import facts, next_key
from api.holder.storage.outbox import ARRIVED, WAITING, Settlement, Standing, queue_again, settle, standing
from api.holder.storage.own_records import OwnRecord, own_records, raise_version
from api.holder.sync.client import HubClient, PartitionName
from api.holder.sync.resealing import resealed
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.submissions import Holding

PAGE = 500
BLOCK = 200

_TAKEN_BACK = {
    "withdrawn": (
        "withdrawn-at-hub",
        "The hub knows of a withdrawal of this record that this gateway has forgotten, as after a restore; change"
        " the record if it should be matched, or withdraw it here too.",
    ),
    "erased": (
        "erased-at-hub",
        "The hub knows of an erasure of this record that this gateway has forgotten, as after a restore; erase it here"
        " too.",
    ),
}


class Finding(StrEnum):
    """How an own record stands to what the hub has of it."""

    SAME = "same"
    QUEUED = "queued"
    """The hub lacks it, or has another version."""
    RAISED = "raised"
    """The hub has a later version than the one that is here: sent again under a version above it."""
    HELD = "held"
    """The hub knows that it was taken back."""
    DAMAGED = "damaged"
    """It does not open, so no later version of it can be made."""


@dataclass(frozen=True)
class Overlap:
    """The partitions of the present linkage key and of the next, where the hub has them open and there are two.

    Of a record in several the hub tells the highest version, which does not say that both have it.
    """

    present: PartitionName | None = None
    following: PartitionName | None = None


@dataclass(frozen=True)
class Comparison:
    """Counts of a comparison; `unknown` are records of this partner at the hub that are not here."""

    here: int
    at_hub: int
    queued: int
    raised: int
    held: int
    damaged: int
    unknown: int


def reconcile(
    database: Database, vault: Vault, client: HubClient, *, clock: Clock = utc_now,
    progress: Callable[[int], None] = lambda records: None, overlap: Overlap = Overlap(),
) -> Comparison:  # fmt: skip
    """Compare everything, and queue what the hub has to hear again. May be repeated, and interrupted anywhere.

    Args:
        database: the gateway's.
        vault: opens records whose version has to rise.
        client: the trusted hub.
        clock: the gateway's clock.
        progress: called with the number of own records just compared.
        overlap: which partitions are to be compared by themselves.

    Raises:
        ProblemError: the hub stopped answering; nothing was changed before it had told everything.
    """
    held = {each.ref: each for each in _holdings(client)}
    present, following = _active(client, overlap.present), _active(client, overlap.following)
    at_hub = len(held)
    findings, last = Counter[Finding](), 0
    while True:
        with database.write() as conn:
            block = own_records(conn, last, BLOCK)
            comparer = _Comparer(conn, vault, clock(), present, following)
            findings.update(comparer.compare(own, held.pop(own.ref, None)) for own in block)
        progress(len(block))
        if len(block) < BLOCK:
            break
        last = block[-1].id
    with database.write() as conn:
        facts.put(conn, facts.LAST_CHECK, clock().isoformat(), clock())
        facts.remove(conn, facts.CHECK_DUE)
    counted = {finding.value: findings[finding] for finding in Finding if finding is not Finding.SAME}
    return Comparison(here=findings.total(), at_hub=at_hub, unknown=len(held), **counted)


def _holdings(client: HubClient, partition: PartitionName | None = None) -> Iterator[Holding]:
    """Everything that the hub has of this partner, in all open epochs or in one partition."""
    after: str | None = None
    while True:
        page = client.holdings(after, PAGE, partition)
        yield from page.items
        if page.next is None or page.next == after:
            return
        after = page.next


def _active(client: HubClient, partition: PartitionName | None) -> Mapping[str, int] | None:
    """Versions of the records that are matched in a partition, by ref; None when it is not to be compared."""
    if partition is None:
        return None
    return {each.ref: each.version for each in _holdings(client, partition) if each.state == "active"}


class _Comparer:
    """Compares and mends records one by one, inside one write transaction."""

    def __init__(
        self, conn: Connection, vault: Vault, now: datetime, present: Mapping[str, int] | None,
        following: Mapping[str, int] | None,
    ) -> None:  # fmt: skip
        self._conn, self._vault, self._now = conn, vault, now
        self._present, self._following = present, following

    def compare(self, own: OwnRecord, held: Holding | None) -> Finding:
        if own.wanted == "put":
            return self._compare_shared(own, held)
        settled = {"withdraw": ("withdrawn", "erased"), "erase": ("erased",)}[own.wanted]
        if held is None or held.state in settled:
            return Finding.SAME
        # The hub takes it only under a version above the one it has.
        raised = self._raised(own, held.version + 1)
        if raised is None:
            return Finding.DAMAGED
        queue_again(self._conn, own.id, raised.version, own.wanted, self._now)
        return Finding.QUEUED

    def _compare_shared(self, own: OwnRecord, held: Holding | None) -> Finding:
        row = standing(self._conn, own.id)
        if held is None or (held.version < own.version and held.state != "erased"):
            next_key.send_again(self._conn, own.id)
            return self._queued(own, row)
        told = row is not None and row.reason == _TAKEN_BACK["withdrawn"][0]
        if held.state == "erased" or (held.state == "withdrawn" and (held.version > own.version or told)):
            return self._held_back(own, held)
        conflict = "version-conflict" in (row and row.reason, next_key.refused_as(self._conn, own.id))
        if held.version > own.version or held.state == "withdrawn" or conflict:
            raised = self._raised(own, held.version + 1)
            if raised is None:
                return Finding.DAMAGED
            queue_again(self._conn, own.id, raised.version, "put", self._now)
            return Finding.RAISED
        current = row is not None and (row.version, row.action, row.state) == (own.version, "put", ARRIVED)
        if self._following is not None and self._following.get(own.ref) != own.version:
            next_key.send_again(self._conn, own.id)
        here = self._present is None or self._present.get(own.ref) == own.version
        return Finding.SAME if current and here else self._queued(own, row)

    def _queued(self, own: OwnRecord, row: Standing | None) -> Finding:
        if row is None or (row.version, row.action, row.state) != (own.version, "put", WAITING):
            queue_again(self._conn, own.id, own.version, "put", self._now)
        return Finding.QUEUED

    def _held_back(self, own: OwnRecord, held: Holding) -> Finding:
        """Not shared again by itself; the version rises, so that a clerk's next change counts as newer."""
        raised = self._raised(own, held.version)
        if raised is None:
            return Finding.DAMAGED
        reason, detail = _TAKEN_BACK[held.state]
        queue_again(self._conn, own.id, raised.version, "put", self._now)
        settled = [Settlement(own.id, raised.version, "put", False, reason, detail)]
        settle(self._conn, settled, self._now)
        next_key.settle(self._conn, settled, self._now)
        return Finding.HELD

    def _raised(self, own: OwnRecord, version: int) -> OwnRecord | None:
        """The record under a version of at least this; None when its content does not open to be sealed for it."""
        if version <= own.version:
            return own
        try:
            sealed = resealed(self._vault, own.ref, own.version, version, own.sealed)
        except DamagedSealError:
            return None
        raise_version(self._conn, own.id, version, sealed)
        return replace(own, version=version, sealed=sealed)
