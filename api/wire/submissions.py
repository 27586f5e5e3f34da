"""What a gateway sends to the hub, and the receipt of every item."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.wire.names import Label, Name, Version

MAX_ITEMS = 500
"""Items of one submission."""
MAX_BYTES = 16 * 2**20
"""Bytes of one submission's body."""

Outcome = Literal["stored", "unchanged", "withdrawn", "erased", "outdated", "refused"]
"""outdated: the hub has a later version already. Everything but `refused` counts as arrived."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Submission(_Message):
    """A batch of items under one domain, epoch, profile and linkage key. Items are judged one by one."""

    format: Literal[1]
    domain: Label
    epoch: Label
    profile: Annotated[str, Field(max_length=64)]
    profile_digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    key_check: Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
    items: Annotated[list[Any], Field(min_length=1, max_length=MAX_ITEMS)]
    """Each a PutItem, a WithdrawItem or an EraseItem; a bad item never costs a good one."""

    def __repr__(self) -> str:
        """Counts only."""
        return f"Submission({len(self.items)} items, {self.profile})"


class Receipt(_Message):
    """What became of one item. It says nothing about matches, whether there are any or none."""

    index: int
    """Place in the submission, from 0."""
    ref: str | None
    version: Version | None
    outcome: Outcome
    reason: str | None = None
    detail: str | None = None


class SubmissionReceipt(_Message):
    """The answer to a submission: one receipt for each item, in order."""

    hub: Name
    received: int
    arrived: int
    refused: int
    receipts: list[Receipt]


class Holding(_Message):
    """One record of the calling partner as the hub has it."""

    ref: str
    version: int
    state: Literal["active", "withdrawn", "erased"]


class HoldingsPage(_Message):
    """What the hub has of the calling partner: counts by state, and one page of the records by ref."""

    counts: dict[str, int]
    items: list[Holding]
    next: str | None
    """Pass as `after` to go on; None on the last page."""
