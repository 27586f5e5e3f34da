"""What this organisation says of itself, kept here until and after the hub has it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.holder.storage import facts
from api.wire.directory import DirectoryEntry


@dataclass(frozen=True)
class OwnEntry:
    """The entry (None: the organisation is not to be listed), whether the hub knows, and why it would not take it."""

    entry: DirectoryEntry | None
    published: bool = False
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the API and the command line."""
        return {
            "entry": None if self.entry is None else self.entry.model_dump(mode="json"),
            "published": self.published, "problem": self.problem,
        }  # fmt: skip


def load(conn: Connection) -> OwnEntry | None:
    """What was last set, None when nothing ever was."""
    text = facts.get(conn, facts.DIRECTORY_ENTRY)
    if text is None:
        return None
    values = json.loads(text)
    entry = None if values["entry"] is None else DirectoryEntry.model_validate_json(json.dumps(values["entry"]))
    return OwnEntry(entry, values["published"], values["problem"])


def store(conn: Connection, own: OwnEntry, now: datetime) -> None:
    """Keep an entry in place of the one before."""
    facts.put(conn, facts.DIRECTORY_ENTRY, json.dumps(own.as_json()), now)


def settle(conn: Connection, sent: DirectoryEntry | None, problem: str | None, now: datetime) -> None:
    """Note what the hub said to an entry, unless another was set meanwhile."""
    own = load(conn)
    if own is not None and own.entry == sent and not own.published:
        store(conn, OwnEntry(sent, problem is None, problem), now)
