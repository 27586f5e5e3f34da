"""Audit logs watching each other: the own log's checkpoints to the hub, the hub's and other partners' kept here."""

from datetime import datetime, timedelta
from typing import Final, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection

from api.holder.storage import facts, peers, witnessed
from api.holder.storage.tables import audit
from api.holder.sync.audit_alarm import GATEWAY, Contradiction, raise_alarm
from api.holder.sync.client import HubClient
from api.service.audit import checkpoints
from api.service.audit.merkle import verify_consistency
from api.service.audit.publishing import publish_due
from api.service.clock import Clock
from api.service.database import Database
from api.wire.audit import Checkpoint, ConsistencyProof, hash_bytes, verify_checkpoint
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey
from api.wire.witnesses import WitnessedCheckpoint, WitnessPage, WitnessReceipt

M = TypeVar("M", bound=BaseModel)

OWN_EVERY: Final = timedelta(hours=24)
"""How often the own log is published: whatever was done or not, so that its growth tells partners nothing."""
BLOCK: Final = 64
"""Published sizes of the own log are multiples of this."""


class WitnessErrand:
    """Shows the own log, and looks whether the hub's log only grew; implements `api.holder.sync.errands.Errand`.

    A contradiction is an alarm for people. The exchange goes on, since children wait for it.

    Args:
        database: the gateway's.
        every: how often to look.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, every: timedelta, clock: Clock) -> None:
        self._database, self._every, self._clock = database, every, clock
        self._looked: datetime | None = None

    def run(self, client: HubClient) -> bool:
        """Show and look, when it is time; there is never more to do at once.

        Raises:
            ProblemError: the hub does not answer, or refuses everything.
        """
        now = self._clock()
        if self._looked is None or abs(now - self._looked) >= self._every:
            self._show_own(client, now)
            self._look_at_hub(client, now)
            self._look_at_partners(client, now)
            self._looked = now
        return False

    def _show_own(self, client: HubClient, now: datetime) -> None:
        own = self._own(client, now)
        label = f"{client.peer.hub} {own.origin} {own.size}"
        with self._database.read() as conn:
            if facts.get(conn, facts.AUDIT_SHOWN) == label:
                return
        refused = False
        try:
            client.ask(WitnessReceipt, "POST", "/v1/audit/witnesses", own.model_dump_json().encode())
        except ProblemError as problem:
            if problem.kind == "no-such-resource":  # a hub of an earlier release
                return
            if problem.kind != "audit-contradiction":
                raise
            refused = True
        with self._database.write() as conn:
            facts.put(conn, facts.AUDIT_SHOWN, label, now)
            if refused:
                raise_alarm(conn, Contradiction("own", own.origin, shown=own), now)

    def _own(self, client: HubClient, now: datetime) -> Checkpoint:
        """The latest own checkpoint, after a new one was published if that is due."""
        partner, key = client.peer.partner, client.key
        with self._database.read() as conn:
            last = checkpoints.latest(conn, audit, partner)
        if last is not None and verify_checkpoint(last, key.public) and abs(now - last.at) < OWN_EVERY:
            return last
        # One that was signed under a former key is no reason to wait.
        every = OWN_EVERY if last is None or verify_checkpoint(last, key.public) else timedelta(0)

        def publish(conn: Connection) -> Checkpoint | None:
            return publish_due(conn, audit, key, partner, GATEWAY, every=every, block=BLOCK, now=now)

        made = self._database.retrying(publish)
        if made is None:  # another process was first
            with self._database.read() as conn:
                made = checkpoints.latest(conn, audit, partner)
        assert made is not None
        return made

    def _look_at_hub(self, client: HubClient, now: datetime) -> None:
        hub = client.peer.hub
        # Read before it is asked: another process may keep a later one meanwhile.
        with self._database.read() as conn:
            kept = witnessed.largest(conn, hub)
        shown = _asked(client, "/v1/audit/checkpoint", Checkpoint)
        found = _judged(client, kept, shown)
        with self._database.write() as conn:
            if found is None and shown is not None and witnessed.keep(conn, shown, now).root != shown.root:
                found = Contradiction("fork", hub, witnessed.of_size(conn, hub, shown.size), shown)
            if found is not None:
                raise_alarm(conn, found, now)

    def _look_at_partners(self, client: HubClient, now: datetime) -> None:
        page = _asked(client, "/v1/audit/witnesses", WitnessPage)
        others = [item for item in page.items if item.partner != client.peer.partner] if page else []
        if others:
            with self._database.write() as conn:
                for item in others:
                    _keep_of_partner(conn, item, now)


def _asked(client: HubClient, path: str, model: type[M]) -> M | None:
    """The hub's answer, or None when there is nothing."""
    try:
        return client.ask(model, "GET", path)
    except ProblemError as problem:
        if problem.kind != "no-such-resource":
            raise
        return None


def _judged(client: HubClient, kept: Checkpoint | None, shown: Checkpoint | None) -> Contradiction | None:
    """What is wrong with the checkpoint that the hub shows, beside the one that was kept."""
    hub = client.peer.hub
    if shown is None:
        return None if kept is None else Contradiction("shrunk", hub, kept)
    if shown.origin != hub or not verify_checkpoint(shown, client.peer.hub_key):
        return Contradiction("unsigned", hub, kept, shown)
    if kept is None or (kept.size, kept.root) == (shown.size, shown.root):
        return None
    if shown.size <= kept.size:
        return Contradiction("fork" if shown.size == kept.size else "shrunk", hub, kept, shown)
    path = f"/v1/audit/consistency?first={kept.size}&second={shown.size}"
    proof = _asked(client, path, ConsistencyProof)
    if proof is None:
        return Contradiction("unproven", hub, kept, shown)
    return None if _grew(kept, shown, proof) else Contradiction("fork", hub, kept, shown)


def _grew(kept: Checkpoint, shown: Checkpoint, proof: ConsistencyProof) -> bool:
    """Whether the proof leads from one to the other. The kept one was verified then, under the key of then."""
    if (proof.first, proof.second) != (kept.size, shown.size):
        return False
    path = [hash_bytes(text) for text in proof.path]
    return verify_consistency(kept.size, shown.size, kept.root_bytes, shown.root_bytes, path)


def _keep_of_partner(conn: Connection, item: WitnessedCheckpoint, now: datetime) -> None:
    """Keep what a partner's log was seen at. Of a partner whose card is confirmed, its signature has to hold."""
    peer, shown = peers.get(conn, item.partner), item.checkpoint
    card = None if peer is None else peer.usable
    if shown.origin != item.partner or (
        card is not None and not verify_checkpoint(shown, PublicKey.from_text(card.request_key))
    ):
        return
    kept = witnessed.keep(conn, shown, now)
    if kept.root != shown.root:
        raise_alarm(conn, Contradiction("fork", item.partner, kept, shown), now)
