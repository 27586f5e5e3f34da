"""Links between records of one kind that may be of one child, and a child's stays across organisations.

Only holders of found records are told of them; a reporter learns nothing of what its report resembles.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire.candidates import CandidateLevel
from api.wire.names import Name, Ref

LinkState = Literal["proposed", "joined", "separated", "withdrawn"]
"""proposed   the two records look like one child, and not every side has said so
joined     both sides take them for one child; their stays are one timeline
separated  one side does not; it is remembered until there is more evidence
withdrawn  one of the records is gone, or they look alike no longer
"""
LinkWord = Literal["same", "different"]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LinkNotice(_Message):
    """A link of one of the caller's found records with another found record."""

    link: Ref
    """Random name of the link."""
    own_ref: Ref
    own_version: int
    partner: Name
    """The other record's organisation; the caller itself when both records are its own."""
    other_ref: Ref | None = None
    """Only when both records are the caller's own."""
    levels: list[CandidateLevel]
    state: LinkState
    revision: int
    """Counts what the caller is told; a word names the one that it was said on."""
    own_word: LinkWord | None = None
    other_word: LinkWord | None = None
    """Only once joined."""


class LinkPage(_Message):
    """GET /v1/links?after=: what changed since, oldest first."""

    items: list[LinkNotice]
    next: int
    """Pass as `after` next time; it means nothing else."""
    more: bool


class Word(_Message):
    """POST /v1/links/{link}/words: what one side says. Sent again under the same id, it gets the same answer."""

    format: Literal[1] = 1
    id: Ref
    """Random; the gateway's name for this word."""
    word: LinkWord
    revision: Annotated[int, Field(ge=1, lt=2**31, strict=True)]
    """The link's revision that it was said on; a later one refuses it (`candidate-changed`)."""


class WordReceipt(_Message):
    """What a word brought."""

    id: Ref
    link: Ref
    state: LinkState
    revision: int


class Stay(_Message):
    """One organisation's found record of the child."""

    partner: Name
    ref: Ref | None = None
    """Of the caller's own records alone."""
    event: int | None
    """When the child was found there, as coarse as the profile has it; days since 1970-01-01."""
    state: Literal["active", "withdrawn"]
    """A child that was handed on is withdrawn where it was before."""


class Timeline(_Message):
    """GET /v1/timelines/{ref}: the stays of a child, in order; those without a known day last."""

    ref: Ref
    stays: list[Stay]
    hidden: int
    """Stays with partners that no agreement in force lets the caller know of."""
