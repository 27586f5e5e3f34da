"""The directory as the gateway's users work with it."""

from collections.abc import Callable
from typing import Any

from api.holder.directory import copy, own_entry
from api.holder.directory.own_entry import OwnEntry
from api.service.clock import Clock
from api.service.database import Database
from api.service.organisations import OrganisationFilter
from api.wire.directory import DirectoryEntry, District
from api.wire.problems import ProblemError


class OrganisationDirectory:
    """Searches the gateway's copy, and keeps the own entry for the errand that publishes it.

    Args:
        database: the gateway's.
        clock: the present moment.
        changed: called when there is something to publish.
    """

    def __init__(self, database: Database, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._clock, self._changed = database, clock, changed

    def search(self, wanted: OrganisationFilter, after: str | None, limit: int) -> dict[str, Any]:
        """One page of organisations by name; `as_of` is when the copy was made, None when there is none yet."""
        with self._database.read() as conn:
            found = copy.search(copy.load(conn), wanted, after, limit)
        as_of = None if found.as_of is None else found.as_of.isoformat()
        return {"as_of": as_of, **found.page.model_dump(mode="json")}

    def next_step(self, found: District, home: District) -> dict[str, Any]:
        """Whom to call for a child found in one district from another, in order."""
        with self._database.read() as conn:
            known = copy.load(conn)
        as_of = None if known is None else known.as_of.isoformat()
        return {"as_of": as_of, **copy.step(known, found, home).model_dump(mode="json")}

    def own(self) -> dict[str, Any]:
        """What this organisation says of itself, and whether the hub has it.

        Raises:
            ProblemError: `no-such-resource`; it says nothing.
        """
        with self._database.read() as conn:
            known = own_entry.load(conn)
        if known is None or known.entry is None:
            raise ProblemError("no-such-resource", "This organisation has no entry; publish one first.")
        return known.as_json()

    def publish(self, entry: DirectoryEntry | None) -> dict[str, Any]:
        """Keep an entry to be published with the next exchange; None takes the organisation out."""
        own = OwnEntry(entry)
        self._database.retrying(lambda conn: own_entry.store(conn, own, self._clock()))
        self._changed()
        return own.as_json()
