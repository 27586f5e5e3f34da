"""Checkpoints that partners show each other by way of the hub, each a witness of what the others' logs were."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.wire.audit import Checkpoint, Size
from api.wire.names import Name

MOST_ON_A_PAGE = 200


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WitnessReceipt(_Message):
    """The answer to POST /v1/audit/witnesses: the checkpoint of this size is kept."""

    size: Size


class WitnessedCheckpoint(_Message):
    """A partner's checkpoint, and when the hub was shown it. The signature is the partner's."""

    partner: Name
    seen_at: AwareDatetime
    checkpoint: Checkpoint


class WitnessPage(_Message):
    """GET /v1/audit/witnesses; `next` is the size to pass as `after`, null on the last page."""

    items: list[WitnessedCheckpoint]
    next: Size | None = None


class WitnessFile(_Message):
    """A file of checkpoints that somebody kept, of any number of logs."""

    format: Literal[1] = 1
    checkpoints: Annotated[list[Checkpoint], Field(max_length=1_000_000)]
