"""Proofs that the hub erased a record: fetched, verified against the hub's confirmed key, and kept."""

import json
from datetime import datetime
from typing import Any

from api.holder.intake.service import no_such_record
from api.holder.intake.sight import Sight
from api.holder.storage import holds, records
from api.holder.storage.records import ERASED
from api.holder.sync.client import HubPeer
from api.holder.vault.vault import Vault
from api.service.audit.entries import read_content
from api.service.audit.proofs import verify_leaf
from api.service.database import Database
from api.wire.problems import ProblemError
from api.wire.retention import RECORD_ERASED, Erasure, record_mark


def holds_true(erasure: Erasure, ref: str, peer: HubPeer) -> bool:
    """Whether the hub's log proves under its confirmed key that it erased this record of this gateway."""
    if erasure.ref != ref or not verify_leaf(erasure.proof, peer.hub, peer.hub_key):
        return False
    try:
        _, entry = read_content(erasure.proof.content)
    except ValueError:
        return False
    return (entry.what, entry.by, entry.about) == (RECORD_ERASED, peer.partner, record_mark(ref))


def kept(erasure: Erasure, now: datetime) -> str:
    """A verified proof as it is kept: JSON that begins with the proof."""
    return json.dumps({"proof": erasure.proof.model_dump(mode="json"), "verified_at": now.isoformat()})


def failed(problem: str, now: datetime) -> str:
    """Why there is no proof, as it is kept until there is one."""
    return json.dumps({"problem": problem, "tried_at": now.isoformat()})


def shown(database: Database, vault: Vault, ref: str, sight: Sight) -> dict[str, Any]:
    """What is known of the erasure of a record: `proved` with the leaf and its proof, or `waiting`.

    Raises:
        ProblemError: `no-such-resource`; the record is not here, or it was not erased.
    """
    with database.read() as conn:
        row = records.by_ref(conn, ref)
        if row is None or not sight.with_sealed().bounds(vault).hold(row):
            raise no_such_record()
        if row.state != ERASED:
            raise ProblemError("no-such-resource", "The record was not erased.")
        text = holds.proof_of(conn, row.id)
    known = {"proof": None} if text is None else json.loads(text)
    state = "not_at_hub" if row.sent_state is None else "waiting" if known.get("proof") is None else "proved"
    return {"ref": ref, "state": state, "record_mark": record_mark(ref), **known}
