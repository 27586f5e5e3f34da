"""Writing and reading messages about released candidates, for staff of the gateway."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.holder.mailing import noted, stored
from api.holder.mailing.texts import MAX_CHARACTERS, is_text
from api.holder.storage import audit, messages, peers
from api.holder.storage.messages import OUT, WAITING, MessageFilter, Topic
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.messages import WRITABLE
from api.wire.names import new_ref
from api.wire.problems import ProblemError


@dataclass(frozen=True)
class MessageList:
    """One page of messages; `next` is the id to go on from, None on the last page."""

    items: list[dict[str, Any]]
    next: int | None


class MessageDesk:
    """Messages of the gateway, as staff see them.

    Args:
        database: keeps them.
        vault: seals their texts.
        clock: the gateway's clock.
        changed: told when one waits to be sent.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed

    def write(self, visible: MessageFilter, by: str, candidate: str, text: str) -> dict[str, Any]:
        """Write to the other side of a candidate; it is sent as soon as the hub can be reached.

        Raises:
            ProblemError: `invalid-body`, `no-such-resource`, `candidate-withdrawn`, `decision-out-of-order` or
                `peer-not-confirmed`.
        """
        if not is_text(text):
            detail = f"A message is 1 to {MAX_CHARACTERS:,} characters without control characters; mend it."
            raise ProblemError("invalid-body", detail)
        name, now = new_ref(), self._clock()
        with self._database.write() as conn:
            topic = _writable(conn, candidate, visible)
            values = {
                "name": name, "direction": OUT, "candidate": candidate, "partner": topic.partner, "kind": "note",
                "state": WAITING, "by": by, "sealed": stored.seal_text(self._vault, OUT, name, text, now.isoformat()),
            }  # fmt: skip
            messages.add(conn, values, now)
            row = messages.by_name(conn, OUT, topic.partner, name)
            audit.note(conn, Entry("message-written", by, now, about=candidate))
        self._changed()
        assert row is not None
        return stored.shown(self._vault, row)

    def page(self, visible: MessageFilter, candidate: str | None, after: int | None, limit: int) -> MessageList:
        """Messages, newest first, with their texts."""
        with self._database.read() as conn:
            rows = messages.page(conn, candidate, visible, after, limit + 1)
        items = [stored.shown(self._vault, row) for row in rows[:limit]]
        return MessageList(items, rows[limit - 1].id if len(rows) > limit else None)


def _writable(conn: Connection, candidate: str, visible: MessageFilter) -> Topic:
    topic = messages.topic(conn, candidate, visible)
    if topic is None:
        raise ProblemError("no-such-resource", "There is no candidate of this name; check it.")
    if topic.state == "withdrawn":
        raise ProblemError("candidate-withdrawn", "The candidate is withdrawn, and nothing is passed on about it.")
    if topic.state not in WRITABLE:
        detail = "The two sides write to each other from the release on, until the candidate is closed."
        raise ProblemError("decision-out-of-order", detail)
    if not _is_confirmed(conn, topic.partner):
        detail = "The partner's card is not confirmed; have an administrator compare its fingerprint on the telephone."
        raise ProblemError("peer-not-confirmed", detail)
    return topic


def _is_confirmed(conn: Connection, partner: str) -> bool:
    peer, own = peers.get(conn, partner), noted.own_card(conn)
    return (peer is not None and peer.usable is not None) or (own is not None and own.card.partner == partner)
