"""What an operator can set: the table [hub] of a TOML file, or the environment as MILAP_HUB_<FIELD>."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from api.wire.names import Name
from api.wire.submissions import MAX_BYTES

SECTION = "hub"
Hours = Annotated[float, Field(gt=0)]
Probability = Annotated[float, Field(gt=0, lt=1)]


class HubSettings(BaseModel):
    """Settings of one hub; each has the value that an operator would want who has no reason for another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    """The hub's name, which every signed request is made out to."""
    data: Path = Path("milap-hub")
    """Folder of key, index snapshots and, by default, the database."""
    database: str = ""
    """sqlite:///file or postgresql://user:password@host/name; empty for hub.db in the data folder."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8470
    """0 takes a free one."""
    trusted_proxies: list[str] = []
    """Addresses of proxies whose X-Forwarded headers are believed."""
    max_body_bytes: Annotated[int, Field(ge=2**16, le=2**28)] = MAX_BYTES
    metrics_token: SecretStr | None = None
    """Whoever has it may read /metrics; without it there is no such page."""
    within_country: Literal["agreement", "open"] = "agreement"
    """Whether partners of one country need an agreement too. Across borders they always do."""
    match_minimum_bits: float = 0.0
    """Least match weight of a candidate, in bits."""
    match_top: Annotated[int, Field(ge=1, le=1000)] = 20
    """Most candidates of a record, searched from its side."""
    probable_from: Probability = 0.9
    possible_from: Probability = 0.3
    approximate_from_rows: Annotated[int, Field(ge=1)] | None = None
    """Rows of the index from which on online search is approximate; always exact when not set.

    The nightly cross-match is exact whatever is set here.
    """
    masked_requests: Annotated[int, Field(ge=1, le=10_000)] = 2000
    """Comparisons of a new or changed record where profiles are compared under masks: of every record as many."""
    masked_requests_backlog: Annotated[int, Field(ge=1, le=10_000)] = 300
    """The same while more than 200 records wait, as after a bulk upload."""
    snapshot_every_changes: Annotated[int, Field(ge=1)] = 10_000
    snapshot_every_minutes: Annotated[float, Field(gt=0)] = 10
    review_hours: Hours = 72
    """Within which a custodian should have looked at a proposed candidate."""
    release_hours: Hours = 168
    """Within which a possible candidate should have been released or rejected."""
    reporter_hours: Hours = 72
    """Within which a reporter should have answered a release."""
    verification_hours: Hours = 336
    """Within which it should be known whether it is the child, and where it goes."""
    reopen_bits: Annotated[float, Field(ge=0)] = 2.0
    """How much more a rejected pair has to weigh, under a later version, to be proposed again."""
    near_duplicate_bits: Annotated[float, Field(ge=0)] = 22.0
    """Weight from which two records of one kind look like one child."""
    variants_allowed: Annotated[int, Field(ge=1)] = 2
    """Near-duplicates of one record that one partner may have filed in `variants_days` before it is an alarm."""
    variants_days: Annotated[int, Field(ge=1)] = 90
    quota_officer_day: Annotated[int, Field(ge=1)] = 100
    """Records that one officer may enter a day before it is an alarm; likewise of an office and a holder."""
    quota_office_day: Annotated[int, Field(ge=1)] = 500
    quota_holder_day: Annotated[int, Field(ge=1)] = 5000
    odd_hours_allowed: Annotated[int, Field(ge=1)] = 10
    """Records that one officer may enter in one night (23 to 5 o'clock there) before it is an alarm."""
    slow_hours: Hours = 24
    """How long an alarm that slows holds releases back."""
    withdrawn_days: Annotated[int, Field(ge=1)] = 180
    """How long codes of withdrawn and expired records are kept, so that probing with them is counted."""
    closed_days: Annotated[int, Field(ge=0)] = 30
    """How long candidates that are over are kept before only their count stays."""
    # Partners see the size of a published log, and so how much is decided here: rounded, and seldom.
    checkpoint_hours: Hours = 24
    """Least time between two published checkpoints of the audit log."""
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    """Threads of a search; as many as there are processors when not set."""

    @model_validator(mode="after")
    def _steps_in_order(self) -> Self:
        if self.possible_from > self.probable_from:
            # No field is named here: a message that repeats a word of what was given is not shown.
            raise ValueError("the threshold of possible candidates must not be above the one of probable candidates")
        return self

    @property
    def database_url(self) -> str:
        """Where the database is."""
        return self.database or f"sqlite:///{self.data / 'hub.db'}"
