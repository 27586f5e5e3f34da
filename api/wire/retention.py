"""Legal holds and proofs of erasure on the wire."""

import base64
import hashlib
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.wire.audit import LeafProof
from api.wire.decisions import OrderMark
from api.wire.names import Ref

RECORD_ERASED = "record-erased"
"""What the audit leaf of an erasure tells."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoldRequest(_Message):
    """PUT /v1/holds/{ref}: keep what the hub has of a record, under an order that only the gateway can name."""

    format: Literal[1] = 1
    order: OrderMark


class Hold(_Message):
    """A hold of the caller that stands."""

    ref: Ref
    order: OrderMark
    placed_at: datetime


class HoldList(_Message):
    """GET /v1/holds: all holds of the caller that stand, by ref."""

    items: list[Hold]


class HoldReceipt(_Message):
    """What PUT and DELETE /v1/holds/{ref} brought: whether a hold stands on the record now."""

    ref: Ref
    held: bool


class Erasure(_Message):
    """GET /v1/erasures/{ref}: the audit leaf that tells of the erasure, and its proof."""

    ref: Ref
    proof: LeafProof


def record_mark(ref: str) -> str:
    """What an audit log calls a record: SHA-256 of its ref, 43 base64url characters without padding.

    A ref is 16 random bytes, so whoever has it can prove that the leaf is about it, and the leaf alone tells nobody
    the ref once that is gone.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(ref.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
