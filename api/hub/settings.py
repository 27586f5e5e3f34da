"""What an operator can set: the table [hub] of a TOML file, or the environment as MILAP_HUB_<FIELD>."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from api.wire.names import Name
from api.wire.submissions import MAX_BYTES

SECTION = "hub"
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
    snapshot_every_changes: Annotated[int, Field(ge=1)] = 10_000
    snapshot_every_minutes: Annotated[float, Field(gt=0)] = 10
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
