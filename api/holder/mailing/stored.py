"""Texts of messages in the vault: sealed under the message's name, and apart by direction."""

from typing import Any, Final

from api.holder.storage.messages import IN, MessageRow
from api.holder.vault.vault import Purpose, Vault

_VERSIONS: Final = {"out": 0, "in": 1}


def seal_text(vault: Vault, direction: str, name: str, text: str, written_at: str) -> bytes:
    """Seal a text; `written_at` is the moment, ISO 8601, that its writer gave."""
    return vault.seal(Purpose.MESSAGE, name, _VERSIONS[direction], {"text": text, "at": written_at})


def open_text(vault: Vault, row: MessageRow) -> tuple[str, str]:
    """Text and moment of a message; DamagedSealError when it is not what was sealed."""
    value = vault.open(Purpose.MESSAGE, row.name, _VERSIONS[row.direction], row.sealed)
    return value["text"], value["at"]


def shown(vault: Vault, row: MessageRow) -> dict[str, Any]:
    """A message as staff read it."""
    text, written_at = open_text(vault, row)
    return {
        "id": row.name,
        "candidate": row.candidate,
        "partner": row.partner,
        "direction": row.direction,
        "kind": row.kind,
        "state": row.state,
        "text": text,
        "written_at": written_at,
        "by": row.partner if row.direction == IN else row.by,
        "detail": row.detail,
        "created_at": row.created_at.isoformat(),
    }
