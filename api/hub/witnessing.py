"""Keeping the checkpoints that partners show of their own audit logs."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import witnessed
from api.hub.storage.partners import Partner
from api.wire.audit import Checkpoint, verify_checkpoint
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey
from api.wire.witnesses import WitnessReceipt

_NOT_ITS_OWN = "The checkpoint is not of the caller's log, signed with its request key; show one that is."
_REWRITTEN = (
    "The hub was shown another checkpoint of this log before, of the same size or a larger one: entries were changed or"
    " lost, as by a restore; verify the log, and tell the hub's operator."
)


def witness(conn: Connection, checkpoint: Checkpoint, partner: Partner, now: datetime) -> WitnessReceipt:
    """Keep a partner's checkpoint; one that is kept already is taken again.

    Raises:
        ProblemError: `invalid-body` when it is not the partner's own, `audit-contradiction` when it contradicts an
            earlier one of its size, or is smaller than the largest.
    """
    key = None if partner.public_key is None else PublicKey.from_text(partner.public_key)
    if key is None or checkpoint.origin != partner.name or not verify_checkpoint(checkpoint, key):
        raise ProblemError("invalid-body", _NOT_ITS_OWN)
    known = witnessed.of_size(conn, partner.id, checkpoint.size)
    if known is None and checkpoint.size < witnessed.largest(conn, partner.id):
        raise ProblemError("audit-contradiction", _REWRITTEN)
    # Another request may have brought one of this size meanwhile: only the one that is kept counts.
    if (known or witnessed.keep(conn, partner.id, checkpoint, now)).root != checkpoint.root:
        raise ProblemError("audit-contradiction", _REWRITTEN)
    return WitnessReceipt(size=checkpoint.size)
