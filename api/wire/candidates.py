"""Candidates as a custodian's gateway is told of them: levels and a verdict, never a score, a probability or a code."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.wire.life import CandidateState
from api.wire.names import Name

Verdict = Literal["probable", "possible", "weak"]
LevelWord = Literal["agrees", "close", "differs", "not known"]

class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CandidateLevel(_Message):
    """How the two records stand to each other in one view or open attribute."""

    what: str
    level: LevelWord


class CandidateNotice(_Message):
    """A candidate for one of the caller's found records. Of the other record it tells the partner alone."""

    candidate: str
    """Random name of the candidate pair."""
    found_ref: str
    found_version: int
    partner: Name
    """The reporter's organisation."""
    verdict: Verdict
    levels: list[CandidateLevel]
    state: CandidateState
    revision: int
    """Counts what the custodian is told; a decision names the one that it was made on."""
    since: datetime
    """When it came into its state."""
    due_at: datetime | None
    """When somebody should have acted."""
    stopped: bool = False
    """Whether the hub's operator has to clear it before it can be released."""
    same_child: str | None = None
    """One random name for all the caller's candidates whose reports seem to be of one missing child."""


class CandidatePage(_Message):
    """GET /v1/candidates?after=: what changed since, oldest first."""

    items: list[CandidateNotice]
    next: int
    """Pass as `after` next time."""
    more: bool


class Knock(_Message):
    """POST {callback}/v1/hub/knock, signed by the hub: come and ask. Holds nothing.

    It goes to custodians with news, to reporters of what was released to them, and to whoever is asked for codes.
    """

    format: Literal[1] = 1
