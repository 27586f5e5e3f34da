"""What an erasure reaches beyond the record itself, and its proof.

Nothing stays of an erased record but that its ref was erased (docs/decisions/0010). Beyond the record:

- its candidates and links are emptied and withdrawn where they are stored, and go for good with the cases;
- its comparisons under masks go, and that it was planned for them;
- its kindred pairs and the messages about its candidates go too, delivered or not;
- pairs of refs in `variants` and refs in `alarm_records` stay: they are pseudonyms without content, and probing has
  to be counted after a prober erased what it probed with;
- decisions stay until the case goes (`closed_days`): they hold no content of a record;
- the audit log gets a leaf that names the record by the SHA-256 of its ref, which only who has the ref can make.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import audit, erasures, plans, purging
from api.hub.storage.partner_tables import audit as log
from api.hub.storage.partners import by_id
from api.service.audit.checkpoints import covering
from api.service.audit.entries import Entry
from api.service.audit.proofs import prove_leaf
from api.wire.problems import ProblemError
from api.wire.retention import RECORD_ERASED, Erasure, record_mark


def reach(conn: Connection, record_ids: Sequence[int]) -> None:
    """Let go of what erased records leave in other tables; called by the matcher, after it took their candidates back.

    Not by the intake: how long an answer takes must not depend on what a record matches.
    """
    purging.drop_kindred(conn, record_ids)
    purging.drop_messages_of(conn, record_ids)
    plans.forget(conn, record_ids)


def put_on_record(conn: Connection, partner_id: int, refs: Sequence[str], now: datetime) -> None:
    """Write the audit leaves of erasures, one for each ref, last in the write transaction that erased.

    Args:
        conn: the transaction.
        partner_id: whose records were erased.
        refs: of all that were erased just now.
        now: aware.
    """
    if not refs:
        return
    partner = by_id(conn, partner_id)
    assert partner is not None
    for ref in erasures.without_leaf(conn, partner_id, sorted(set(refs))):
        leaf = audit.note(conn, Entry(RECORD_ERASED, partner.name, now, about=record_mark(ref)))
        erasures.set_leaf(conn, partner_id, ref, leaf)


def erasure_of(conn: Connection, hub: str, partner_id: int, ref: str) -> Erasure:
    """The proof that a partner's ref was erased, under the first published checkpoint that covers it.

    None is published for it: who may make the hub publish could follow the size of its log act by act.

    Raises:
        ProblemError: `no-such-resource`; it was not, or it is not the partner's. `proof-not-ready`; ask again after the
            next checkpoint.
        StorageError: the log lacks a stored hash.
    """
    leaf = erasures.leaf_of(conn, partner_id, ref)
    if leaf is None:
        raise ProblemError("no-such-resource", "The hub has erased no record of yours under this ref.")
    checkpoint = covering(conn, log, hub, leaf)
    if checkpoint is None:
        raise ProblemError("proof-not-ready", "It is erased; the proof comes with the log's next checkpoint.")
    return Erasure(ref=ref, proof=prove_leaf(conn, log, leaf, checkpoint))
