"""Decisions on a candidate as its desk is shown them."""

from typing import Any

from api.holder.reviewing.decisions import opened
from api.holder.reviewing.orders import shown_order
from api.holder.storage.decisions import DecisionRow
from api.holder.vault.vault import DamagedSealError, Vault


def shown_decision(vault: Vault, row: DecisionRow, *, orders: bool) -> dict[str, Any]:
    """A decision with what its seal holds; one whose seal is damaged says so, and costs no other.

    Args:
        vault: opens the seal.
        row: the decision.
        orders: whether the caller may know under which order a child was released.
    """
    shown = {
        "id": row.name, "decision": row.decision, "reason": row.reason, "revision": row.revision, "state": row.state,
        "detail": row.detail, "by": row.by, "second_by": row.second_by, "at": row.created_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
    }  # fmt: skip
    try:
        sealed = opened(vault, row.name, row.sealed)
    except DamagedSealError:
        return shown | {"damaged": True}
    shown["text"] = sealed.get("text")
    return shown | ({"order": shown_order(sealed)} if orders and row.decision == "release" else {})
