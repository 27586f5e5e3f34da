"""How far the requests for masked codes were taken, and what the operator is shown of it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.holder.storage import facts

MASKED_REQUESTS: Final = "masked-requests"
"""JSON of Progress."""

KEY, OUTBOX, FAILED = "key", "outbox", "failed"
"""Why a request waits, beside partners that nobody has confirmed: no key of its epoch, a record whose latest version
has not arrived at the hub, or one that could not be encoded."""
_CONFIRM: Final = (
    "Comparisons with partners wait until a person has compared the fingerprints of their cards on the telephone, and"
    " confirmed them with `milap holder peer trust`."
)
_GET_KEY: Final = "Masked codes wait for a linkage key of their epoch; ask the key steward for it, or close the epoch."
_FAILED: Final = "Some records could not be encoded for masked comparison; look for errors in the log."


@dataclass(frozen=True)
class Progress:
    """How far the requests were taken in this pass through all of them. It tells nothing of any one record.

    cursor       place in the hub's list, as the hub named it; places have no order
    began_at     when the pass began, ISO 8601; None before the first
    ways         digest of the confirmed cards of partners, and of the keys that codes were sent under, by then
    unconfirmed  requests seen so far in this pass that wait for a partner to be confirmed, by partner
    held_up      those that wait for something else, by reason
    waited_for   the same of the last pass that came to the end: partners
    waited       and how many waited in all, by reason
    answered     answers that the hub has taken in all
    refused      comparisons that were refused in all, by reason
    scopes       digests, in hex, of the scopes that may have uses of masks noted
    """

    cursor: int = 0
    began_at: str | None = None
    ways: str | None = None
    unconfirmed: Mapping[str, int] = field(default_factory=dict)
    held_up: Mapping[str, int] = field(default_factory=dict)
    waited_for: Mapping[str, int] = field(default_factory=dict)
    waited: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    scopes: Sequence[str] = ()

    def from_the_start(self, began_at: datetime, ways: str) -> "Progress":
        """A new pass."""
        return replace(self, cursor=0, began_at=began_at.isoformat(), ways=ways, unconfirmed={}, held_up={})

    def after_page(
        self, cursor: int, unconfirmed: Mapping[str, int], held_up: Mapping[str, int], answered: int,
        refused: Mapping[str, int],
    ) -> "Progress":  # fmt: skip
        """What one page adds."""
        return replace(
            self, cursor=cursor, unconfirmed=_sum(self.unconfirmed, unconfirmed),
            held_up=_sum(self.held_up, held_up), answered=self.answered + answered,
            refused=_sum(self.refused, refused),
        )  # fmt: skip

    def at_the_end(self) -> "Progress":
        """Every request has been looked at."""
        return replace(self, waited_for=self.unconfirmed, waited=self.held_up)


def progress(conn: Connection) -> Progress:
    """How far the requests were taken."""
    text = facts.get(conn, MASKED_REQUESTS)
    return Progress() if text is None else Progress(**json.loads(text))


def keep_progress(conn: Connection, known: Progress, now: datetime) -> None:
    """Note how far they were taken."""
    facts.put(conn, MASKED_REQUESTS, json.dumps(asdict(known)), now)


def waited_for(conn: Connection) -> frozenset[str]:
    """Partners whose cards a person has to confirm before they can be compared with."""
    known = progress(conn)
    return frozenset(known.unconfirmed) | frozenset(known.waited_for)


def masked_status(conn: Connection) -> dict[str, Any]:
    """What the operator is shown of masked comparison: counts in all, and the partners that a person can confirm."""
    known = progress(conn)
    problem = _CONFIRM if known.waited_for else _GET_KEY if known.waited.get(KEY) else None
    if problem is None and known.waited.get(FAILED):
        problem = _FAILED
    return {
        "answered": known.answered,
        "refused": dict(known.refused),
        "waiting": sum(known.waited_for.values()) + sum(known.waited.values()),
        "partners_to_confirm": sorted(known.waited_for),
        "problem": problem,
    }


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(first) + Counter(second))
